"""Quarterly ledgers (季度台账): look up, build again, confirm, review, submit by county, download."""

from collections.abc import Sequence
from typing import Any, ClassVar

from celery import current_app
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_filters import YearFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Panel, Table, link, text, yuan
from organizations.admin.scoped import scope_of
from organizations.scope import Scope
from reimbursement.admin.asking import AskingAdmin, DeductForm, NoteForm, QuarterForm, user_of
from reimbursement.admin.due_filters import StageFilter
from reimbursement.admin.panels import (
    STATUS,
    deductions_of,
    due_text,
    ledger_facts,
    lines_of,
    stage_text,
    steps_of,
    workbook_url,
)
from reimbursement.models import LedgerLine, LedgerStep, LineDeduction, QuarterlyLedger
from reimbursement.selectors import ledger_list, ledger_stage
from reimbursement.services import (
    Actor,
    county_quarter_order,
    county_submit,
    deduction_undo,
    ledger_confirm,
    ledger_return,
    ledger_review,
    ledger_withdraw,
    line_deduct,
)

CHANGE_LEDGERS = "reimbursement.change_quarterlyledger"
CONFIRM = "reimbursement.confirm_quarterlyledger"
REVIEW = "reimbursement.review_quarterlyledger"
SUBMIT = "reimbursement.submit_submission"
# Url → name, icon of the steps that only need a click.
CLICKS = {
    "confirm": ("确认无误", "check"),
    "withdraw": ("撤回确认", "undo"),
    "review": ("审核通过", "verified"),
}
PERMISSION = {"confirm": CONFIRM, "withdraw": CONFIRM, "review": REVIEW}
NEXT_STEPS: dict[str | None, tuple[str, ...]] = {
    None: ("confirm",),
    LedgerStep.Step.CONFIRM: ("withdraw", "review", "return"),
    LedgerStep.Step.WITHDRAW: ("confirm",),
    LedgerStep.Step.REVIEW: ("return",),
    LedgerStep.Step.RETURN: ("confirm",),
}


@admin.register(QuarterlyLedger)
class QuarterlyLedgerAdmin(AskingAdmin):
    """季度台账."""

    exports = True
    scope_county = "county"
    scope_hospital = "hospital"
    list_display = (
        "quarter_text", "kind_title", "hospital", "county", "line_count",
        yuan_column("total_fen", "合计（元）"), "due", "status_label",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        StageFilter,
        ("year", YearFilter),
        ("status", ChoicesDropdownFilter),
        ("hospital", AutocompleteSelectFilter),
    ]
    list_select_related = ("kind", "hospital", "county", "submitted_by")
    search_fields = ("hospital__name", "hospital__code__exact")
    search_help_text = "医疗机构名称或编码"

    @display(description="季度", ordering="year")
    def quarter_text(self, ledger: QuarterlyLedger) -> str:
        """Year and quarter."""
        return str(ledger.period)

    @display(description="台账种类", ordering="kind_code")
    def kind_title(self, ledger: QuarterlyLedger) -> str:
        """What the ledger lists."""
        return ledger.kind.title or ledger.kind.code

    @display(description="报送期限", ordering="due_on")
    def due(self, ledger: QuarterlyLedger) -> str:
        """The deadline; marked while the calendar is not announced."""
        return due_text(ledger)

    @display(description="状态", ordering="status", label=STATUS)
    def status_label(self, ledger: QuarterlyLedger) -> str:
        """Open or submitted."""
        return ledger.get_status_display()

    def panels(self, request: HttpRequest, row: QuarterlyLedger) -> Sequence[Panel]:
        """Head, steps, deductions and lines."""
        reviews = request.user.has_perm(REVIEW)
        return (
            ledger_facts(row),
            steps_of(row),
            deductions_of(row, may_undo=reviews),
            lines_of(row, page=request.GET.get("p", "1"), may_deduct=reviews and bool(row.total_fen)),
        )

    def buttons(self, request: HttpRequest, row: QuarterlyLedger) -> Sequence[Button]:
        """Download for everyone who sees it; steps for those whose they are."""
        buttons = []
        if url := workbook_url(row):
            buttons.append(Button(title="下载 Excel", url=url, icon="download"))
        if url := workbook_url(row, view="county-workbook"):
            buttons.append(Button(title="全县汇总", url=url, icon="table_view"))
        if row.status != QuarterlyLedger.Status.OPEN:
            return buttons
        may = request.user.has_perm
        if may(CHANGE_LEDGERS):
            build = reverse("admin:reimbursement_ledger_build", args=[row.pk])
            buttons.append(Button(title="重新编制", url=build, icon="sync", post=True))
            whole = reverse("admin:reimbursement_quarter_build")
            buttons.append(Button(title="编制全县", url=whole, icon="library_add"))
        buttons += _step_buttons(request, row)
        if may(SUBMIT):
            submit = reverse("admin:reimbursement_ledger_submit", args=[row.pk])
            buttons.append(Button(title="全县汇总报送", url=submit, icon="send", primary=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: building again and the steps."""
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view
        steps: list[tuple[str, Any, str]] = [
            ("build-quarter/", self.build_quarter, "quarter_build"),
            ("<int:pk>/build/", require_POST(self.build), "ledger_build"),
            ("<int:pk>/submit/", self.submit, "ledger_submit"),
            ("<int:pk>/return/", self.send_back, "ledger_return"),
            ("<int:pk>/<str:step>/step/", require_POST(self.step), "ledger_step"),
            ("lines/<int:pk>/deduct/", self.deduct, "line_deduct"),
            ("deductions/<int:pk>/undo/", self.undo_deduction, "deduction_undo"),
        ]
        own = [path(route, view(each), name=f"reimbursement_{name}") for route, each, name in steps]
        return [*own, *urls]

    def build(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Build again in the background (重新编制)."""
        ledger = self.row_for(request, pk, CHANGE_LEDGERS)
        # By name: doors do not import one another.
        task = current_app.signature(
            "reimbursement.build_ledger",
            kwargs={
                "kind_id": ledger.kind_id,
                "county_id": ledger.county_id,
                "hospital_id": ledger.hospital_id,
                "year": ledger.year,
                "quarter": ledger.quarter,
            },
        )
        transaction.on_commit(task.apply_async)
        self.log_change(request, ledger, "重新编制")
        messages.success(request, "已交后台重新编制，稍后刷新本页查看结果。")
        return HttpResponseRedirect(_page(ledger))

    def build_quarter(self, request: HttpRequest) -> HttpResponse:
        """Build every ledger of a county and quarter in the background, with progress (编制全县台账)."""
        if not request.user.has_perm(CHANGE_LEDGERS):
            raise PermissionDenied
        form = QuarterForm(request.POST or None, counties=scope_of(request).limit(county="pk", hospital=""))
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            keys = {"year": values["year"], "quarter": int(values["quarter"])}
            result = reverse("admin:reimbursement_quarterlyledger_changelist")
            job = county_quarter_order(
                county=values["county"], owner=user_of(request), result_url=result, **keys
            )
            # By name: doors do not import one another.
            task = current_app.signature(
                "reimbursement.build_county_quarter",
                kwargs={**keys, "county_id": values["county"].pk, "job_id": job.pk},
            )
            transaction.on_commit(task.apply_async)
            return HttpResponseRedirect(reverse("admin:common_job_change", args=[job.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "编制全县台账",
            "form": form,
            "note": "季度未结束的为预编；已报送的台账不变，以后的更正计入下一季度。",
            "back_url": reverse("admin:reimbursement_quarterlyledger_changelist"),
        }
        return TemplateResponse(request, "settlement/form_page.html", context)

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Confirm, withdraw or review (确认、撤回、审核通过)."""
        if step not in CLICKS:
            raise Http404
        ledger = self.row_for(request, pk, PERMISSION[step])
        user = user_of(request)
        work = {
            "confirm": lambda: ledger_confirm(
                ledger_id=pk, by=Actor(user=user), content_hash=request.GET.get("seen", "")
            ),
            "withdraw": lambda: ledger_withdraw(ledger_id=pk, by=Actor(user=user)),
            "review": lambda: ledger_review(ledger_id=pk, by=user),
        }[step]
        return self.done(request, ledger, _page(ledger), step=CLICKS[step][0], work=work)

    def send_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the ledger back to the hospital (退回)."""
        ledger = self.row_for(request, pk, REVIEW)
        return self.ask(
            request, ledger, _page(ledger), step="退回医疗机构", form=NoteForm,
            work=lambda values: ledger_return(ledger_id=pk, by=user_of(request), note=values["reason"]),
        )  # fmt: skip

    def deduct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take something off a line (扣减)."""
        line = LedgerLine.objects.filter(pk=pk).first()
        ledger = self.row_for(request, line.ledger_id if line else 0, REVIEW)
        return self.ask(
            request, ledger, _page(ledger), step=f"扣减明细 {pk}", form=DeductForm,
            work=lambda values: line_deduct(
                line_id=pk, amount_fen=values["amount"], reason=values["reason"], by=user_of(request)
            ),
        )  # fmt: skip

    def undo_deduction(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a deduction back (撤销扣减)."""
        deduction = LineDeduction.objects.select_related("line").filter(pk=pk).first()
        ledger = self.row_for(request, deduction.line.ledger_id if deduction else 0, REVIEW)
        return self.ask(
            request, ledger, _page(ledger), step="撤销扣减", form=NoteForm,
            work=lambda values: deduction_undo(
                deduction_id=pk, reason=values["reason"], by=user_of(request)
            ),
        )  # fmt: skip

    def submit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the county would submit; on confirmation submit it (汇总报送)."""
        ledger = self.row_for(request, pk, SUBMIT)
        if request.method == "POST":
            return self.done(
                request, ledger, _page(ledger), step="全县汇总报送",
                work=lambda: county_submit(
                    kind=ledger.kind, county=ledger.county, year=ledger.year, quarter=ledger.quarter,
                    by=user_of(request),
                ),
            )  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": f"全县汇总报送：{ledger.kind.title or ledger.kind_code}",
            "opts": self.opts,
            "panel": _county(ledger, scope=scope_of(request)),
            "back_url": _page(ledger),
        }
        return TemplateResponse(request, "reimbursement/submit.html", context)


def _step_buttons(request: HttpRequest, ledger: QuarterlyLedger) -> list[Button]:
    stage = ledger_stage(ledger)
    buttons = []
    for step in NEXT_STEPS[stage.step if stage else None]:
        if step == "return" and request.user.has_perm(REVIEW):
            url = reverse("admin:reimbursement_ledger_return", args=[ledger.pk])
            buttons.append(Button(title="退回医疗机构", url=url, icon="reply"))
        elif step in CLICKS and request.user.has_perm(PERMISSION[step]):
            # What is confirmed is what this page shows.
            seen = f"?seen={ledger.content_hash}"
            url = reverse("admin:reimbursement_ledger_step", args=[ledger.pk, step]) + seen
            title, icon = CLICKS[step]
            buttons.append(Button(title=title, url=url, icon=icon, post=True))
    return buttons


def _county(ledger: QuarterlyLedger, *, scope: Scope) -> Table:
    """Every hospital's ledger that would be submitted together."""
    same = ledger_list(scope=scope).filter(
        kind_code=ledger.kind_code, county=ledger.county, year=ledger.year, quarter=ledger.quarter, items=None
    )
    rows = list(same.order_by("hospital__code"))
    return Table(
        title=f"{ledger.county} {ledger.period} {ledger.kind.title or ledger.kind_code}",
        headers=("医疗机构", "办理情况", "笔数", "合计（元）"),
        rows=[
            (
                link(each, label=each.hospital.name),
                text(stage_text(each)),
                text(each.line_count),
                yuan(each.total_fen),
            )
            for each in rows
        ],
        foot=(text("合计"), Cell(text=""), Cell(text=""), yuan(sum(each.total_fen for each in rows))),
        numeric=frozenset({3}),
    )


def _page(ledger: QuarterlyLedger) -> str:
    return reverse("admin:reimbursement_quarterlyledger_change", args=[ledger.pk])
