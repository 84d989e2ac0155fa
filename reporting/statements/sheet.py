"""A statement as text and tables (结算单版面), the same for paper and screen: no figure is made here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from common.admin_panels import grouped_yuan
from reporting.statements.rows import CategoryRow, Statement, TierRow
from settlement.wording import UPLIFT_STEPS

# Fee categories told on a short page; the rest are added up in one row.
CATEGORIES_TOLD = 6
# Postings told at either end of a long history; those between are added up.
POSTINGS_TOLD = 3
# Signs of a reason; the whole of it stands in the system.
REASON_TOLD = 60
_PROVISIONAL = "【待核实】"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; ``shares`` are the columns' shares of the width, ``numeric`` the right-aligned."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()
    shares: Sequence[int]
    numeric: Sequence[int]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What stands between head and signatures: tables and the working in words."""

    tables: Sequence[Table]
    working: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page: ``full``, and ``short`` for bills that would need more than a page.

    ``facts`` are label, value, and how many of the three columns the value takes.
    """

    title: str
    numbers: str
    stamp: str
    state_note: str
    facts: Sequence[tuple[str, str, int]]
    figures: Sequence[tuple[str, str]]
    capitals: Sequence[tuple[str, str]]
    equation: str
    full: Part
    short: Part
    notes: Sequence[str]
    signatures: Sequence[str]
    foot: str


def sheet_of(statement: Statement, *, printed_at: datetime, printed_by: str, hotline: str) -> Sheet:
    """Lay a statement out."""
    amounts = statement.amounts
    tables = [_tiers(statement), *_gains(statement), *_borne(statement), *_postings(statement)]
    short_categories = replace(statement, categories=_few(statement.categories))
    return Sheet(
        title=statement.title,
        numbers=f"结算号 {statement.settlement_no}",
        stamp=statement.state if statement.state == "已冲销" else "",
        state_note=statement.state_note,
        facts=[(label, value, _span(value)) for label, value in statement.facts],
        figures=_figures(statement),
        capitals=[
            ("报销支付合计（大写）", amounts.reimbursed_capital),
            ("个人负担（大写）", amounts.patient_capital),
        ],
        equation=_equation(statement),
        full=Part(tables=[*_categories(statement), *tables], working=statement.working.full),
        short=Part(tables=[*_categories(short_categories), *tables], working=statement.working.short),
        notes=_notes(statement),
        signatures=(
            "参保人（签字）", "与患者关系", "医疗机构（盖章）", "医保中心（盖章）", "经办人", "经办日期",
        ),
        foot=_foot(statement, printed_at=printed_at, printed_by=printed_by, hotline=hotline),
    )  # fmt: skip


def _span(value: str) -> int:
    wide, whole = 20, 46
    return 3 if len(value) > whole else 2 if len(value) > wide else 1


def _figures(statement: Statement) -> list[tuple[str, str]]:
    amounts = statement.amounts
    figures = [
        ("总费用", amounts.total_fen),
        ("政策范围内（减免后）" if amounts.waived_fen else "政策范围内", amounts.in_scope_fen),
        ("先行自付（乙类）", amounts.upfront_fen),
        ("超限价自费", amounts.over_limit_fen),
        ("全自费", amounts.excluded_fen),
        *([("超病种限额", amounts.over_quota_fen)] if amounts.over_quota_fen else []),
        ("减免", amounts.waived_fen),
        ("报销支付合计", amounts.reimbursed_fen),
        *([("其中：补付到个人账户", amounts.account_fen)] if amounts.account_fen else []),
        ("医院承担", amounts.hospital_borne_fen),
        ("个人负担", amounts.patient_fen),
    ]
    return [(label, grouped_yuan(fen)) for label, fen in figures]


def _equation(statement: Statement) -> str:
    amounts = statement.amounts
    parts = [
        ("减免", amounts.waived_fen),
        ("各层次支付", amounts.paid_fen),
        ("医院承担", amounts.hospital_borne_fen),
        ("个人负担", amounts.patient_fen),
    ]
    right = " ＋ ".join(f"{label} {grouped_yuan(fen)}" for label, fen in parts)
    return f"总费用 {grouped_yuan(amounts.total_fen)} ＝ {right}"


def _few(rows: Sequence[CategoryRow]) -> tuple[CategoryRow, ...]:
    """The largest categories; the others added up."""
    if len(rows) <= CATEGORIES_TOLD + 1:
        return tuple(rows)
    told, rest = rows[:CATEGORIES_TOLD], rows[CATEGORIES_TOLD:]
    return (
        *told,
        CategoryRow(
            category=f"其余 {len(rest)} 类",
            amount_fen=sum([row.amount_fen for row in rest]),
            in_scope_fen=sum([row.in_scope_fen for row in rest]),
            upfront_fen=sum([row.upfront_fen for row in rest]),
            over_limit_fen=sum([row.over_limit_fen for row in rest]),
            excluded_fen=sum([row.excluded_fen for row in rest]),
        ),
    )


def _categories(statement: Statement) -> list[Table]:
    rows = statement.categories
    if not rows:
        return []
    columns = [
        (row.amount_fen, row.in_scope_fen, row.upfront_fen, row.over_limit_fen, row.excluded_fen)
        for row in rows
    ]
    return [
        Table(
            title="费用（元，按类别汇总，减免前）",
            headers=("费用类别", "金额", "政策范围内", "先行自付（乙类）", "超限价自费", "全自费（丙类）"),
            rows=[(row.category, *_all_yuan(column)) for row, column in zip(rows, columns, strict=True)],
            foot=("合计", *_all_yuan(map(sum, zip(*columns, strict=True)))),
            shares=(22, 16, 16, 16, 15, 15),
            numeric=(1, 2, 3, 4, 5),
        )
    ]


def _tiers(statement: Statement) -> Table:
    year = ("本年历次费用", "本年历次支付", "本次费用")
    return Table(
        title="各层次支付（元）",
        headers=("层次", *year, "起付线", "本次支付", "资金（收款方）", "依据"),
        rows=[
            (
                row.name,
                grouped_yuan(row.before_fen),
                grouped_yuan(row.paid_before_fen),
                grouped_yuan(row.base_fen),
                _deductible(row),
                grouped_yuan(row.paid_fen),
                _funds(row),
                _basis(row.clause, provisional=row.provisional),
            )
            for row in statement.tiers
        ],
        foot=(
            "合计", "", grouped_yuan(sum([row.paid_before_fen or 0 for row in statement.tiers])), "", "",
            grouped_yuan(sum([row.paid_fen for row in statement.tiers])), "", "",
        ),
        shares=(15, 11, 11, 11, 10, 11, 17, 14),
        numeric=(1, 2, 3, 4, 5),
    )  # fmt: skip


def _funds(row: TierRow) -> str:
    funds = [f"{fund.fund} {grouped_yuan(fund.amount_fen)}（{fund.payee}）" for fund in row.funds]
    return "；".join(funds) or "—"


def _deductible(row: TierRow) -> str:
    if row.deductible_fen is None or row.ordinary_deductible_fen == row.deductible_fen:
        return grouped_yuan(row.deductible_fen)
    return f"{grouped_yuan(row.deductible_fen)}\n原 {grouped_yuan(row.ordinary_deductible_fen)}"


def _gains(statement: Statement) -> list[Table]:
    if not statement.gains:
        return []
    present = {item.step for row in statement.gains for item in row.items}
    steps = [step for step in UPLIFT_STEPS.values() if step in present]
    rows = []
    for row in statement.gains:
        by_step = {item.step: item.amount_fen for item in row.items}
        rows.append(
            (
                row.name,
                grouped_yuan(row.ordinary_fen),
                *[grouped_yuan(by_step.get(step, 0)) for step in steps],
                grouped_yuan(row.gain_fen),
                _basis(row.clause, provisional=row.provisional),
            )
        )
    return [
        Table(
            title="贫困人口提高待遇部分（元）",
            headers=("层次", "普通待遇应付", *steps, "提高合计", "依据"),
            rows=rows,
            foot=("合计", *[""] * (len(steps) + 1), grouped_yuan(statement.gain_fen), ""),
            shares=(13, 12, *[12] * len(steps), 12, 25),
            numeric=tuple(range(1, len(steps) + 3)),
        )
    ]


def _borne(statement: Statement) -> list[Table]:
    if not statement.borne:
        return []
    return [
        Table(
            title="医院减免和承担（元）",
            headers=("项目", "金额", "依据"),
            rows=[
                (row.name, grouped_yuan(row.amount_fen), _basis(row.clause, provisional=row.provisional))
                for row in statement.borne
            ],
            foot=("合计", grouped_yuan(sum([row.amount_fen for row in statement.borne])), ""),
            shares=(45, 15, 40),
            numeric=(1,),
        )
    ]


def _postings(statement: Statement) -> list[Table]:
    """The history, where there is more than the settlement itself; the middle of a long one is added up."""
    rows = statement.postings
    if len(rows) == 1:
        return []
    columns = [(row.total_fen, row.paid_fen, row.account_fen, row.patient_fen) for row in rows]
    told = [
        (row.posted_on.isoformat(), row.kind, *_all_yuan(column), _cut(row.reason))
        for row, column in zip(rows, columns, strict=True)
    ]
    if len(rows) > 2 * POSTINGS_TOLD + 1:
        middle = columns[POSTINGS_TOLD:-POSTINGS_TOLD]
        between = ("其间", f"{len(middle)} 次合计", *_all_yuan(map(sum, zip(*middle, strict=True))), "")
        told = [*told[:POSTINGS_TOLD], between, *told[-POSTINGS_TOLD:]]
    return [
        Table(
            title="结算以来的更正（元）",
            headers=("记账日期", "种类", "总费用", "各层次支付", "补付到账户", "个人负担", "原因"),
            rows=told,
            foot=("净额", "", *_all_yuan(map(sum, zip(*columns, strict=True))), ""),
            shares=(12, 10, 13, 13, 12, 13, 27),
            numeric=(2, 3, 4, 5),
        )
    ]


def _cut(reason: str) -> str:
    return reason if len(reason) <= REASON_TOLD else f"{reason[:REASON_TOLD]}……"


def _notes(statement: Statement) -> list[str]:
    notes = [statement.gain_note] if statement.gain_note else []
    if statement.has_provisional:
        notes.append(f"{_PROVISIONAL}处所用数额文件未载明，由经办机构核实；核实后如有变动，另行补付或说明。")
    return notes


def _basis(clause: str, *, provisional: bool) -> str:
    return f"{clause}{_PROVISIONAL}" if provisional else clause or "—"


def _foot(statement: Statement, *, printed_at: datetime, printed_by: str, hotline: str) -> str:
    code = statement.checksum[:16]
    parts = [
        f"校验码 {'-'.join(code[i : i + 4] for i in range(0, 16, 4))}",
        f"打印时间 {timezone.localtime(printed_at):%Y-%m-%d %H:%M}",
        f"打印 {printed_by}",
    ]
    return "　".join([*parts, f"咨询监督电话 {hotline}"] if hotline else parts)


def _all_yuan(amounts: Iterable[int]) -> list[str]:
    return [grouped_yuan(fen) for fen in amounts]
