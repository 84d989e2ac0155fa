"""The gap list (参保缺口): who is recognised but not insured, and why not (R45–R49)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from beneficiaries.models import NotInsured
from beneficiaries.selectors.enrolment_gaps import gap_counts
from common.admin_filters import YearFilter
from common.admin_panels import Cell, Panel, Table, count, percent, text
from common.clock import business_date
from organizations.admin.scoped import scope_of
from organizations.models import Region
from reimbursement.admin.gap_panels import county_url, gap_panels
from reimbursement.admin.yearly_records import ReasonForm, YearlyRecordAdmin, record_asked
from reimbursement.premium.errors import InsuredYearError
from reimbursement.selectors.insured_years import counties_of, gap_terms, insured_year_of


@admin.register(NotInsured)
class NotInsuredAdmin(YearlyRecordAdmin):
    """合理未参保登记, and the gap list from which it is reached."""

    list_before_template = "reimbursement/gaps.html"
    list_display = ("year", "person", "masked", "reason", "evidence", "state", "recorded_by")
    list_filter: ClassVar[Any] = [("year", YearFilter), ("reason", ChoicesDropdownFilter)]

    def get_urls(self) -> list[URLPattern]:
        """Beside those: the gap list, recording a reason."""
        view = self.admin_site.admin_view
        return [
            path("gaps/", view(self.gaps), name="beneficiaries_gaps"),
            path("gaps/<int:county_id>/", view(self.gaps_of_county), name="beneficiaries_gaps_county"),
            path("record/<int:pk>/<int:year>/", view(self.record), name="beneficiaries_notinsured_record"),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """Record why somebody is not insured."""
        return record_asked(
            self, request, (pk, year), ReasonForm(request.POST or None), title="登记合理未参保"
        )

    def gaps(self, request: HttpRequest) -> HttpResponse:
        """All counties of the scope with coverage and what is missing."""
        year = self._asked_year(request)
        rows = []
        for county in counties_of(scope_of(request)):
            try:
                held = insured_year_of(county=county, year=year)
            except InsuredYearError as error:
                rows.append((text(county), *[text("")] * 5, text(str(error))))
                continue
            counts = gap_counts(scope=scope_of(request), county_id=county.pk, terms=gap_terms(held))
            url = county_url(county, year=year)
            rows.append(
                (
                    Cell(text=county.name, url=url),
                    count(counts.recognised),
                    count(counts.insured),
                    count(counts.excused),
                    count(counts.missing),
                    percent(counts.insured_bp),
                    text(f"{held.last_day} 前认定的当年参保"),
                )
            )
        panel = Table(
            title=f"{year}年参保核查",
            headers=("县（市、区）", "应保人数", "已参保", "合理未参保", "缺口", "参保率", "口径"),
            rows=rows,
            numeric=frozenset({1, 2, 3, 4, 5}),
        )
        return self._page(request, year, [panel], None)

    def gaps_of_county(self, request: HttpRequest, county_id: int) -> HttpResponse:
        """Villages of a county, then households of a village, then people."""
        county = get_object_or_404(counties_of(scope_of(request)), pk=county_id)
        year = self._asked_year(request)
        try:
            held = insured_year_of(county=county, year=year)
        except InsuredYearError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:beneficiaries_gaps"))
        panels = gap_panels(request, county, gap_terms(held))
        return self._page(request, year, panels, county)

    def _page(
        self, request: HttpRequest, year: int, panels: list[Panel], county: Region | None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "参保缺口" if county is None else f"参保缺口：{county.name}",
            "opts": self.opts,
            "panels": panels,
            "year": year,
            "county": county,
        }
        return TemplateResponse(request, "reimbursement/gap_page.html", context)

    def _asked_year(self, request: HttpRequest) -> int:
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("year", "")
        return int(asked) if asked.isdecimal() and len(asked) == 4 else business_date().year
