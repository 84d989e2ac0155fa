"""What patients paid back (患者退还): look up, take back."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, link, text, yuan
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from settlement.admin.payout_forms import ReasonForm
from settlement.manual_errors import ManualError
from settlement.models import PatientRepayment
from settlement.selectors.payouts import repayment_list
from settlement.services import repayment_undo
from settlement.wording import fund_names, tier_name

CONFIRM = "settlement.confirm_payoutbatch"
STATES = {"已退还": "success", "已撤销": "danger", "撤销记录": "danger"}


@admin.register(PatientRepayment)
class PatientRepaymentAdmin(ScopedLookupAdmin):
    """患者退还."""

    scope_county = "county"
    list_display = (
        "number_column", "person", "county", "received_on", yuan_column("amount_fen", "金额（元）"),
        "bank_reference", "state_column",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [("received_on", DayRangeFilter)]
    search_fields = ("bank_reference__exact", "person__name")
    search_help_text = "银行流水号或患者姓名"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PatientRepayment]:
        """Of the counties in scope."""
        return repayment_list(scope=scope_of(request))

    @display(description="退还编号", ordering="pk")
    def number_column(self, repayment: PatientRepayment) -> str:
        """What people quote."""
        return repayment.number

    @display(description="状态", label=STATES)
    def state_column(self, repayment: PatientRepayment) -> str:
        """Standing or taken back."""
        return repayment.state

    def panels(self, request: HttpRequest, row: PatientRepayment) -> Sequence[Panel]:
        """What came back, from whom, and to which funds it goes."""
        names = fund_names()
        facts = Facts(
            title=f"退还编号 {row.number}",
            items=(
                ("患者", link(row.person, label=row.person.name)),
                ("身份证号", text(row.person.masked_id_number)),
                ("县（市、区）", text(row.county)),
                ("金额（元）", yuan(row.amount_fen)),
                ("到账日期", text(row.received_on)),
                ("银行流水号", text(row.bank_reference)),
                ("登记人", text(row.by)),
                ("登记时间", text(row.at)),
                ("说明", text(row.note)),
                ("状态", text(row.state)),
                ("所撤销的退还", link(row.undoes) if row.undoes else text("")),
            ),
        )
        shares = Table(
            title="退还资金（元）",
            headers=("层次", "资金", "金额"),
            rows=[
                (text(tier_name(share.tier)), text(names.get(share.fund, share.fund)), yuan(share.amount_fen))
                for share in row.shares.all()
            ],
            foot=(text("合计"), Cell(text=""), yuan(row.amount_fen)),
            numeric=frozenset({2}),
            note="按各项资金待追回的金额比例分摊。",
        )
        return (facts, shares)

    def buttons(self, request: HttpRequest, row: PatientRepayment) -> Sequence[Button]:
        """Take a wrong entry back."""
        if row.state != "已退还" or not request.user.has_perm(CONFIRM):
            return ()
        url = reverse("admin:settlement_payout_repayment_undo", args=[row.pk])
        return (Button(title="撤销登记", url=url, icon="undo"),)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: taking back."""
        urls: list[URLPattern] = super().get_urls()
        undo = self.admin_site.admin_view(self.undo)
        return [path("<int:pk>/undo/", undo, name="settlement_payout_repayment_undo"), *urls]

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The entry was wrong (撤销退还登记)."""
        repayment = self.get_object(request, str(pk))
        if not isinstance(repayment, PatientRepayment):
            raise Http404
        if not request.user.has_perm(CONFIRM) or not isinstance(request.user, User):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        page = reverse("admin:settlement_patientrepayment_change", args=[pk])
        if request.method == "POST" and form.is_valid():
            try:
                repayment_undo(repayment=repayment, reason=form.cleaned_data["reason"], by=request.user)
            except ManualError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, "已撤销，原记录保留；这笔金额重新列入待追回。")
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"撤销退还登记：{repayment}",
            "form": form,
            "back_url": page,
        }
        return TemplateResponse(request, "settlement/form_page.html", context)
