"""Reads of premium aid sheets (参保资助申请): classes, funds, people, what the county budgets."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from beneficiaries.models import Identity, Person
from common.codes import IdentityCategory, Tier
from common.money import AmountFormatError, parse_yuan
from organizations.scope import Scope
from policies.models import Fund, Funding, FundingShare, PremiumAid, Rule
from policies.selectors import parameter_in_county
from reimbursement.models import Budget, PremiumSheet, PremiumSheetLine

BUDGET_MINIMUM = "assistance-budget-minimum"
_FUNDS = """
SELECT line.row_code, line.change, line.due_fen, share.key, sum(share.value::bigint)::bigint
FROM reimbursement_premiumsheetline line, jsonb_each_text(line.due_shares) share
WHERE line.sheet_id = %s GROUP BY 1, 2, 3, 4
"""


class ClassRow(NamedTuple):
    """A row of the application sheet: heads × amount, and by fund (code → fen)."""

    row_code: str
    title: str
    clause: str
    change: str
    heads: int
    each_fen: int
    total_fen: int
    funds: dict[str, int]


class AssistanceBudget(NamedTuple):
    """What the county must and does provide for medical assistance (医疗救助资金安排), fen.

    ``minimum_fen`` is None where the pack names no minimum; ``supplement_fen`` are grants from above.
    """

    people: int
    each_fen: int | None
    minimum_fen: int | None
    budgeted_fen: int
    supplement_fen: int


def premium_sheets(*, scope: Scope) -> QuerySet[PremiumSheet]:
    """The sheets in the scope; hospitals see none."""
    rows = PremiumSheet.objects.select_related("county", "policy", "job", "submitted_by")
    return (
        rows.none()
        if scope.hospital_id is not None
        else rows.filter(scope.limit(county="county", hospital=""))
    )


def class_rows(sheet: PremiumSheet) -> list[ClassRow]:
    """The application: classes in the order of the pack, each amount on a row of its own; three queries."""
    funds: dict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_FUNDS, [sheet.pk])
        for row_code, change, each_fen, fund, fen in cursor:
            funds[row_code, change, each_fen][fund] = fen
    aids = PremiumAid.objects.filter(policy=sheet.policy_id).order_by("position").values_list("code", "title")
    titles = dict(aids)
    order = {code: at for at, code in enumerate(titles)}
    groups = (
        sheet.lines.order_by()
        .values_list("row_code", "clause", "change", "due_fen")
        .annotate(heads=Count("pk"), total=Sum("due_fen"))
    )
    rows = [
        ClassRow(code, titles.get(code, code or "不再资助"), clause, change, heads, each, total,
            funds[code, change, each])
        for code, clause, change, each, heads, total in groups
    ]  # fmt: skip
    changes = list(PremiumSheetLine.Change.values)
    return sorted(
        rows, key=lambda row: (order.get(row.row_code, len(order)), changes.index(row.change), -row.each_fen)
    )


def fund_totals(rows: list[ClassRow]) -> dict[str, int]:
    """What each fund bears of a sheet, by name, in the order of the code."""
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        for fund, fen in row.funds.items():
            totals[fund] += fen
    return dict(sorted(totals.items()))


def fund_titles() -> dict[str, str]:
    """Names of funds by code."""
    return dict(Fund.objects.values_list("code", "name"))


def sheet_lines(sheet: PremiumSheet) -> QuerySet[PremiumSheetLine]:
    """The people of a sheet, by village and household."""
    return sheet.lines.select_related("person__household").order_by(
        "person__household__township", "person__household__village", "person__household__household_no", "pk"
    )


def lines_of_person(person: Person) -> list[tuple[PremiumSheetLine, str]]:
    """What built sheets apply for somebody, the latest year first, with the aid's title; two queries."""
    built = PremiumSheetLine.objects.filter(person=person).exclude(sheet__status=PremiumSheet.Status.BUILDING)
    lines = list(built.select_related("sheet__county").order_by("-sheet__year", "-pk"))
    codes = {(line.sheet.policy_id, line.row_code) for line in lines}
    aids = PremiumAid.objects.filter(
        policy__in={policy for policy, _ in codes}, code__in={code for _, code in codes}
    )
    titles: dict[tuple[int | None, str], str] = {(aid.policy_id, aid.code): aid.title for aid in aids}
    return [
        (line, titles.get((line.sheet.policy_id, line.row_code), line.row_code or "不再资助"))
        for line in lines
    ]


def assistance_budget(sheet: PremiumSheet) -> AssistanceBudget:
    """The minimum computed from the roster (郑民文〔2017〕131号 一(二)), beside what is budgeted."""
    poor = Identity.objects.filter(
        person__county=sheet.county, category=IdentityCategory.REGISTERED_POOR,
        valid__overlap=(f"{sheet.year}-01-01", f"{sheet.year + 1}-01-01"),
    )  # fmt: skip
    people = poor.values("person").distinct().count()
    each_fen = _minimum_each(sheet)
    sums = dict(
        Budget.objects.filter(county=sheet.county, year=sheet.year, fund__in=_assistance_funds(sheet))
        .order_by()
        .values_list("source")
        .annotate(Sum("amount_fen"))
    )
    return AssistanceBudget(
        people=people,
        each_fen=each_fen,
        minimum_fen=None if each_fen is None else each_fen * people,
        budgeted_fen=sums.get(Budget.Source.COUNTY, 0),
        supplement_fen=sums.get(Budget.Source.SUPPLEMENT, 0),
    )


def _assistance_funds(sheet: PremiumSheet) -> QuerySet[Any, Any]:
    """Those that bear medical assistance by the pack."""
    groups = Rule.objects.filter(policy=sheet.policy_id, tier=Tier.ASSISTANCE).values("funding")
    bearing = Funding.objects.filter(Q(code__in=groups) | Q(group__in=groups), policy=sheet.policy_id)
    return FundingShare.objects.filter(funding__in=bearing).values("fund")


def _minimum_each(sheet: PremiumSheet) -> int | None:
    if sheet.policy is None:
        return None
    row = parameter_in_county(policy=sheet.policy, code=BUDGET_MINIMUM, county_code=sheet.county.code)
    try:
        return None if row is None else parse_yuan(row.value)
    except AmountFormatError:
        return None
