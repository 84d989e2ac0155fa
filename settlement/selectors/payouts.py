"""Reads of what is to be paid to patients or to be recovered from them (待支付、待追回)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from beneficiaries.models import Person
from common.codes import Tier
from organizations.models import Region
from organizations.scope import Scope
from settlement.models import (
    ManualClaim,
    PatientAccount,
    Payment,
    PayoutBatch,
    PayoutItem,
    PayoutLine,
    PayoutResult,
    Settlement,
)


@dataclass(slots=True, kw_only=True)
class Open:
    """All that is open for one person, signed fen: payments by key, and transfers that bounced."""

    person_id: int
    payments: dict[int, int] = field(default_factory=dict)
    bounced: dict[int, int] = field(default_factory=dict)

    @property
    def amount_fen(self) -> int:
        """To be paid; below zero: to be recovered."""
        return sum(self.payments.values()) + sum(self.bounced.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """One person on the list of open sums (待支付清单); ``account`` is None where none is recorded."""

    person: Person
    account: PatientAccount | None
    amount_fen: int
    count: int


def open_sums(*, county: Region) -> list[Open]:
    """What is open in a county by person; two queries."""
    found: dict[int, Open] = {}
    payments = Payment.objects.filter(county=county, payee=Payment.Payee.PATIENT, payout_line=None)
    for pk, person_id, fen in payments.values_list("pk", "claim__person_id", "amount_fen"):
        found.setdefault(person_id, Open(person_id=person_id)).payments[pk] = fen
    returned = PayoutItem.objects.filter(batch__county=county, results__bounced=True, sent_again=None)
    for pk, person_id, fen in returned.values_list("pk", "person_id", "amount_fen"):
        found.setdefault(person_id, Open(person_id=person_id)).bounced[pk] = fen
    return [found[key] for key in sorted(found)]


def accounts_of(*, person_ids: Iterable[int]) -> dict[int, PatientAccount]:
    """The account that holds of each person: the newest."""
    rows = PatientAccount.objects.filter(person__in=list(person_ids))
    return {row.person_id: row for row in rows.order_by("person_id", "-id").distinct("person_id")}


def open_rows(*, scope: Scope, county: Region) -> list[OpenRow]:
    """The list of open sums of a county of the scope, sums to recover with a minus; five queries."""
    if not Region.objects.filter(scope.limit(county="pk", hospital=""), pk=county.pk).exists():
        return []
    sums = [each for each in open_sums(county=county) if each.amount_fen]
    people = Person.objects.in_bulk([each.person_id for each in sums])
    accounts = accounts_of(person_ids=people)
    return [
        OpenRow(
            person=people[each.person_id],
            account=accounts.get(each.person_id),
            amount_fen=each.amount_fen,
            count=len(each.payments) + len(each.bounced),
        )
        for each in sums
    ]


def payout_batches(*, scope: Scope) -> QuerySet[PayoutBatch]:
    """The batches of the scope; hospitals see none."""
    return PayoutBatch.objects.filter(scope.limit(county="county", hospital="")).select_related(
        "county", "made_by"
    )


def payout_items(*, batch: PayoutBatch) -> QuerySet[Any]:
    """The transfers of a batch, in the order of the list, with what the bank did."""
    results = PayoutResult.objects.filter(item=OuterRef("pk"))
    return (
        batch.items.select_related("person", "account")
        .annotate(
            is_paid=Exists(results.filter(bounced=False)), is_bounced=Exists(results.filter(bounced=True))
        )
        .order_by("pk")
    )


def fund_totals(*, batch: PayoutBatch) -> list[tuple[str, str, int]]:
    """Tier, fund and fen of a batch; transfers sent again count by what they first consisted of."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for items in _generations([item.pk for item in batch.items.all()]):
        rows = PayoutLine.objects.filter(item__in=items, payment__isnull=False).order_by()
        grouped = rows.values_list("payment__tier", "payment__fund").annotate(fen=Sum("amount_fen"))
        for tier, fund, fen in grouped:
            totals[tier, fund] += fen
    order = {str(tier): place for place, tier in enumerate(Tier.values)}
    return [(*key, fen) for key, fen in sorted(totals.items(), key=lambda part: (order[part[0][0]], part[0]))]


def manual_claims_in(*, items: Sequence[PayoutItem]) -> list[int]:
    """The keys of the claims from papers that these transfers pay; a later difference is not the claim's."""
    found: set[int] = set()
    for generation in _generations([item.pk for item in items]):
        rows = ManualClaim.objects.filter(
            claim__payments__payout_line__item__in=generation,
            claim__payments__settlement__kind=Settlement.Kind.ORIGINAL,
        )
        found |= set(rows.values_list("pk", flat=True))
    return sorted(found)


def _generations(items: list[int]) -> Iterable[list[int]]:
    """Transfers, then the bounced ones that they send again, and so on back."""
    while items:
        yield items
        again = PayoutLine.objects.filter(item__in=items, bounced__isnull=False)
        items = list(again.values_list("bounced_id", flat=True))
