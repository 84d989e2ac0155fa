"""Premium aid on the person page (参保资助): reimbursement stands above people and adds to their page."""

from collections.abc import Sequence

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from beneficiaries.models import Person, UnableToPay
from common.admin_lookup import Button
from common.admin_panels import Cell, Panel, Table, link, text, yuan
from common.clock import business_date
from organizations.admin.scoped import within
from reimbursement.admin.premium_sheets import CHANGES, STATUS
from reimbursement.models import PremiumSheet
from reimbursement.selectors.premium_sheets import lines_of_person
from settlement.admin.people import PersonWithYearsAdmin

admin.site.unregister(Person)


@admin.register(Person)
class PersonWithAidAdmin(PersonWithYearsAdmin):
    """人员."""

    def enrolment_panels(self, request: HttpRequest, person: Person) -> Sequence[Panel]:
        """Enrolments, then whose money paid the contribution."""
        return (*super().enrolment_panels(request, person), _aid_of(request, person))

    def buttons(self, request: HttpRequest, row: Person) -> Sequence[Button]:
        """What settlement offers, and recording inability to pay this year's contribution (无力缴费)."""
        known, year = super().buttons(request, row), business_date().year
        if not request.user.has_perm("beneficiaries.add_unabletopay"):
            return known
        if UnableToPay.objects.filter(person=row, year=year, withdrawn_at=None).exists():
            return known
        url = reverse("admin:beneficiaries_unabletopay_record", args=[row.pk, year])
        return (*known, Button(title="登记无力缴费", url=url, icon="money_off"))


def _aid_of(request: HttpRequest, person: Person) -> Table:
    rows = []
    for line, title in lines_of_person(person):
        status, change = line.sheet.get_status_display(), line.get_change_display()
        rows.append(
            (
                text(line.sheet.year),
                _sheet_cell(request, line.sheet),
                text(title),
                Cell(text=change, tone=CHANGES[change]),
                yuan(line.contribution_fen),
                yuan(line.amount_fen),
                yuan(line.due_fen),
                Cell(text=status, tone=STATUS[status]),  # type: ignore[arg-type]
            )
        )
    return Table(
        title="参保资助",
        headers=(
            "年度", "申请编号", "资助类别", "变动", "缴费（元）", "应资助（元）", "本次申请（元）", "状态",
        ),
        rows=rows,
        numeric=frozenset({4, 5, 6}),
        empty="没有申请过参保资助",
    )  # fmt: skip


def _sheet_cell(request: HttpRequest, sheet: PremiumSheet) -> Cell:
    """A link for whoever may open the sheet."""
    opens = request.user.has_perm("reimbursement.view_premiumsheet")
    if opens and within(request, sheet, county_id=sheet.county_id):
        return link(sheet, label=sheet.number)
    return text(sheet.number)
