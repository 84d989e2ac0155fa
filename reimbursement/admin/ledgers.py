"""Quarterly ledgers (季度台账): look up, build again, submit, download."""

from collections.abc import Sequence
from typing import Any, ClassVar

from celery import current_app
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, link, text, yuan
from organizations.admin.scoped import ScopedLookupAdmin
from policies.models import Fund
from reimbursement.errors import LedgerError
from reimbursement.models import QuarterlyLedger
from reimbursement.services import ledger_submit
from settlement.models import Payment

CHANGE_LEDGERS = "reimbursement.change_quarterlyledger"
LINES_SHOWN = 100
STATUS = {"编制中": "warning", "已报送": "success"}


@admin.register(QuarterlyLedger)
class QuarterlyLedgerAdmin(ScopedLookupAdmin):
    """季度台账."""

    scope_county = "county"
    scope_hospital = "hospital"
    keeps_history = True
    list_display = (
        "quarter_text", "kind_title", "hospital", "county", "line_count",
        yuan_column("total_fen", "合计（元）"), "due", "status_label",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        "year",
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
        """Head and lines."""
        return (ledger_facts(row), lines_of(row, page=request.GET.get("p", "1")))

    def buttons(self, request: HttpRequest, row: QuarterlyLedger) -> Sequence[Button]:
        """Download for everyone who sees it; building and submitting for those who may."""
        buttons = []
        if url := workbook_url(row):
            buttons.append(Button(title="下载 Excel", url=url, icon="download"))
        if url := workbook_url(row, view="county-workbook"):
            buttons.append(Button(title="全县汇总", url=url, icon="table_view"))
        if row.status == QuarterlyLedger.Status.OPEN and _may_change(request):
            build = reverse("admin:reimbursement_ledger_build", args=[row.pk])
            submit = reverse("admin:reimbursement_ledger_submit", args=[row.pk])
            buttons.append(Button(title="重新编制", url=build, icon="sync", post=True))
            buttons.append(Button(title="报送", url=submit, icon="send", primary=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: building again and submitting."""
        urls: list[URLPattern] = super().get_urls()
        build = self.admin_site.admin_view(require_POST(self.build))
        submit = self.admin_site.admin_view(self.submit)
        return [
            path("<int:pk>/build/", build, name="reimbursement_ledger_build"),
            path("<int:pk>/submit/", submit, name="reimbursement_ledger_submit"),
            *urls,
        ]

    def build(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Build again in the background (重新编制)."""
        ledger = self._changeable(request, pk)
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

    def submit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what will be frozen; on confirmation submit it (报送)."""
        ledger = self._changeable(request, pk)
        if request.method == "POST":
            return self._submit(request, ledger)
        context = {
            **self.admin_site.each_context(request),
            "title": f"报送：{ledger}",
            "opts": self.opts,
            "panel": ledger_facts(ledger),
            "back_url": _page(ledger),
        }
        return TemplateResponse(request, "reimbursement/submit.html", context)

    def _submit(self, request: HttpRequest, ledger: QuarterlyLedger) -> HttpResponse:
        by = request.user if isinstance(request.user, User) else None
        try:
            ledger_submit(ledger_id=ledger.pk, by=by)
        except LedgerError as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, ledger, "报送")
            messages.success(request, "台账已报送，内容不再变动；以后的更正计入下一季度。")
        return HttpResponseRedirect(_page(ledger))

    def _changeable(self, request: HttpRequest, pk: int) -> QuarterlyLedger:
        ledger = self.get_object(request, str(pk))
        if not isinstance(ledger, QuarterlyLedger):
            raise Http404
        if not _may_change(request):
            raise PermissionDenied
        return ledger


def _may_change(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(CHANGE_LEDGERS))


def _page(ledger: QuarterlyLedger) -> str:
    return reverse("admin:reimbursement_quarterlyledger_change", args=[ledger.pk])


def workbook_url(ledger: QuarterlyLedger, *, view: str = "ledger-workbook") -> str:
    """Where reporting serves the Excel file; empty where it does not."""
    try:
        return reverse(f"reporting:{view}", args=[ledger.pk])
    except NoReverseMatch:
        return ""


def due_text(ledger: QuarterlyLedger) -> str:
    """The deadline of a ledger."""
    if ledger.due_on is None:
        return "—"
    return f"{ledger.due_on.isoformat()}{'（待核实）' if ledger.due_provisional else ''}"


def ledger_facts(ledger: QuarterlyLedger) -> Facts:
    """The head of a ledger."""
    status = ledger.get_status_display()
    return Facts(
        title=str(ledger),
        badge=Cell(text=status, tone=STATUS[status]),  # type: ignore[arg-type]
        items=(
            ("台账编号", text(ledger.ledger_no)),
            ("台账种类", text(ledger.kind.title or ledger.kind.code)),
            ("县（市、区）", text(ledger.county)),
            ("医疗机构", link(ledger.hospital)),
            ("笔数", text(ledger.line_count)),
            ("合计（元）", yuan(ledger.total_fen)),
            ("报送期限", text(due_text(ledger))),
            ("编制时间", text(ledger.built_at)),
            ("报送时间", text(ledger.submitted_at)),
            ("报送人", text(ledger.submitted_by)),
        ),
    )


def lines_of(ledger: QuarterlyLedger, *, page: str) -> Table:
    """A page of the ledger's lines; the total is that of the whole ledger."""
    lines: QuerySet[Any] = ledger.lines.select_related("payment__claim__person", "payment__settlement")
    shown = Paginator(lines, LINES_SHOWN).get_page(page)
    funds = dict(Fund.objects.values_list("code", "name"))
    rows = []
    for line in shown:
        payment: Payment = line.payment
        rows.append(
            (
                text(payment.posted_on),
                link(payment.claim),
                link(payment.claim.person, label=payment.claim.person.name),
                text(payment.claim.person.masked_id_number),
                text(payment.claim.diagnosis_name),
                text(payment.settlement.get_kind_display()),
                text(funds.get(payment.fund, payment.fund)),
                yuan(line.amount_fen),
            )
        )
    blank = Cell(text="")
    following = Cell(text="下一页", url=f"?p={shown.next_page_number()}") if shown.has_next() else None
    pages = shown.paginator.num_pages
    return Table(
        title=f"明细（第{shown.number}页，共{pages}页）" if pages > 1 else "明细",
        headers=("记账日期", "单据号", "姓名", "身份证号", "诊断", "种类", "资金", "金额（元）"),
        rows=rows,
        foot=(text("台账合计"), *[blank] * 6, yuan(ledger.total_fen)),
        numeric=frozenset({7}),
        more=following,
        empty="没有明细",
    )
