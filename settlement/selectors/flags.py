"""Flags as the office works on them (疑点查询)."""

from typing import Any, NamedTuple

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from organizations.scope import Scope
from settlement.models import Flag, FlagStep

OPEN = "待处理"
PENDING = ("", FlagStep.State.ASKED, FlagStep.State.EXPLAINED)
STATES = (("pending", "未办结"), ("open", OPEN), *FlagStep.State.choices)


class FlagState(NamedTuple):
    """Where a flag stands: the newest step's state, "" while nobody took one, and its number."""

    state: str
    number: int

    @property
    def label(self) -> str:
        """In Chinese."""
        return FlagStep.State(self.state).label if self.state else OPEN


def with_state(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    """Each with ``state``: "" while open."""
    latest = FlagStep.objects.filter(flag=OuterRef("pk")).order_by("-number").values("state")[:1]
    return flags.annotate(state=Coalesce(Subquery(latest), Value(""), output_field=CharField()))


def state_label(flag: Any) -> str:
    """The state of a flag that ``with_state`` annotated, in Chinese."""
    return FlagState(flag.state, 0).label


def flags_pending(*, scope: Scope) -> QuerySet[Flag]:
    """Flags that wait for the office."""
    decided = FlagStep.objects.filter(
        flag=OuterRef("pk"),
        state__in=(FlagStep.State.CONFIRMED, FlagStep.State.DISMISSED, FlagStep.State.REVERSED),
    )
    flags = Flag.objects.filter(scope.limit(county="county", hospital=""))
    return flags.filter(~Exists(decided))


def flag_state(flag: Flag) -> FlagState:
    """Where a flag stands now."""
    latest = flag.steps.order_by("-number").first()
    return FlagState(latest.state, latest.number) if latest else FlagState("", 0)
