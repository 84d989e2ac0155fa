"""What a source of ledger lines must say (台账内容)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from policies.models import LedgerKind
from settlement.models import Settlement


class LineKind(StrEnum):
    """Which column of a ledger line points at the row."""

    PAYMENT = "payment"
    SETTLEMENT = "settlement"
    EXAM_ADVANCE = "exam_advance"
    SERVICE_FEE = "service_fee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows that ledgers list, each once: ever where they are money, once per kind where they inform.

    Attributes:
        code: ``LedgerSource`` of the packs' rows.
        line_kind: column of ``LedgerLine`` that points at a row.
        is_money: a fund repays what the ledger comes to.
        model: table of the rows; has ``posted_on``.
        condition: which rows a kind lists, under the pack of that kind's row.
        always: what holds for every row of every kind.
        noun: what people call a row.
        amount_field: the row's amount, signed fen.
        fund: code of the fund that owes it; "" where nobody does.
        county: look-up of the county that the ledger is for.
        hospital: look-up of the hospital that keeps it.
        original: rows that correct nothing.
        sound_line: what must hold, from ``LedgerLine``, besides amount, place and time.
        corrected: look-up, from ``LedgerLine``, of what a correction and the line it corrects share.
    """

    code: str
    line_kind: LineKind
    is_money: bool
    model: type[Model]
    condition: Callable[[LedgerKind], Q]
    always: Q
    noun: str
    amount_field: str
    fund: Callable[[LedgerKind], Combinable]
    county: str
    hospital: str
    original: Q
    sound_line: Q
    corrected: tuple[tuple[str, str], ...]

    def rows(self, kind: LedgerKind) -> QuerySet[Any]:
        """Every row that ledgers of this kind list, of all counties and times.

        A row belongs to the kind as the pack states it under which its claim was settled.
        """
        stated = LedgerKind.objects.select_related("fund").filter(
            policy__city_code=kind.policy.city_code, code=kind.code, source=self.code
        )
        condition = Q(pk__in=())
        for row in stated:
            condition |= self.condition(row)
        rows: QuerySet[Any] = self.model._default_manager.filter(condition, self.always)
        found: QuerySet[Any] = rows.annotate(
            at_county=F(self.county),
            at_hospital=F(self.hospital),
            line_fen=F(self.amount_field),
            line_fund=self.fund(kind),
        )
        return found


def first_settled_as(kind: LedgerKind, *, claim: str) -> Q:
    """Whom, what and where the kind bounds, as first settled; later corrections of data move no row.

    Args:
        kind: the row of the pack.
        claim: look-up of the claim in the queried table.
    """
    first = Settlement.objects.filter(claim=OuterRef(claim), kind=Settlement.Kind.ORIGINAL)
    bounded = first
    if kind.disease_lists:
        bounded = bounded.filter(inputs__claim__disease_lists__has_any_keys=kind.disease_lists)
    if kind.identities:
        bounded = bounded.filter(inputs__facts__identities__has_any_keys=kind.identities)
    if kind.places:
        bounded = bounded.filter(inputs__claim__place__in=kind.places)
    return Q() if bounded is first else Q(Exists(bounded))
