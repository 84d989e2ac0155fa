"""Payments on ledgers (拨付): look up, acknowledge, take back."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from common.admin_lookup import Button, yuan_column
from common.admin_panels import Facts, Panel, link, text, yuan
from organizations.admin.scoped import scope_of
from reimbursement.admin.asking import AskingAdmin, NoteForm, ReceiveForm, ReturnForm, user_of
from reimbursement.admin.due_filters import ReceiptFilter
from reimbursement.models import LedgerPayment
from reimbursement.selectors import payment_list
from reimbursement.services import Actor, payment_receive, payment_return, payment_undo

PAY = "reimbursement.pay_submission"
RECEIVE = "reimbursement.receive_ledgerpayment"
STATES = {
    "已到账": "success", "待确认到账": "warning", "已撤销": "danger", "撤销记录": "danger",
    "已退回": "danger", "退回记录": "danger", "已收回": "info",
}  # fmt: skip


@admin.register(LedgerPayment)
class LedgerPaymentAdmin(AskingAdmin):
    """拨付."""

    list_display = (
        "paid_on", "hospital", "submission", yuan_column("amount_fen", "金额（元）"), "bank_reference",
        "state",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [ReceiptFilter, "item__submission__year", "item__submission__quarter"]
    search_fields = ("bank_reference__exact", "item__hospital__name")
    search_help_text = "银行流水号或医疗机构名称"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerPayment]:
        """Of the counties in scope; a hospital's own."""
        return payment_list(scope=scope_of(request))

    @display(description="医疗机构")
    def hospital(self, payment: LedgerPayment) -> str:
        """Whom it went to."""
        return payment.item.hospital.name

    @display(description="汇总申报")
    def submission(self, payment: LedgerPayment) -> str:
        """For what."""
        return payment.item.submission.number

    @display(description="状态", label=STATES)
    def state(self, payment: LedgerPayment) -> str:
        """Acknowledged, waiting, taken back."""
        return payment.state

    def panels(self, request: HttpRequest, row: LedgerPayment) -> Sequence[Panel]:
        """What moved, and what became of it."""
        receipt = getattr(row, "receipt", None)
        return (
            Facts(
                title=str(row.item.hospital),
                items=(
                    ("汇总申报", link(row.item.submission, label=row.item.submission.number)),
                    ("金额（元）", yuan(row.amount_fen)),
                    ("拨付日期", text(row.paid_on)),
                    ("银行流水号", text(row.bank_reference)),
                    ("登记人", text(row.by)),
                    ("登记时间", text(row.at)),
                    ("说明", text(row.note)),
                    ("状态", text(row.state)),
                    ("到账日期", text(receipt.received_on if receipt else "")),
                ),
            ),
        )

    def buttons(self, request: HttpRequest, row: LedgerPayment) -> Sequence[Button]:
        """Acknowledge, take back."""
        state = row.state
        buttons = []
        if state == "待确认到账" and request.user.has_perm(RECEIVE):
            url = reverse("admin:reimbursement_payment_receive", args=[row.pk])
            buttons.append(Button(title="确认到账", url=url, icon="check", primary=True))
        if state in {"待确认到账", "已收回"} and request.user.has_perm(PAY):
            url = reverse("admin:reimbursement_payment_undo", args=[row.pk])
            buttons.append(Button(title="撤销登记", url=url, icon="undo"))
        if state in {"待确认到账", "已到账"} and request.user.has_perm(PAY):
            url = reverse("admin:reimbursement_payment_return", args=[row.pk])
            buttons.append(Button(title="登记退回", url=url, icon="keyboard_return"))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: acknowledging, taking back, what came back."""
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/receive/", view(self.receive), name="reimbursement_payment_receive"),
            path("<int:pk>/undo/", view(self.undo), name="reimbursement_payment_undo"),
            path("<int:pk>/return/", view(self.returned), name="reimbursement_payment_return"),
            *urls,
        ]

    def receive(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The hospital has the money (确认到账)."""
        payment = self.row_for(request, pk, RECEIVE)
        return self.ask(
            request, payment, _page(pk), step="确认到账", form=ReceiveForm,
            work=lambda values: payment_receive(payment_id=pk, by=Actor(user=user_of(request)), **values),
        )  # fmt: skip

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The entry was wrong (撤销拨付登记)."""
        payment = self.row_for(request, pk, PAY)
        return self.ask(
            request, payment, _page(pk), step="撤销拨付登记", form=NoteForm,
            work=lambda values: payment_undo(payment_id=pk, reason=values["reason"], by=user_of(request)),
        )  # fmt: skip

    def returned(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The money came back (登记退回)."""
        payment = self.row_for(request, pk, PAY)
        return self.ask(
            request, payment, _page(pk), step="登记退回", form=ReturnForm,
            work=lambda values: payment_return(payment_id=pk, by=user_of(request), **values),
        )  # fmt: skip


def _page(pk: int) -> str:
    return reverse("admin:reimbursement_ledgerpayment_change", args=[pk])
