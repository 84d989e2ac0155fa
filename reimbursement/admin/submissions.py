"""Submissions (汇总申报): what is applied, approved, paid and received per hospital and fund."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import display

from common.admin_filters import YearFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, link, text, yuan
from organizations.admin.scoped import scope_of
from policies.models import Fund
from reimbursement.admin.asking import AskingAdmin, NoteForm, PayForm, user_of
from reimbursement.models import Approval, Submission, SubmissionItem
from reimbursement.selectors import item_list, submission_list
from reimbursement.services import approval_undo, item_pay, submission_approve

APPROVE = "reimbursement.approve_submission"
PAY = "reimbursement.pay_submission"
BLANK = Cell(text="")


@admin.register(Submission)
class SubmissionAdmin(AskingAdmin):
    """汇总申报."""

    exports = True
    list_display = (
        "period_text", "title", "county", "ledger_count", yuan_column("total_fen", "申报（元）"),
        "submitted_on", "due_label",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [("year", YearFilter), "quarter", "pays"]
    list_select_related = ("kind", "county")
    search_fields = ("county__name", "kind_code__exact")
    search_help_text = "县（市、区）名称或台账代码"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """Those of the counties in scope; a hospital's own."""
        return submission_list(scope=scope_of(request))

    @display(description="季度", ordering="year")
    def period_text(self, submission: Submission) -> str:
        """Year and quarter."""
        return str(submission.period)

    @display(description="台账种类", ordering="kind_code")
    def title(self, submission: Submission) -> str:
        """What was submitted."""
        return submission.kind.title or submission.kind_code

    @display(description="报送期限", ordering="due_on", label={"逾期报送": "danger", "按期": "success"})
    def due_label(self, submission: Submission) -> str:
        """Whether it came in time."""
        if submission.due_on is None:
            return "未定期限"
        return "逾期报送" if submission.submitted_on > submission.due_on else "按期"

    def panels(self, request: HttpRequest, row: Submission) -> Sequence[Panel]:
        """Head, items, approvals; a hospital sees its own rows."""
        items = list(
            item_list(scope=scope_of(request)).filter(submission=row).order_by("hospital__code", "fund")
        )
        may_pay, may_approve = request.user.has_perm(PAY), request.user.has_perm(APPROVE)
        return (_facts(row), _items(items, may_pay=may_pay), _approvals(items, may_undo=may_approve))

    def buttons(self, request: HttpRequest, row: Submission) -> Sequence[Button]:
        """Approval, for whoever may."""
        if not row.pays or not request.user.has_perm(APPROVE):
            return ()
        ways = [("rest", "核定全部应付", True)]
        if row.rest_due_on is not None:
            ways.insert(0, ("first", "核定首付", False))
        return [
            Button(
                title=title,
                url=reverse("admin:reimbursement_submission_approve", args=[row.pk, part]),
                icon="task_alt",
                post=True,
                primary=primary,
            )
            for part, title, primary in ways
        ]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: approving and paying."""
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/approve/<str:part>/",
                view(require_POST(self.approve)),
                name="reimbursement_submission_approve",
            ),
            path("items/<int:pk>/pay/", view(self.pay), name="reimbursement_item_pay"),
            path("approvals/<int:pk>/undo/", view(self.undo), name="reimbursement_approval_undo"),
            *urls,
        ]

    def approve(self, request: HttpRequest, pk: int, part: str) -> HttpResponse:
        """Approve the first part or all that is due (核定)."""
        submission = self.row_for(request, pk, APPROVE)
        first_only = part == "first"
        return self.done(
            request, submission, _page(pk), step="核定首付" if first_only else "核定全部应付",
            work=lambda: submission_approve(submission_id=pk, first_only=first_only, by=user_of(request)),
        )  # fmt: skip

    def pay(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record a payment of an item (登记拨付)."""
        item = SubmissionItem.objects.filter(pk=pk).first()
        submission = self.row_for(request, item.submission_id if item else 0, PAY)
        return self.ask(
            request, submission, _page(submission.pk), step="登记拨付", form=PayForm,
            note="金额不能超过已核定未拨付的部分；银行流水号不能重复。",
            work=lambda values: item_pay(
                item_id=pk,
                amount_fen=values["amount"],
                paid_on=values["paid_on"],
                bank_reference=values["bank_reference"],
                note=values["note"],
                by=user_of(request),
            ),
        )  # fmt: skip

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take an approval back (撤销核定)."""
        approval = Approval.objects.select_related("item").filter(pk=pk).first()
        submission = self.row_for(request, approval.item.submission_id if approval else 0, APPROVE)
        return self.ask(
            request, submission, _page(submission.pk), step="撤销核定", form=NoteForm,
            work=lambda values: approval_undo(approval_id=pk, reason=values["reason"], by=user_of(request)),
        )  # fmt: skip


def _facts(row: Submission) -> Facts:
    unsure = "（待核实）" if row.dues_provisional else ""
    return Facts(
        title=str(row),
        items=(
            ("申报编号", text(row.number)),
            ("医疗机构数", text(row.ledger_count)),
            ("合计（元）", yuan(row.total_fen)),
            ("报送期限", text(row.due_on)),
            ("报送日期", text(row.submitted_on)),
            ("报送人", text(row.submitted_by)),
            ("拨付", text("需要拨付" if row.pays else "信息台账，不拨付")),
            ("拨付依据", text(row.plan_clause)),
            ("首付期限", text(f"{row.first_due_on}{unsure}" if row.first_due_on else "")),
            ("余款期限", text(f"{row.rest_due_on}{unsure}" if row.rest_due_on else "")),
        ),
    )


def _items(items: list[Any], *, may_pay: bool) -> Table:
    funds = dict(Fund.objects.values_list("code", "name"))
    rows = []
    for item in items:
        sums = (item.applied_fen, item.deducted_fen, item.approved_fen, item.paid_fen, item.received_fen)
        outstanding = item.applied_fen - item.deducted_fen - item.paid_fen
        url = reverse("admin:reimbursement_item_pay", args=[item.pk])
        payable = may_pay and item.approved_fen != item.paid_fen
        rows.append(
            (
                link(item.ledger, label=item.hospital.name),
                text(funds.get(item.fund, item.fund)),
                *[yuan(fen) for fen in sums],
                yuan(outstanding),
                Cell(text="登记拨付" if item.approved_fen > item.paid_fen else "登记收回", url=url)
                if payable
                else BLANK,
            )
        )
    totals = [
        sum(getattr(item, name) for item in items)
        for name in ("applied_fen", "deducted_fen", "approved_fen", "paid_fen", "received_fen")
    ]
    return Table(
        title="各医疗机构",
        headers=("医疗机构", "资金", "申报", "扣减", "核定", "已拨付", "已到账", "未付", ""),
        rows=rows,
        foot=(
            text("合计"),
            BLANK,
            *[yuan(fen) for fen in totals],
            yuan(totals[0] - totals[1] - totals[3]),
            BLANK,
        ),
        numeric=frozenset(range(2, 8)),
    )


def _approvals(items: list[Any], *, may_undo: bool) -> Table:
    found = (
        Approval.objects.filter(item__in=items)
        .select_related("item__hospital", "by", "undone_by")
        .order_by("pk")
    )
    rows = []
    for row in found:
        undone = row.undoes_id is not None or hasattr(row, "undone_by")
        url = reverse("admin:reimbursement_approval_undo", args=[row.pk])
        last = text("撤销" if row.undoes_id else "已撤销") if undone else Cell(text="撤销", url=url)
        rows.append(
            (
                text(row.at), text(row.item.hospital), text(row.by), text(row.note), yuan(row.amount_fen),
                last if undone or may_undo else BLANK,
            )
        )  # fmt: skip
    return Table(
        title="核定记录",
        headers=("时间", "医疗机构", "核定人", "说明", "金额（元）", ""),
        rows=rows,
        numeric=frozenset({4}),
        empty="尚未核定",
    )


def _page(pk: int) -> str:
    return reverse("admin:reimbursement_submission_change", args=[pk])
