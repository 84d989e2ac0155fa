"""The first page of the admin (首页): a few true numbers of the user's scope; eight queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.urls import reverse

from beneficiaries.models import Identity, Person
from common.admin_panels import Cell, Figures, Panel, Table, count, link, text, yuan
from common.clock import business_date
from common.codes import IdentityCategory, Tier
from organizations.scope import NOTHING, Scope, scope_of_user
from reimbursement.models import QuarterlyLedger
from reimbursement.quarters import Quarter
from reporting.admin_charts import paid_chart, ratio_chart
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.periods import Period
from reporting.selectors.indicators import indicator_sums_by
from settlement.models import Payment, Settlement
from settlement.selectors.flags import flags_pending

LEDGERS_SHOWN = 8
VIEW_INDICATORS = "reporting.view_indicatorfigure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A labelled number with its share of the largest, per cent."""

    label: str
    value: str
    width: int


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the numbers to the first page's context (UNFOLD DASHBOARD_CALLBACK)."""
    scope = scope_of_user(request.user)
    if scope == NOTHING:
        return {**context, "without_office": True}
    today = business_date()
    quarter = Quarter.of(today)
    identities = _people_by_identity(scope, today)
    tiers = _paid_by_tier(scope, quarter)
    return {
        **context,
        "quarter": quarter,
        "figures": _figures(scope, quarter, sum(tiers.values())),
        "identities": _bars(IdentityCategory.choices, identities, count),
        "tiers": _bars(Tier.choices, tiers, yuan),
        "ledgers": _open_ledgers(scope, today),
        "charts": _charts(request, scope, today),
    }


def _charts(request: HttpRequest, scope: Scope, today: date) -> Sequence[Panel]:
    """This year by month, for those who may see indicators; one query."""
    if not request.user.has_perm(VIEW_INDICATORS):
        return ()
    codes = ("reimbursement", "out-of-catalogue")
    months = indicator_sums_by(scope=scope, period=Period.of(today.year), by="month", codes=codes)
    return (
        ratio_chart([BY_CODE[code] for code in codes], months, year=today.year, title="实际报销和目录外费用"),
        paid_chart(months, year=today.year),
    )


def _figures(scope: Scope, quarter: Quarter, paid_fen: int) -> Figures:
    people = Person.objects.filter(scope.limit(county="county", hospital=""), died_on=None).count()
    posted = Settlement.objects.filter(
        scope.limit(county="claim__insured_county", hospital="claim__hospital"),
        posted_on__gte=quarter.first_day,
        posted_on__lt=quarter.end,
    ).aggregate(
        settled=Count("pk", filter=Q(kind=Settlement.Kind.ORIGINAL)),
        reversed=Count("pk", filter=Q(kind=Settlement.Kind.REVERSAL)),
        total_fen=Sum("total_fen"),
    )
    reversals = f"另有冲销 {posted['reversed']} 笔" if posted["reversed"] else ""
    return Figures(
        items=(
            ("在册人员", Cell(text=str(people), url=reverse("admin:beneficiaries_person_changelist"))),
            (
                "本季结算（笔）",
                Cell(
                    text=str(posted["settled"]),
                    url=reverse("admin:settlement_claim_changelist"),
                    note=reversals,
                ),
            ),
            *_flags(scope),
            ("本季总费用净额（元）", yuan(posted["total_fen"] or 0)),
            ("本季支付净额（元）", yuan(paid_fen)),
        )
    )


def _flags(scope: Scope) -> tuple[tuple[str, Cell], ...]:
    """Doubtful claims that wait for the office; hospitals work on none."""
    if scope.hospital_id is not None:
        return ()
    url = reverse("admin:settlement_flag_changelist") + "?state=pending"
    return (("待核查疑点", Cell(text=str(flags_pending(scope=scope)), url=url)),)


def _people_by_identity(scope: Scope, today: date) -> dict[str, int]:
    """People who hold an identity today; several identities count several times."""
    rows = (
        Identity.objects.filter(
            scope.limit(county="person__county", hospital=""), valid__contains=today, person__died_on=None
        )
        .order_by()
        .values_list("category")
        .annotate(Count("person", distinct=True))
    )
    return dict(rows)


def _paid_by_tier(scope: Scope, quarter: Quarter) -> dict[str, int]:
    """Net payments posted in the quarter, reversals and adjustments taken off."""
    rows = (
        Payment.objects.filter(
            scope.limit(county="county", hospital="hospital"),
            posted_on__gte=quarter.first_day,
            posted_on__lt=quarter.end,
        )
        .order_by()
        .values_list("tier")
        .annotate(Sum("amount_fen"))
    )
    return dict(rows)


def _bars(choices: Any, values: dict[str, int], cell: Any) -> list[Bar]:
    """Values in the order of the code list; those without any are left out."""
    largest = max([abs(value) for value in values.values()], default=0) or 1
    return [
        Bar(label=str(label), value=cell(values[code]).text, width=max(0, values[code]) * 100 // largest)
        for code, label in choices
        if values.get(code)
    ]


def _open_ledgers(scope: Scope, today: date) -> Table:
    """Open ledgers, the earliest deadline first."""
    ledgers = (
        QuarterlyLedger.objects.filter(
            scope.limit(county="county", hospital="hospital"), status=QuarterlyLedger.Status.OPEN
        )
        .select_related("kind", "hospital")
        .order_by("due_on", "pk")
    )
    rows = [
        (
            link(ledger, label=str(ledger.period)),
            text(ledger.kind.title or ledger.kind.code),
            text(ledger.hospital),
            count(ledger.line_count),
            yuan(ledger.total_fen),
            _due(ledger, today),
        )
        for ledger in ledgers[:LEDGERS_SHOWN]
    ]
    return Table(
        title="待报送台账",
        headers=("季度", "台账种类", "医疗机构", "笔数", "合计（元）", "报送期限"),
        rows=rows,
        numeric=frozenset({3, 4}),
        more=Cell(text="全部台账", url=reverse("admin:reimbursement_quarterlyledger_changelist")),
        empty="没有待报送的台账",
    )


def _due(ledger: QuarterlyLedger, today: date) -> Cell:
    if ledger.due_on is None:
        return text("")
    note = "待核实" if ledger.due_provisional else ""
    if ledger.due_on < today:
        return Cell(text=f"{ledger.due_on} 已逾期", tone="danger", note=note)
    return Cell(text=ledger.due_on.isoformat(), note=note)
