"""Claims (费用申报): the list, and the page with its explanation."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Panel
from organizations.admin.scoped import ScopedLookupAdmin
from settlement.admin.claim_filters import FlaggedFilter, FundFilter, IdentityFilter, PostedFilter
from settlement.admin.claim_page import claim_panels
from settlement.admin.claim_reversal import ReversalPage
from settlement.admin.trial_page import TrialPage
from settlement.models import Claim, Settlement

STATES = {"已结算": "success", "有调整": "warning", "已冲销": "danger", "未结算": "info"}


def net_of(column: str) -> Subquery:
    """The sum of a column over a claim's settlements: what holds now."""
    rows = Settlement.objects.filter(claim=OuterRef("pk")).order_by().values("claim")
    return Subquery(rows.annotate(net=Sum(column)).values("net"), output_field=BigIntegerField())


def has_posting(kind: str) -> Exists:
    """Whether a claim has a settlement of this kind."""
    return Exists(Settlement.objects.filter(claim=OuterRef("pk"), kind=kind))


@admin.register(Claim)
class ClaimAdmin(ReversalPage, TrialPage, ScopedLookupAdmin):
    """费用申报."""

    exports = True
    person_path = "person"
    scope_county = "insured_county"
    scope_hospital = "hospital"
    list_display = (
        "claim_no", "person", "hospital", "visit_type", "discharged_on", "diagnosis_name",
        yuan_column("total_fen", "总费用", ordering=None),
        yuan_column("net_paid_fen", "支付合计", ordering=None),
        yuan_column("net_patient_fen", "个人负担", ordering=None),
        "state",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("discharged_on", DayRangeFilter),
        ("insured_county", AutocompleteSelectFilter),
        ("hospital", AutocompleteSelectFilter),
        ("visit_type", ChoicesDropdownFilter),
        PostedFilter,
        FundFilter,
        IdentityFilter,
        FlaggedFilter,
        ("referral", ChoicesDropdownFilter),
    ]
    list_select_related = ("person", "hospital")
    search_fields = ("claim_no__exact", "^person__name", "^diagnosis_name")
    search_help_text = "单据号，或姓名、诊断名称的开头"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """With what holds now; computed for the rows of a page only."""
        rows: QuerySet[Claim] = super().get_queryset(request)
        return rows.select_related("person", "hospital", "insured_county", "policy").annotate(
            net_paid_fen=net_of("paid_fen"),
            net_patient_fen=net_of("patient_fen"),
            is_settled=has_posting(Settlement.Kind.ORIGINAL),
            is_reversed=has_posting(Settlement.Kind.REVERSAL),
            is_adjusted=has_posting(Settlement.Kind.ADJUSTMENT),
        )

    @display(description="状态", label=STATES)
    def state(self, claim: Any) -> str:
        """What has been posted on the claim."""
        return claim_state(claim)

    def buttons(self, request: HttpRequest, row: Claim) -> Sequence[Button]:
        """The one-page statement; it needs a settlement."""
        if claim_state(row) == "未结算":
            return ()
        # By name: reports stand above settlement.
        urls = [reverse(f"reporting:{name}", args=[row.pk]) for name in ("statement", "statement-pdf")]
        return (
            Button(title="打印一单清", url=urls[0], icon="print", primary=True),
            Button(title="一单清 PDF", url=urls[1], icon="picture_as_pdf"),
            *self._record_button(request, row),
            *(() if claim_state(row) == "已冲销" else self.reversal_button(request, row)),
        )

    def _record_button(self, request: HttpRequest, row: Claim) -> Sequence[Button]:
        """For findings that no rule makes, e.g. a false certificate."""
        if not request.user.has_perm("settlement.handle_flag"):
            return ()
        url = reverse("admin:settlement_flag_record", args=[row.pk])
        return (Button(title="记录违规", url=url, icon="flag"),)

    def panels(self, request: HttpRequest, row: Claim) -> Sequence[Panel]:
        """Header, amounts, tiers, explanation, funds, history, lines."""
        state = claim_state(row)
        tone: Any = STATES[state]
        return claim_panels(row, state=state, tone=tone)


def claim_state(claim: Any) -> str:
    """The state of a claim that the admin's query annotated."""
    if claim.is_reversed:
        return "已冲销"
    if claim.is_adjusted:
        return "有调整"
    return "已结算" if claim.is_settled else "未结算"
