"""Packs (政策包): every number with its clause, every doubt marked."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_lookup import period_column
from common.admin_panels import Cell, Facts, Panel, Tone, period, text
from common.codes import Tier
from organizations.admin.scoped import PublicLookupAdmin
from policies.admin.comparison_page import PolicyComparison
from policies.admin.lifecycle import PolicyLifecycle
from policies.admin.pack_page import pack_tables
from policies.admin.words import labels
from policies.codes import PolicyStatus
from policies.models import Policy

STATUS: dict[str, Tone] = {"草稿": "info", "已复核": "primary", "已发布": "success", "已停用": ""}


@admin.register(Policy)
class PolicyAdmin(PolicyLifecycle, PolicyComparison, PublicLookupAdmin):
    """政策包."""

    list_display = ("title", "city_name", period_column("valid", "有效期"), "status_label", "published_at")
    list_filter: ClassVar[Any] = [("status", ChoicesDropdownFilter), "city_name"]
    search_fields = ("title", "city_name", "code")
    search_help_text = "名称或统筹地区"
    list_select_related = ("drafted_by", "reviewed_by")

    @display(description="状态", ordering="status", label=STATUS)
    def status_label(self, policy: Policy) -> str:
        """How far the pack has come."""
        return policy.get_status_display()

    def panels(self, request: HttpRequest, row: Policy) -> Sequence[Panel]:
        """The pack's head, then its rows."""
        tables, doubts = pack_tables(row)
        return (self.facts(row, doubts), *tables)

    def facts(self, policy: Policy, doubts: Sequence[tuple[str, str]]) -> Facts:
        """Where, when, by whom; how many rows await confirmation."""
        status = policy.get_status_display()
        unpublished = policy.status in (PolicyStatus.DRAFT, PolicyStatus.REVIEWED)
        mark = Cell(
            text=f"{len(doubts)} 条" if doubts else "无",
            tone="warning" if doubts else "",
            note="" if unpublished or not doubts else "发布时已逐条确认",
        )
        return Facts(
            title=policy.title,
            badge=Cell(text=status, tone=STATUS[status]),
            items=(
                ("统筹地区", text(f"{policy.city_name}（{policy.city_code}）")),
                ("有效期", text(period(policy.valid))),
                ("保障层次", text(labels(policy.tiers, Tier))),
                ("待核实", mark),
                ("起草人", text(policy.drafted_by)),
                ("复核人", text(policy.reviewed_by)),
                ("发布时间", text(policy.published_at)),
                (
                    "支付取整",
                    text("到分" if policy.rounding_unit_fen == 1 else f"{policy.rounding_unit_fen}分"),
                ),
                *((("说明", text(policy.note)),) if policy.note else ()),
            ),
        )
