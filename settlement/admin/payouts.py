"""Payment to patients (一卡通支付): what is open, batches for the bank, what the bank did."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Panel, yuan
from common.money import format_yuan
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from organizations.models import Region
from settlement.admin.due_filters import WaitingFilter
from settlement.admin.payout_forms import BankForm, BounceForm, RepayForm
from settlement.admin.payout_panels import batch_funds, batch_head, batch_items, open_table, owed_table
from settlement.manual_errors import ManualError
from settlement.models import PayoutBatch, PayoutItem
from settlement.selectors.payouts import open_rows, payout_items
from settlement.services import (
    payout_batch_confirm,
    payout_batch_make,
    payout_item_bounce,
    repayment_record,
)

MAKE = "settlement.add_payoutbatch"
CONFIRM = "settlement.confirm_payoutbatch"


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ScopedLookupAdmin):
    """支付批次."""

    scope_county = "county"
    list_before_template = "settlement/payout_counties.html"
    list_display = (
        "number_column", "county", "made_on", "made_by", "item_count", yuan_column("total_fen", "合计（元）"),
    )  # fmt: skip
    list_filter: ClassVar[Any] = [WaitingFilter, ("made_on", DayRangeFilter)]
    list_select_related = ("county", "made_by")

    @display(description="批次号", ordering="pk")
    def number_column(self, batch: PayoutBatch) -> str:
        """What people quote."""
        return batch.number

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the way to what is open, county by county."""
        context = {**(extra_context or {}), "counties": _counties(request)}
        return super().changelist_view(request, context)

    def panels(self, request: HttpRequest, row: PayoutBatch) -> Sequence[Panel]:
        """Head, funds, transfers."""
        return (batch_head(row), batch_funds(row), batch_items(row, bounce=request.user.has_perm(CONFIRM)))

    def buttons(self, request: HttpRequest, row: PayoutBatch) -> Sequence[Button]:
        """The file for those who make batches, the bank's answer for those who record it."""
        buttons = []
        if request.user.has_perm(MAKE) and (url := _file_url(row)):
            buttons.append(Button(title="下载代发清单", url=url, icon="download"))
        waiting = payout_items(batch=row).filter(is_paid=False, is_bounced=False).exists()
        if waiting and request.user.has_perm(CONFIRM):
            url = reverse("admin:settlement_payout_confirm", args=[row.pk])
            buttons.append(Button(title="登记支付成功", url=url, icon="task_alt", primary=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: what is open, the bank's answers."""
        view = self.admin_site.admin_view
        urls: list[URLPattern] = super().get_urls()
        return [
            path("open/<int:county_id>/", view(self.open), name="settlement_payout_open"),
            path(
                "open/<int:county_id>/repay/<int:person_id>/",
                view(self.repay),
                name="settlement_payout_repay",
            ),
            path("<int:pk>/confirm/", view(self.confirm), name="settlement_payout_confirm"),
            path("items/<int:pk>/bounce/", view(self.bounce), name="settlement_payout_bounce"),
            *urls,
        ]

    def open(self, request: HttpRequest, county_id: int) -> HttpResponse:
        """What is open in a county; on demand it becomes a batch (待支付清单)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        county = get_object_or_404(_counties(request), pk=county_id)
        if request.method == "POST":
            return self._make(request, county)
        rows = open_rows(scope=scope_of(request), county=county)
        context = {
            "title": f"待支付清单：{county.name}",
            "panels": [open_table([row for row in rows if row.amount_fen > 0]),
                       owed_table([row for row in rows if row.amount_fen < 0], county=county,
                                   repay=request.user.has_perm(CONFIRM))],
            "may_make": request.user.has_perm(MAKE)
            and any(row.amount_fen > 0 and row.account is not None for row in rows),
            "back_url": reverse("admin:settlement_payoutbatch_changelist"),
        }  # fmt: skip
        return self._answer(request, "settlement/payout_open.html", context)

    def _make(self, request: HttpRequest, county: Region) -> HttpResponse:
        if not request.user.has_perm(MAKE):
            raise PermissionDenied
        try:
            batch = payout_batch_make(county=county, by=_user(request))
        except ManualError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:settlement_payout_open", args=[county.pk]))
        messages.success(request, f"已生成批次 {batch.number}，请下载代发清单送银行。")
        return HttpResponseRedirect(_page(batch))

    def repay(self, request: HttpRequest, county_id: int, person_id: int) -> HttpResponse:
        """A patient pays back what is to be recovered (登记退还)."""
        if not request.user.has_perm(CONFIRM):
            raise PermissionDenied
        county = get_object_or_404(_counties(request), pk=county_id)
        rows = open_rows(scope=scope_of(request), county=county)
        owed = next((row for row in rows if row.person.pk == person_id and row.amount_fen < 0), None)
        if owed is None:
            messages.error(request, "该患者没有待追回的款项。")
            return HttpResponseRedirect(reverse("admin:settlement_payout_open", args=[county.pk]))
        person, owed_fen = owed.person, -owed.amount_fen

        def record(values: dict[str, Any]) -> None:
            repayment_record(person=person, county=county, by=_user(request), **values)
            messages.success(request, "已登记退还。")

        return self._ask(
            request,
            f"登记退还：{person.name} 待追回 {yuan(owed_fen).text} 元",
            RepayForm(request.POST or None, initial={"amount_fen": format_yuan(owed_fen)}),
            record=record,
            back=reverse("admin:settlement_payout_open", args=[county.pk]),
            note="患者退回到医保基金账户的款项，凭银行流水号登记；不退还的，从以后应付款项中扣回。",
        )

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bank paid the batch (登记支付成功)."""
        batch = self._batch(request, pk)

        def record(values: dict[str, Any]) -> None:
            done = payout_batch_confirm(batch=batch, by=_user(request), **values)
            messages.success(request, f"已登记 {done} 笔支付成功。")

        note = "银行退回的请先逐笔登记退回；其余未登记的全部登记为支付成功。"
        form = BankForm(request.POST or None)
        title = f"登记支付成功：{batch}"
        return self._ask(request, title, form, record=record, back=_page(batch), note=note)

    def bounce(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bank sent a transfer back (登记退回)."""
        item = get_object_or_404(PayoutItem.objects.select_related("batch", "person"), pk=pk)
        batch = self._batch(request, item.batch_id)

        def record(values: dict[str, Any]) -> None:
            payout_item_bounce(item=item, by=_user(request), **values)
            messages.success(request, "已登记退回；更正账户后，下一批次重新支付。")

        title = f"登记退回：{item.person.name} {yuan(item.amount_fen).text} 元"
        form = BounceForm(request.POST or None)
        return self._ask(request, title, form, record=record, back=_page(batch))

    def _ask(
        self,
        request: HttpRequest,
        title: str,
        form: forms.Form,
        *,
        record: Callable[[dict[str, Any]], None],
        back: str,
        note: str = "",
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            try:
                record(form.cleaned_data)
            except ManualError as error:
                messages.error(request, str(error))
            else:
                return HttpResponseRedirect(back)
        context = {"title": title, "form": form, "note": note, "back_url": back}
        return self._answer(request, "settlement/form_page.html", context)

    def _batch(self, request: HttpRequest, pk: int) -> PayoutBatch:
        batch = self.get_object(request, str(pk))
        if not isinstance(batch, PayoutBatch):
            raise Http404
        if not request.user.has_perm(CONFIRM):
            raise PermissionDenied
        return batch

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**base, **context})


def _counties(request: HttpRequest) -> QuerySet[Region]:
    return Region.objects.filter(
        scope_of(request).limit(county="pk", hospital=""), level=Region.Level.COUNTY
    ).order_by("code")


def _file_url(batch: PayoutBatch) -> str:
    try:
        return reverse("reporting:payout-file", args=[batch.pk])
    except NoReverseMatch:
        return ""


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _page(batch: PayoutBatch) -> str:
    return reverse("admin:settlement_payoutbatch_change", args=[batch.pk])
