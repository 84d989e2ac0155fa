"""Settlements and payments as lists (结算、支付): posted facts, signed."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_lookup import yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, count, link, text, yuan
from organizations.admin.scoped import ScopedLookupAdmin
from policies.models import Fund
from settlement.admin.claim_filters import FundFilter
from settlement.admin.words import is_count, pool_names
from settlement.models import Payment, Settlement
from settlement.wording import fund_names, tier_name

FIGURES = (
    ("total_fen", "总费用"),
    ("waived_fen", "减免"),
    ("excluded_fen", "全自费"),
    ("over_limit_fen", "超限价自费"),
    ("upfront_fen", "先行自付"),
    ("in_scope_fen", "政策范围内"),
    ("over_quota_fen", "超病种限额"),
    ("hospital_borne_fen", "医院承担"),
    ("paid_fen", "各层次支付合计"),
    ("account_fen", "补付到个人账户"),
    ("patient_fen", "个人负担"),
)


@admin.register(Settlement)
class SettlementAdmin(ScopedLookupAdmin):
    """结算."""

    exports = True
    person_path = "claim__person"
    scope_county = "claim__insured_county"
    scope_hospital = "claim__hospital"
    list_display = (
        "posted_on", "claim", "person", "hospital", "kind_label",
        yuan_column("total_fen", "总费用", ordering=None),
        yuan_column("paid_fen", "支付合计", ordering=None),
        yuan_column("patient_fen", "个人负担", ordering=None),
        "reason",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("kind", ChoicesDropdownFilter),
        ("posted_on", DayRangeFilter),
        ("claim__insured_county", AutocompleteSelectFilter),
        ("claim__hospital", AutocompleteSelectFilter),
        ("claim__visit_type", ChoicesDropdownFilter),
    ]
    list_select_related = ("claim__person", "claim__hospital")
    ordering = ("-id",)
    search_fields = ("claim__claim_no__exact", "^claim__person__name")
    search_help_text = "单据号，或姓名的开头"

    @display(description="人员")
    def person(self, row: Settlement) -> str:
        """Whose claim."""
        return row.claim.person.name

    @display(description="医疗机构")
    def hospital(self, row: Settlement) -> str:
        """Whose bill; nobody's for an entry of the year-end run."""
        return str(row.claim.hospital or "年末补算")

    @display(description="种类", label={"结算": "success", "冲销": "danger", "调整": "warning"})
    def kind_label(self, row: Settlement) -> str:
        """First settlement or a signed difference."""
        return row.get_kind_display()

    def panels(self, request: HttpRequest, row: Settlement) -> Sequence[Panel]:
        """The posting, its payments and what it put into the year."""
        funds = fund_names()
        entries = list(row.pool_entries.all())
        names = pool_names([row.claim.policy_id], [entry.pool for entry in entries])
        header = (
            ("单据号", link(row.claim)),
            ("人员", link(row.claim.person, label=row.claim.person.name)),
            ("医疗机构", link(row.claim.hospital)),
            ("记账日期", text(row.posted_on)),
            ("记账时间", text(row.posted_at)),
            ("原因", text(row.reason)),
            ("起因", link(row.caused_by) if row.caused_by else text("")),
        )
        return (
            Facts(title=row.get_kind_display(), items=header),
            Facts(title="金额（元）", items=[(title, yuan(getattr(row, name))) for name, title in FIGURES]),
            Table(
                title="支付（元）",
                headers=("层次", "资金", "收款方", "金额"),
                rows=[
                    (
                        text(tier_name(payment.tier, payment.benefit)),
                        text(funds.get(payment.fund, payment.fund)),
                        text(payment.get_payee_display()),
                        yuan(payment.amount_fen),
                    )
                    for payment in row.payments.all()
                ],
                foot=(
                    text("合计"),
                    Cell(text=""),
                    Cell(text=""),
                    yuan(sum(payment.amount_fen for payment in row.payments.all())),
                ),
                numeric=frozenset({3}),
            ),
            Table(
                title="计入年度累计",
                headers=("累计项目", "数额"),
                rows=[
                    (
                        text(names[entry.pool]),
                        count(entry.amount) if is_count(entry.pool) else yuan(entry.amount),
                    )
                    for entry in entries
                ],
                numeric=frozenset({1}),
            ),
        )


@admin.register(Payment)
class PaymentAdmin(ScopedLookupAdmin):
    """支付."""

    exports = True
    scope_county = "county"
    scope_hospital = "hospital"
    list_display = (
        "posted_on", "claim", "hospital", "county", "tier", "fund_name", "payee",
        yuan_column("amount_fen", "金额", ordering=None),
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("tier", ChoicesDropdownFilter),
        FundFilter,
        ("payee", ChoicesDropdownFilter),
        ("county", AutocompleteSelectFilter),
        ("hospital", AutocompleteSelectFilter),
        ("posted_on", DayRangeFilter),
    ]
    list_select_related = ("claim", "hospital", "county")
    ordering = ("-id",)
    search_fields = ("claim__claim_no__exact", "^claim__person__name")
    search_help_text = "单据号，或姓名的开头"
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With the fund's name: payments keep its code."""
        named = Fund.objects.filter(code=OuterRef("fund")).values("name")[:1]
        rows: QuerySet[Payment] = super().get_queryset(request)
        return rows.annotate(named_fund=Subquery(named))

    @display(description="资金来源", ordering="fund")
    def fund_name(self, row: Any) -> str:
        """The fund as people call it; an unknown code is kept and shown."""
        return row.named_fund or str(row.fund)
