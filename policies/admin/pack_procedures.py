"""Premium aid, paying out and certification on the page of a pack (政策包页面：参保资助、拨付、鉴定)."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.db.models import QuerySet

from common.admin_panels import Cell, Table, grouped_yuan, percent, text, yuan
from common.codes import IdentityCategory, InsuranceType
from policies.admin.words import between, clause, doubt, labels
from policies.models import (
    ApplicationRule,
    Contribution,
    CountyRow,
    Disbursement,
    ExamStandard,
    Policy,
    PolicyRow,
    PremiumAid,
)

RowT = TypeVar("RowT", bound=PolicyRow)


def procedure_tables(
    policy: Policy, *, lists: Mapping[str, str], fundings: Mapping[str, str]
) -> tuple[list[Table], list[PolicyRow]]:
    """The tables and their rows; ``lists`` and ``fundings`` are titles by code. Five queries."""
    contributions = list(_cited(Contribution.objects.filter(policy=policy)))
    aids = list(_cited(PremiumAid.objects.filter(policy=policy)))
    disbursements = list(_cited(Disbursement.objects.filter(policy=policy)))
    standards = list(_cited(ExamStandard.objects.filter(policy=policy).select_related("disease")))
    applications = list(_cited(ApplicationRule.objects.filter(policy=policy)))
    tables = [
        _contributions(contributions),
        _aids(aids, fundings),
        _disbursements(disbursements),
        _applications(applications, lists),
        _standards(standards),
    ]
    return tables, [*contributions, *aids, *disbursements, *applications, *standards]


def of_county(row: CountyRow) -> str:
    """Where a county's own row holds."""
    return f"只在 {row.county_code}" if row.county_code else ""


def _cited(rows: QuerySet[RowT]) -> QuerySet[RowT]:
    return rows.select_related("clause__document").order_by("position")


def _name(row: PolicyRow) -> str:
    return row.title or row.code


def _contributions(rows: Sequence[Contribution]) -> Table:
    return Table(
        title="个人缴费标准（元/人·年）",
        headers=("名称", "参保年度", "险种", "个人缴费", "其中中央补助", "依据", ""),
        rows=[
            (
                text(_name(row)),
                text(str(row.year)),
                text(row.get_insurance_type_display()),
                yuan(row.amount_fen),
                yuan(row.central_subsidy_fen),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
        numeric=frozenset({3, 4}),
    )


def _aids(rows: Sequence[PremiumAid], fundings: Mapping[str, str]) -> Table:
    return Table(
        title="参保资助",
        headers=("名称", "对象", "资助", "分担", "依据", ""),
        rows=[
            (
                Cell(text=_name(row), note=of_county(row)),
                text(_whom(row)),
                text(_aid(row)),
                text(fundings.get(row.funding, row.funding)),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
    )


def _whom(row: PremiumAid) -> str:
    age = between(row.age_from, row.age_below, "周岁")
    parts = [
        labels(row.identities, IdentityCategory),
        labels(row.insurance_types, InsuranceType),
        f"{age}（按 {row.age_on} 计算）" if age else "",
        "须认定确实无力缴费" if row.needs_recognition else "",
    ]
    return "；".join(part for part in parts if part) or "不限"


def _aid(row: PremiumAid) -> str:
    kind = str(row.get_kind_display())
    return kind if row.amount_fen is None else f"{kind} {grouped_yuan(row.amount_fen)} 元"


def _disbursements(rows: Sequence[Disbursement]) -> Table:
    return Table(
        title="拨付办法",
        headers=("名称", "事项", "首付比例", "首付期限", "余款期限", "依据", ""),
        rows=[
            (
                Cell(text=_name(row), note=of_county(row)),
                text(row.get_subject_display()),
                percent(row.first_share_bp),
                text(_days(row.first_working_days, "自收到申请起")),
                text(_days(row.rest_working_days, "自首付期限起")),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
        numeric=frozenset({2}),
    )


def _days(count: int | None, since: str) -> str:
    return "" if count is None else f"{since} {count} 个工作日"


def _applications(rows: Sequence[ApplicationRule], lists: Mapping[str, str]) -> Table:
    return Table(
        title="病种申请",
        headers=("名称", "病种目录", "申请时间", "依据", ""),
        rows=[
            (
                text(_name(row)),
                Cell(
                    text="、".join(lists.get(code, code) for code in row.disease_lists),
                    note="只限列明可随时申请的病种" if row.at_any_time_only else "",
                ),
                Cell(
                    text=str(row.get_timing_display()),
                    note="、".join(f"{month} 月" for month in row.months),
                ),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
    )


def _standards(rows: Sequence[ExamStandard]) -> Table:
    return Table(
        title="鉴定标准",
        headers=("病种", "减免项目", "标准内不减免项目", "依据", ""),
        rows=[
            (
                text(row.disease.name),
                text("、".join(row.items)),
                text("、".join(row.charged_items)),
                clause(row),
                doubt(row),
            )
            for row in rows
        ],
    )
