"""The first page of the admin (首页): what waits for whoever asks; numbers and charts follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

from common.admin_panels import Cell, Figures, Panel, count, grouped_yuan, yuan
from common.clock import business_date
from common.codes import IdentityCategory, Tier
from common.money import format_percent
from organizations.due_work import desk_of
from organizations.scope import NOTHING, Scope
from reporting.admin_charts import paid_chart, ratio_chart
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.periods import Period
from reporting.selectors.desk import Due, due_work
from reporting.selectors.desk_numbers import (
    Compared,
    QuarterNumbers,
    people_by_identity,
    people_count,
    quarter_numbers,
)
from reporting.selectors.desk_search import searched_by
from reporting.selectors.indicators import indicator_sums_by

# Deadlines within so many days stand out.
SOON_DAYS = 5
VIEW_PEOPLE = "beneficiaries.view_person"
VIEW_IDENTITIES = "beneficiaries.view_identity"
VIEW_CLAIMS = "settlement.view_claim"
VIEW_PAYMENTS = "settlement.view_payment"
VIEW_INDICATORS = "reporting.view_indicatorfigure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A labelled number with its share of the largest, per cent."""

    label: str
    value: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One kind of due work as the page shows it (待办卡片)."""

    title: str
    number: str
    unit: str
    note: str
    tone: str
    url: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what is due to the first page's context (UNFOLD DASHBOARD_CALLBACK)."""
    today = business_date()
    desk = desk_of(user=request.user, today=today) if isinstance(request.user, User) else None
    if desk is None or desk.scope == NOTHING:
        return {**context, "without_office": True}
    found = due_work(desk)
    return {
        **context,
        "today": today,
        "cards": [_card(due, today) for due in found if due.number],
        # What is overdue by what it is, is no work of every day.
        "nothing": [due.kind for due in found if not (due.number or due.kind.overdue or due.watched)],
        "searched_by": searched_by(request.user),
        "numbers_url": reverse("desk-numbers") if _sees_numbers(request) else "",
    }


def numbers(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """Numbers, shares and charts of what the user may look at; seven queries at most."""
    today = business_date()
    may = request.user.has_perm
    posted = quarter_numbers(scope=scope, today=today) if may(VIEW_CLAIMS) and may(VIEW_PAYMENTS) else None
    return {
        "quarter": str(posted.quarter) if posted else "",
        "figures": Figures(items=[*_people(request, scope), *_quarter(posted)]),
        "identities": _bars(IdentityCategory.choices, people_by_identity(scope=scope, today=today), count)
        if may(VIEW_IDENTITIES)
        else None,
        "tiers": _bars(Tier.choices, posted.tiers, yuan) if posted else None,
        "charts": _charts(request, scope, today),
    }


def _sees_numbers(request: HttpRequest) -> bool:
    return any(map(request.user.has_perm, (VIEW_PEOPLE, VIEW_IDENTITIES, VIEW_CLAIMS, VIEW_INDICATORS)))


def _card(due: Due, today: date) -> Card:
    days = due.days_left(today)
    if due.kind.overdue or due.watched:
        return _shown(due, note="已逾期", tone="danger")
    if due.late:
        return _shown(due, note=f"其中逾期 {due.late_text} {due.kind.unit}", tone="danger")
    if days is None:
        return _shown(due, note="", tone="")
    when = "今天到期" if days == 0 else f"最近 {due.first_due_on} 到期，还有 {days} 天"
    return _shown(due, note=when, tone="warning" if days <= SOON_DAYS else "")


def _shown(due: Due, *, note: str, tone: str) -> Card:
    kind = due.kind
    # Whoever watches has the list of all; the note says that only the overdue count.
    return Card(
        title=f"{kind.title}（督办）" if due.watched else kind.title, number=due.number_text, unit=kind.unit,
        note=note, tone=tone, url=kind.url,
    )  # fmt: skip


def _people(request: HttpRequest, scope: Scope) -> list[tuple[str, Cell]]:
    if scope.hospital_id is not None or not request.user.has_perm(VIEW_PEOPLE):
        return []
    url = reverse("admin:beneficiaries_person_changelist")
    return [("在册人员", Cell(text=f"{people_count(scope=scope):,}", url=url))]


def _quarter(posted: QuarterNumbers | None) -> list[tuple[str, Cell]]:
    if posted is None:
        return []
    notes = [_trend(posted.settled)]
    if posted.reversed_count:
        notes.append(f"另有冲销 {posted.reversed_count} 笔")
    return [
        (
            "本季结算（笔）",
            Cell(
                text=f"{posted.settled.now:,}",
                url=reverse("admin:settlement_claim_changelist"),
                note="；".join(filter(None, notes)),
            ),
        ),
        ("本季总费用净额（元）", Cell(text=grouped_yuan(posted.total.now), note=_trend(posted.total))),
        ("本季支付净额（元）", Cell(text=grouped_yuan(posted.paid.now), note=_trend(posted.paid))),
    ]


def _trend(number: Compared) -> str:
    """Against the same days of the last quarter."""
    change = number.change_bp
    if change is None:
        return "上季同期没有"
    if change == 0:
        return "与上季同期持平"
    return f"比上季同期{'增' if change > 0 else '减'} {format_percent(abs(change))}"


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


def _bars(choices: Any, values: Mapping[str, int], cell: Any) -> list[Bar]:
    """Values in the order of the code list; those without any are left out."""
    largest = max([abs(value) for value in values.values()], default=0) or 1
    return [
        Bar(label=str(label), value=cell(values[code]).text, width=max(0, values[code]) * 100 // largest)
        for code, label in choices
        if values.get(code)
    ]
