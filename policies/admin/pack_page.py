"""The rows of a pack as tables (政策包页面): rules by tier, then all that surrounds them."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import QuerySet

from common.admin_panels import Cell, Table, percent, text, yuan
from common.codes import FeeCategory, Tier
from policies.admin.pack_procedures import of_county, procedure_tables
from policies.admin.words import (
    bands,
    caps,
    clause,
    condition,
    deductible,
    doubt,
    labels,
    measured,
    uplift_value,
)
from policies.models import (
    DiseaseList,
    DrugList,
    Funding,
    LedgerKind,
    NotGranted,
    Policy,
    PolicyParameter,
    PolicyRow,
)
from policies.selectors import PolicyTables, policy_rows

RowT = TypeVar("RowT", bound=PolicyRow)


def pack_tables(policy: Policy) -> tuple[list[Table], list[tuple[str, str]]]:
    """The tables of a pack, and what of it awaits confirmation (kind, name)."""
    tables = policy_rows(policy=policy)
    names = DiseaseList.objects.values_list("code", "name")
    lists = dict(names.union(DrugList.objects.values_list("code", "name")))
    drug_lists = _drug_lists_of(tables)
    not_granted = list(_rows(NotGranted, policy))
    ledgers = list(_rows(LedgerKind, policy))
    parameters = list(_rows(PolicyParameter, policy))
    procedures, procedure_rows = procedure_tables(
        policy, lists=lists, fundings=_group_titles(tables.fundings)
    )
    every: list[PolicyRow] = [
        *tables.rules, *tables.uplifts, *tables.waivers, *tables.out_of_catalogue,
        *tables.overall_ceilings, *tables.quotas, *tables.fundings, *not_granted, *ledgers,
        *procedure_rows, *parameters,
    ]  # fmt: skip
    doubts = [(str(row._meta.verbose_name), str(row)) for row in every if row.provisional]
    doubts += [(str(row._meta.verbose_name), row.name) for row in drug_lists if row.provisional]
    shown = [
        *[_rules(tables, tier, lists) for tier in policy.tiers],
        _uplifts(tables, lists),
        _waivers(tables, lists),
        _limits(tables, lists),
        _quotas(tables),
        _drugs(drug_lists),
        _fundings(tables.fundings, lists),
        _not_granted(not_granted),
        _ledgers(ledgers),
        *procedures,
        _parameters(parameters),
    ]
    return [table for table in shown if table.rows], doubts


def _rows(model: type[RowT], policy: Policy) -> QuerySet[RowT]:
    rows: QuerySet[RowT] = model._default_manager.filter(policy=policy)
    return rows.select_related("clause__document").order_by("position")


def name_of(row: PolicyRow) -> Cell:
    """The row's title, its code where it has none."""
    return text(row.title or row.code)


def _rules(tables: PolicyTables, tier: str, lists: dict[str, str]) -> Table:
    rows = [
        (
            name_of(rule),
            text(condition(rule, lists)),
            Cell(text=measured(rule), unbroken=True),
            Cell(text=deductible(rule), unbroken=True),
            Cell(text=bands(rule), unbroken=True),
            Cell(text=caps(rule), unbroken=True),
            clause(rule),
            doubt(rule),
        )
        for rule in tables.rules
        if rule.tier == tier
    ]
    return Table(
        title=f"{Tier(tier).label} · 待遇规则（元）",
        headers=("规则", "适用", "口径", "起付线", "分段比例", "封顶线", "依据", ""),
        rows=rows,
    )


def _uplifts(tables: PolicyTables, lists: dict[str, str]) -> Table:
    return Table(
        title="倾斜",
        headers=("名称", "层次", "适用", "内容", "所改规则", "依据", ""),
        rows=[
            (
                name_of(row),
                text(row.get_tier_display()),
                Cell(
                    text=condition(row, lists),
                    note="未按规定转诊的不享受" if row.lost_without_referral else "",
                ),
                text(uplift_value(row)),
                text(_rule_titles(tables, row.rules) or "该层次全部"),
                clause(row),
                doubt(row),
            )
            for row in tables.uplifts
        ],
    )


def _rule_titles(tables: PolicyTables, codes: Sequence[str]) -> str:
    titles = {rule.code: rule.title or rule.code for rule in tables.rules}
    return "、".join(titles.get(code, code) for code in codes)


def _waivers(tables: PolicyTables, lists: dict[str, str]) -> Table:
    return Table(
        title="减免",
        headers=("名称", "适用", "费用类别", "比例", "环节", "依据", ""),
        rows=[
            (
                name_of(row),
                text(condition(row, lists)),
                text(labels(row.categories, FeeCategory) or "全部费用"),
                percent(row.rate_bp),
                text(row.get_stage_display()),
                clause(row),
                doubt(row),
            )
            for row in tables.waivers
        ],
        numeric=frozenset({3}),
    )


def _limits(tables: PolicyTables, lists: dict[str, str]) -> Table:
    return Table(
        title="占比控制",
        headers=("名称", "种类", "适用", "占比", "依据", ""),
        rows=[
            (
                name_of(row),
                text(row.get_kind_display()),
                text(condition(row, lists)),
                percent(row.share_bp),
                clause(row),
                doubt(row),
            )
            for row in (*tables.out_of_catalogue, *tables.overall_ceilings)
        ],
        numeric=frozenset({3}),
    )


def _quotas(tables: PolicyTables) -> Table:
    return Table(
        title="病种限额（元）",
        headers=("病种", "周期", "限额", "依据", ""),
        rows=[
            (
                text(row.disease.name),
                text(row.get_period_display()),
                yuan(row.amount_fen),
                clause(row),
                doubt(row),
            )
            for row in tables.quotas
        ],
        numeric=frozenset({2}),
    )


def _drug_lists_of(tables: PolicyTables) -> Sequence[DrugList]:
    """The lists of drugs that the pack's rows name; two queries."""
    rows = (*tables.rules, *tables.uplifts, *tables.waivers)
    codes = {code for row in rows for code in row.drug_lists}
    lists = DrugList.objects.filter(code__in=codes)
    return list(lists.select_related("clause__document").prefetch_related("drugs"))


def _drugs(drug_lists: Sequence[DrugList]) -> Table:
    return Table(
        title="药品目录",
        headers=("目录", "药品", "依据", ""),
        rows=[
            (
                Cell(text=row.name, note=f"{len(row.drugs.all())}种" if row.drugs.all() else ""),
                text("、".join(drug.name for drug in row.drugs.all()) or row.note),
                clause(row),
                doubt(row),
            )
            for row in drug_lists
        ],
    )


def _fundings(fundings: Sequence[Funding], lists: dict[str, str]) -> Table:
    return Table(
        title="资金方案",
        headers=("方案", "适用", "分担", "依据", ""),
        rows=[
            (
                name_of(row),
                text(condition(row, lists)),
                text(_shares(row)),
                clause(row),
                doubt(row),
            )
            for row in fundings
        ],
    )


def _shares(funding: Funding) -> str:
    shares = list(funding.shares.all())
    if len(shares) == 1:
        return f"{shares[0].fund}全额"
    names = "、".join(str(share.fund) for share in shares)
    return f"{names} " + "：".join(str(share.weight) for share in shares)


def _group_titles(fundings: Sequence[Funding]) -> dict[str, str]:
    """The titles of a group's rows, one a line, by what other rows call the group."""
    titles: dict[str, list[str]] = {}
    for row in fundings:
        titles.setdefault(row.group or row.code, []).append(row.title or row.code)
    return {group: "\n".join(names) for group, names in titles.items()}


def _not_granted(rows: Sequence[NotGranted]) -> Table:
    return Table(
        title="明确不享受",
        headers=("层次", "说明", "依据", ""),
        rows=[(text(row.get_tier_display()), name_of(row), clause(row), doubt(row)) for row in rows],
    )


def _ledgers(rows: Sequence[LedgerKind]) -> Table:
    return Table(
        title="台账种类",
        headers=("名称", "内容", "层次", "付款方", "季后报送期限", "依据", ""),
        rows=[
            (
                name_of(row),
                text(row.get_source_display()),
                text(row.get_tier_display()),
                text(row.get_payer_level_display()),
                text(f"{row.deadline_working_days}个工作日" if row.deadline_working_days else ""),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
    )


def _parameters(rows: Sequence[PolicyParameter]) -> Table:
    return Table(
        title="参数",
        headers=("名称", "值", "依据", ""),
        rows=[
            (
                Cell(text=row.title or row.code, note=of_county(row)),
                text(f"{row.value}{row.unit}"),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
    )
