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
    PatientRepayment,
    Payment,
    PayoutBatch,
    PayoutItem,
    PayoutLine,
    PayoutResult,
    RepaymentShare,
    Settlement,
)


@dataclass(slots=True, kw_only=True)
class Open:
    """All that is open for one person, signed fen, by key: payments, transfers that bounced, repayments."""

    person_id: int
    payments: dict[int, int] = field(default_factory=dict)
    bounced: dict[int, int] = field(default_factory=dict)
    repaid: dict[int, int] = field(default_factory=dict)

    @property
    def amount_fen(self) -> int:
        """To be paid; below zero: to be recovered."""
        return sum(self.payments.values()) + sum(self.bounced.values()) + self.repaid_fen

    @property
    def repaid_fen(self) -> int:
        """What the person paid back and no batch took up yet."""
        return sum(self.repaid.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """One person on the list of open sums (待支付清单); ``account`` is None where none is recorded."""

    person: Person
    account: PatientAccount | None
    amount_fen: int
    repaid_fen: int
    count: int


def open_sums(*, county: Region, person: Person | None = None) -> list[Open]:
    """What is open in a county by person, or for one person; three queries."""
    found: dict[int, Open] = {}
    payments, returned, repaid = open_entries(Scope(county_ids=frozenset({county.pk})))
    if person is not None:
        payments = payments.filter(claim__person=person)
        returned, repaid = returned.filter(person=person), repaid.filter(person=person)
    for pk, person_id, fen in payments.values_list("pk", "claim__person_id", "amount_fen"):
        found.setdefault(person_id, Open(person_id=person_id)).payments[pk] = fen
    for pk, person_id, fen in returned.values_list("pk", "person_id", "amount_fen"):
        found.setdefault(person_id, Open(person_id=person_id)).bounced[pk] = fen
    for pk, person_id, fen in repaid.values_list("pk", "person_id", "amount_fen"):
        found.setdefault(person_id, Open(person_id=person_id)).repaid[pk] = fen
    return [found[key] for key in sorted(found)]


def open_entries(
    scope: Scope,
) -> tuple[QuerySet[Payment], QuerySet[PayoutItem], QuerySet[PatientRepayment]]:
    """What is in no batch: payments, transfers that bounced, what was paid back; hospitals see none."""
    here = scope.limit(county="county", hospital="")
    batches = scope.limit(county="batch__county", hospital="")
    return (
        Payment.objects.filter(here, payee=Payment.Payee.PATIENT, payout_line=None),
        PayoutItem.objects.filter(batches, results__bounced=True, sent_again=None),
        PatientRepayment.objects.filter(here, payout_line=None),
    )


def open_of(*, person: Person, county: Region) -> Open:
    """What is open for one person in a county."""
    return next(iter(open_sums(county=county, person=person)), Open(person_id=person.pk))


def fund_balances(*, each: Open) -> dict[tuple[str, str], int]:
    """Open payments and repayments by tier and fund, in the order of the tiers; two queries."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    payments = Payment.objects.filter(pk__in=each.payments).values_list("tier", "fund", "amount_fen")
    shares = RepaymentShare.objects.filter(repayment__in=each.repaid)
    for tier, fund, fen in [*payments, *shares.values_list("tier", "fund", "amount_fen")]:
        sums[tier, fund] += fen
    return {key: sums[key] for key in sorted(sums, key=_by_tier)}


def accounts_of(*, person_ids: Iterable[int]) -> dict[int, PatientAccount]:
    """The account that holds of each person: the newest."""
    rows = PatientAccount.objects.filter(person__in=list(person_ids))
    return {row.person_id: row for row in rows.order_by("person_id", "-id").distinct("person_id")}


def open_rows(*, scope: Scope, county: Region) -> list[OpenRow]:
    """The list of open sums of a county of the scope, sums to recover with a minus; six queries."""
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
            repaid_fen=each.repaid_fen,
            count=len(each.payments) + len(each.bounced) + len(each.repaid),
        )
        for each in sums
    ]


def payout_batches(*, scope: Scope) -> QuerySet[PayoutBatch]:
    """The batches of the scope; hospitals see none."""
    return PayoutBatch.objects.filter(scope.limit(county="county", hospital="")).select_related(
        "county", "made_by"
    )


def without_result(batches: QuerySet[PayoutBatch]) -> QuerySet[PayoutBatch]:
    """Those of the batches with a transfer of which nobody recorded what the bank did."""
    return batches.filter(Exists(PayoutItem.objects.filter(batch=OuterRef("pk"), results=None)))


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
        shares = RepaymentShare.objects.filter(repayment__payout_line__item__in=items).order_by()
        repaid = shares.values_list("tier", "fund").annotate(fen=Sum("amount_fen"))
        for tier, fund, fen in [*grouped, *repaid]:
            totals[tier, fund] += fen
    return [(*key, totals[key]) for key in sorted(totals, key=_by_tier)]


def repayment_list(*, scope: Scope) -> QuerySet[PatientRepayment]:
    """What patients paid back in the scope, the newest first; hospitals see none."""
    return (
        PatientRepayment.objects.filter(scope.limit(county="county", hospital=""))
        .select_related("person", "county", "by", "undone_by", "undoes")
        .order_by("-pk")
    )


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


def _by_tier(key: tuple[str, str]) -> tuple[int, str]:
    return Tier.values.index(key[0]), key[1]


def _generations(items: list[int]) -> Iterable[list[int]]:
    """Transfers, then the bounced ones that they send again, and so on back."""
    while items:
        yield items
        again = PayoutLine.objects.filter(item__in=items, bounced__isnull=False)
        items = list(again.values_list("bounced_id", flat=True))
