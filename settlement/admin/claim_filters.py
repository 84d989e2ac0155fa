"""Filters of claims and payments (费用、支付的筛选): by what was posted, by fund, by identity, by doubts."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from common.codes import IdentityCategory
from organizations.admin.scoped import scope_of
from policies.models import Fund
from settlement.models import Claim, Payment, Settlement
from settlement.selectors.flags import flags_pending


class PostedFilter(DropdownFilter):
    """By what has been posted on a claim; corrections are few and found by their own index."""

    title = "状态"
    parameter_name = "posted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """As the list's labels say."""
        return [
            ("settled", "已结算"),
            ("adjusted", "有调整"),
            ("reversed", "已冲销"),
            ("unsettled", "未结算"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A reversed claim is reversed, whatever was adjusted before."""
        postings = Settlement.objects.order_by()
        reversals = postings.filter(kind=Settlement.Kind.REVERSAL).values("claim")
        adjusted = postings.filter(kind=Settlement.Kind.ADJUSTMENT).values("claim")
        match self.value():
            case "settled":
                return queryset.filter(is_settled=True, is_reversed=False, is_adjusted=False)
            case "adjusted":
                return queryset.filter(pk__in=adjusted).exclude(pk__in=reversals)
            case "reversed":
                return queryset.filter(pk__in=reversals)
            case "unsettled":
                return queryset.filter(is_settled=False, is_reversed=False, is_adjusted=False)
            case _:
                return queryset


class FundFilter(DropdownFilter):
    """By the fund that pays."""

    title = "资金来源"
    parameter_name = "fund"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All funds: a few dozen."""
        return list(Fund.objects.order_by("name", "code").values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Payments of the fund, claims with one."""
        if not self.value():
            return queryset
        if queryset.model is Payment:
            return queryset.filter(fund=self.value())
        return queryset.filter(pk__in=Payment.objects.filter(fund=self.value()).order_by().values("claim"))


class IdentityFilter(DropdownFilter):
    """By the identity held on the day of discharge."""

    title = "身份类别"
    parameter_name = "identity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All categories."""
        return [(str(value), str(label)) for value, label in IdentityCategory.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        """Claims of people who held it then."""
        if not self.value():
            return queryset
        held = Claim.objects.filter(
            person__identities__category=self.value(),
            person__identities__valid__contains=F("discharged_on"),
        )
        return queryset.filter(pk__in=held.order_by().values("pk"))


class FlaggedFilter(DropdownFilter):
    """By doubts that nobody has decided."""

    title = "疑点"
    parameter_name = "flagged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one choice."""
        return [("pending", "有未办结的疑点")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        """Claims with an undecided flag in scope."""
        if self.value() != "pending":
            return queryset
        flags = flags_pending(scope=scope_of(request))
        return queryset.filter(pk__in=flags.order_by().values("claim"))
