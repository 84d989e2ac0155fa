"""Sums of the way to received money (资金情况): applied, approved, paid, overdue, budgeted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from organizations.scope import Scope
from reimbursement.models import Budget, LedgerLine, LedgerPayment, QuarterlyLedger
from reimbursement.selectors.flow import item_list
from reimbursement.selectors.ledgers import ledger_list
from reimbursement.selectors.open_items import OpenItem, open_items
from settlement.models import Payment

# What rows may be grouped by, and how items know it.
GROUPS = {
    "county": "submission__county__name",
    "hospital": "hospital__name",
    "fund": "fund",
    "kind": "submission__kind_code",
    "year": "submission__year",
    "quarter": "submission__quarter",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A group's sums (汇总行), fen."""

    group: tuple[Any, ...]
    applied_fen: int
    deducted_fen: int
    approved_fen: int
    paid_fen: int
    received_fen: int

    @property
    def outstanding_fen(self) -> int:
        """Owed and not paid (未付)."""
        return self.applied_fen - self.deducted_fen - self.paid_fen


def flow_sums(*, scope: Scope, by: tuple[str, ...] = tuple(GROUPS), **where: Any) -> list[FlowRow]:
    """Applied, deducted, approved, paid and received of what is to be paid (申报、扣减、核定、拨付、到账).

    郑卫〔2017〕214号 三(四), 黔南医保发〔2019〕36号 二(五)1. One query.

    Args:
        scope: whose rows.
        by: names of ``GROUPS``, in the order of the rows' ``group``.
        where: look-ups of items, e.g. ``submission__year=2019``.
    """
    fields = ("applied_fen", "deducted_fen", "approved_fen", "paid_fen", "received_fen")
    rows = item_list(scope=scope).filter(submission__pays=True, **where).order_by()
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(fields))
    for values in rows.values_list(*[GROUPS[name] for name in by], *fields).iterator(chunk_size=2000):
        group = sums[values[: len(by)]]
        for at, fen in enumerate(values[len(by) :]):
            group[at] += fen
    return [FlowRow(group=key, **dict(zip(fields, sums[key], strict=True))) for key in sorted(sums)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Something late (逾期)."""

    what: str
    county: str
    hospital: str
    number: str
    due_on: date
    open_fen: int


def overdue_list(*, scope: Scope, today: date) -> list[Overdue]:
    """Ledgers not submitted and parts not paid by their day, the oldest first (逾期清单); three queries."""
    late = ledger_list(scope=scope).filter(status=QuarterlyLedger.Status.OPEN, due_on__lt=today)
    found = [
        Overdue(
            what="报送",
            county=ledger.county.name,
            hospital=ledger.hospital.name,
            number=ledger.ledger_no,
            due_on=due_on,
            open_fen=ledger.total_fen,
        )
        for ledger in late
        if (due_on := ledger.due_on) is not None
    ]
    unpaid = open_items(scope=scope, due_before=today)
    return sorted(
        [*found, *_unpaid(unpaid, today)],
        key=lambda row: (row.due_on, row.number, row.hospital, row.open_fen),
    )


def _unpaid(items: Iterable[OpenItem], today: date) -> Iterable[Overdue]:
    for found in items:
        item, sent = found.item, found.item.submission
        rest_is_due = sent.rest_due_on is None or sent.rest_due_on < today
        due_fen, paid_fen = found.sums.due_fen, found.sums.paid_fen
        wanted_fen = due_fen if rest_is_due else min(item.first_fen, due_fen)
        due_on = (sent.rest_due_on if rest_is_due else None) or sent.first_due_on
        if due_on is not None and wanted_fen > paid_fen:
            yield Overdue(
                what="余款" if rest_is_due and sent.rest_due_on else "拨付",
                county=sent.county.name,
                hospital=item.hospital.name,
                number=sent.number,
                due_on=due_on,
                open_fen=wanted_fen - paid_fen,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A county's fund in a year (预算执行), fen."""

    county: str
    fund: str
    county_fen: int
    supplement_fen: int
    spent_fen: int
    allotted_fen: int

    @property
    def budget_fen(self) -> int:
        """All that is provided."""
        return self.county_fen + self.supplement_fen

    @property
    def left_fen(self) -> int:
        """Provided and not spent; negative when overspent."""
        return self.budget_fen - self.spent_fen


def budget_use(*, scope: Scope, year: int) -> list[BudgetRow]:
    """Budget, use and allotment per county and fund (预算、使用、拨付, 郑卫〔2017〕214号 四(二)).

    Spent is what claims posted in the year cost the fund, whoever was paid, and the exam fees of its ledgers;
    allotted is what was paid out on ledgers in the year. Four queries.
    """
    entries = Budget.objects.filter(scope.limit(county="county", hospital=""), year=year)
    spent = _by_county_and_fund(
        Payment.objects.filter(
            scope.limit(county="county", hospital=""),
            posted_on__gte=date(year, 1, 1),
            posted_on__lt=date(year + 1, 1, 1),
        ).exclude(payee=Payment.Payee.FUND),
        county="county__name",
        fund="fund",
    )
    fees = _by_county_and_fund(
        LedgerLine.objects.filter(
            scope.limit(county="ledger__county", hospital=""),
            exam_advance__posted_on__year=year,
        ),
        county="ledger__county__name",
        fund="fund",
    )
    allotted = _by_county_and_fund(
        LedgerPayment.objects.filter(
            scope.limit(county="item__submission__county", hospital=""), paid_on__year=year
        ),
        county="item__submission__county__name",
        fund="item__fund",
    )
    provided: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for county, fund, source, fen in (
        entries.order_by().values_list("county__name", "fund__code", "source").annotate(fen=Sum("amount_fen"))
    ):
        provided[county, fund][source] = fen
    return [
        BudgetRow(
            county=county,
            fund=fund,
            county_fen=provided.get((county, fund), {}).get(Budget.Source.COUNTY, 0),
            supplement_fen=provided.get((county, fund), {}).get(Budget.Source.SUPPLEMENT, 0),
            spent_fen=spent.get((county, fund), 0) + fees.get((county, fund), 0),
            allotted_fen=allotted.get((county, fund), 0),
        )
        for county, fund in sorted({*provided, *spent, *fees, *allotted})
    ]


def _by_county_and_fund(rows: QuerySet[Any], *, county: str, fund: str) -> dict[tuple[str, str], int]:
    sums = rows.order_by().values_list(county, fund).annotate(fen=Sum("amount_fen"))
    return {(name, code): fen for name, code, fen in sums}
