"""Downloads around insured years (参保资助下载): signed in, permitted, inside the scope, and written down."""

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from organizations.models import Region
from organizations.scope import scope_of_user
from reimbursement.models import PremiumSheet
from reimbursement.premium.errors import InsuredYearError
from reimbursement.selectors.insured_years import (
    InsuredYear,
    counties_of,
    gap_terms,
    insured_year_of,
)
from reimbursement.selectors.premium_sheets import premium_sheets
from reporting.downloads import workbook_response
from reporting.services.covered_ledgers import REPORT as COVERED
from reporting.services.covered_ledgers import covered_workbook_write
from reporting.services.people_lists import (
    GAP,
    INSURED,
    NoSupplementaryError,
    gap_list_write,
    insured_list_write,
)
from reporting.services.premium_workbooks import premium_workbook_write


@require_GET
@login_required
@permission_required("reimbursement.view_premiumsheet", raise_exception=True)
def premium_workbook(request: HttpRequest, sheet_id: int) -> FileResponse:
    """A built sheet: application and people."""
    built = premium_sheets(scope=scope_of_user(request.user)).exclude(status=PremiumSheet.Status.BUILDING)
    sheet = get_object_or_404(built, pk=sheet_id)
    by = request.user if isinstance(request.user, User) else None
    return workbook_response(
        lambda path: premium_workbook_write(sheet=sheet, path=path, by=by),
        filename=f"{sheet.title} {sheet.county.name} {sheet.number}.xlsx",
    )


@require_GET
@login_required
@permission_required("beneficiaries.view_notinsured", raise_exception=True)
def gap_workbook(request: HttpRequest, county_id: int, year: int) -> FileResponse:
    """Who is recognised but not insured (参保缺口名单)."""
    county, held = _held(request, county_id, year)
    scope, by = scope_of_user(request.user), request.user if isinstance(request.user, User) else None
    terms = gap_terms(held)
    return workbook_response(
        lambda path: gap_list_write(scope=scope, county=county, terms=terms, path=path, by=by),
        filename=f"{GAP} {county.name} {year}.xlsx",
    )


@require_GET
@login_required
@permission_required("beneficiaries.view_notinsured", raise_exception=True)
def insured_list_workbook(request: HttpRequest, county_id: int, year: int) -> FileResponse:
    """Whom the supplementary insurance covers (补充保险参保名单)."""
    county, held = _held(request, county_id, year)
    scope, by = scope_of_user(request.user), request.user if isinstance(request.user, User) else None
    terms = gap_terms(held)
    try:
        return workbook_response(
            lambda path: insured_list_write(
                scope=scope, county=county, held=held, terms=terms, path=path, by=by
            ),
            filename=f"{INSURED} {county.name} {year}.xlsx",
        )
    except NoSupplementaryError as error:
        raise Http404(str(error)) from None


@require_GET
@login_required
@permission_required("beneficiaries.view_notinsured", raise_exception=True)
def covered_workbook(request: HttpRequest, county_id: int, year: int, quarter: int) -> FileResponse:
    """Who was to be covered in a quarter, insured or not, with visits (参保、就医信息季度台账)."""
    county, _ = _held(request, county_id, year)
    scope, by = scope_of_user(request.user), request.user if isinstance(request.user, User) else None
    try:
        return workbook_response(
            lambda path: covered_workbook_write(
                scope=scope, county=county, year=year, quarter=quarter, path=path, by=by
            ),
            filename=f"{COVERED} {county.name} {year}Q{quarter}.xlsx",
        )
    except ValueError:
        raise Http404(f"没有 {year} 年第 {quarter} 季度。") from None


def _held(request: HttpRequest, county_id: int, year: int) -> tuple[Region, InsuredYear]:
    # Outside the scope is answered like what does not exist.
    county = get_object_or_404(counties_of(scope_of_user(request.user)), pk=county_id)
    try:
        return county, insured_year_of(county=county, year=year)
    except InsuredYearError as error:
        raise Http404(str(error)) from None
    except (ValueError, OverflowError):
        raise Http404(f"没有 {year} 年。") from None
