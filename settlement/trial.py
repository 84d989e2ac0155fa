"""Worked cases against a pack (试算): settles without touching data, compares expected with computed.

A case is a person and the claims of a benefit year in order; see ``tests/cases/zhengzhou.yaml``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from common.codes import (
    Designation,
    FeeCategory,
    HospitalLevel,
    IdentityCategory,
    InsuranceType,
    Ownership,
    Place,
    Referral,
    Tier,
    VisitType,
)
from common.money import format_yuan, parse_yuan
from policies.models import Policy
from policies.pack.kinds import DAY, FLAG, TEXT, WHOLE, YUAN, Kind, choice, list_of
from policies.pack.reader import read_section
from policies.pack.rows import Row
from policies.pack.shapes import Shape, key
from policies.selectors import disease_list_codes, drug_list_codes
from settlement.compiler import compiled_policy
from settlement.engine import terms
from settlement.engine.compiled import CompiledPolicy
from settlement.engine.errors import EngineError
from settlement.engine.facts import Claim, CostLine, Facts, GivenPayment
from settlement.engine.result import Settlement
from settlement.engine.settle import add_entries, settle

# What a case may expect beside the tiers, as the statement calls it.
FIGURES: Mapping[str, Callable[[Settlement], int]] = {
    "总费用": lambda settlement: settlement.total_fen,
    "减免": lambda settlement: settlement.waived_fen,
    "医疗机构承担": lambda settlement: settlement.hospital_borne_fen,
    "个人自付": lambda settlement: settlement.patient_fen,
    "补算入账": lambda settlement: settlement.account_fen,
    "超限额": lambda settlement: settlement.over_quota_fen,
}
TIERS = {str(tier.label): str(tier.value) for tier in Tier}
PolicyOf = Callable[[str], CompiledPolicy]


class TrialError(Exception):
    """A case cannot be tried at all (无法试算); says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """One figure of one claim (试算结果), fen; ``expected_fen`` is None where the case states nothing."""

    case: str
    claim: int
    figure: str
    expected_fen: int | None
    computed_fen: int

    @property
    def agrees(self) -> bool:
        """Whether the pack gives what the case expects."""
        return self.expected_fen is None or self.expected_fen == self.computed_fen

    def __str__(self) -> str:
        expected = "" if self.expected_fen is None else f"应为 {format_yuan(self.expected_fen)}，"
        mark = "" if self.agrees else "  ← 不符"
        computed = format_yuan(self.computed_fen)
        return f"{self.case} 第{self.claim}次 {self.figure}：{expected}算得 {computed}{mark}"


def _read_amounts(node: yaml.Node) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("此处应为若干“名称: 金额”。")
    if any(amount.tag != "tag:yaml.org,2002:str" for _, amount in node.value):
        raise ValueError('金额须写成带引号的两位小数，例如 "1234.50"。')
    return {str(name.value): parse_yuan(str(amount.value)) for name, amount in node.value}


def _read_expected(node: yaml.Node) -> dict[str, int]:
    amounts = _read_amounts(node)
    for name in amounts:
        if name not in FIGURES and name not in TIERS:
            raise ValueError(f"不认识“{name}”，可填：{'、'.join([*TIERS, *FIGURES])}。")
    return amounts


AMOUNTS = Kind(_read_amounts, dict)
EXPECTED = Kind(_read_expected, dict)
PARTS = tuple(
    key(name, YUAN, 0, attribute=f"{name}_fen") for name in ("in_scope", "excluded", "over_limit", "upfront")
)
LINES = Shape(
    section="lines",
    named_by="",
    keys=(key("category", choice(FeeCategory)), key("drug", TEXT, ""), *PARTS),
)
GIVEN = Shape(
    section="given",
    named_by="",
    keys=(key("tier", choice(Tier)), key("fund", TEXT), key("amount", YUAN, attribute="amount_fen")),
)
CLAIMS = Shape(
    section="claims",
    named_by="",
    keys=(
        key("on", DAY),
        key("visit", choice(VisitType)),
        key("level", choice(HospitalLevel)),
        key("place", choice(Place), Place.IN_COUNTY),
        key("ownership", choice(Ownership), Ownership.PUBLIC),
        key("designations", list_of(choice(Designation)), []),
        key("referral", choice(Referral), Referral.NOT_NEEDED),
        key("disease", TEXT, ""),
        key("drug_lists", list_of(TEXT), []),
        # The drug that the whole bill is for, by its code; ``lines`` name theirs.
        key("drug", TEXT, ""),
        key("bed_days", WHOLE, 0),
        key("out_of_catalogue_approved", FLAG, False),
        key("year_end", FLAG, False),
        *PARTS,
        key("expect", EXPECTED, {}),
        key("funds", AMOUNTS, {}),
    ),
    children=(LINES, GIVEN),
)
CASES = Shape(
    section="cases",
    keys=(
        key("code", TEXT),
        key("name", TEXT),
        key("clause", TEXT),
        key("pack", TEXT),
        key("identities", list_of(choice(IdentityCategory)), []),
        key("insurance", choice(InsuranceType), InsuranceType.RESIDENTS),
        key("age", WHOLE, 50),
        key("county_class", TEXT, ""),
        key("certified", list_of(TEXT), []),
        key("note", TEXT, ""),
    ),
    children=(CLAIMS,),
)


def trial_read(path: Path) -> list[Row]:
    """The cases of a file.

    Raises:
        PackError: the file is missing or wrong; names every problem with its line.
        TrialError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TrialError(f"算例文件无法读取：{error}") from error
    return read_section(text, str(path), CASES)


def trial_run(case: Row, policy_of: PolicyOf) -> Iterator[TrialLine]:
    """Settle a case's claims in order, each on what the earlier ones left in the pools.

    Args:
        case: one of ``trial_read``.
        policy_of: the compiled policy of a pack's code.

    Raises:
        TrialError: the engine refuses a claim.
    """
    name = f"{case.text('code')} {case.text('name')}"
    policy = policy_of(case.text("pack"))
    year: dict[str, int] = {}
    for number, row in enumerate(case.children["claims"], 1):
        try:
            settlement = settle(_claim(row), _facts(case), year, policy, explain=False)
        except EngineError as error:
            raise TrialError(f"{name} 第{number}次：{error}") from error
        add_entries(year, settlement.pool_entries)
        yield from _compare(name, number, row, settlement)


def policy_of_code(code: str) -> CompiledPolicy:
    """The compiled policy of a pack that is loaded, draft or published.

    Raises:
        TrialError: no such pack is loaded.
    """
    policy = Policy.objects.filter(code=code).only("pk").first()
    if policy is None:
        raise TrialError(f"没有政策包 {code}，请先用 load_policy 载入。")
    return compiled_policy(policy.pk)


def _compare(name: str, number: int, row: Row, settlement: Settlement) -> Iterator[TrialLine]:
    expected = cast("Mapping[str, int]", row.values["expect"])
    for label, tier in TIERS.items():
        paid_fen = sum(payment.paid_fen for payment in settlement.payments if payment.tier == tier)
        if label in expected or paid_fen:
            yield _line(name, number, label, expected, paid_fen)
    for label, figure in FIGURES.items():
        if label in expected or label == "个人自付":
            yield _line(name, number, label, expected, figure(settlement))
    funds = cast("Mapping[str, int]", row.values["funds"])
    for fund in funds:
        borne = [
            amount.amount_fen
            for payment in settlement.payments
            for amount in (*payment.funds, *payment.account_funds)
            if amount.fund == fund
        ]
        yield _line(name, number, fund, funds, sum(borne))


def _line(name: str, number: int, figure: str, expected: Mapping[str, int], computed_fen: int) -> TrialLine:
    return TrialLine(
        case=name, claim=number, figure=figure, expected_fen=expected.get(figure), computed_fen=computed_fen
    )


def _facts(case: Row) -> Facts:
    return Facts(
        identities=frozenset(case.texts("identities")),
        insurance_type=case.text("insurance"),
        age_years=case.number("age") or 0,
        county_class=case.text("county_class"),
        certified_diseases=frozenset(case.texts("certified")),
    )


def _claim(row: Row) -> Claim:
    values: Any = row.values
    lines = tuple(_cost_lines(row))
    return Claim(
        on=cast(date, values["on"]),
        visit_type=values["visit"],
        hospital_level=values["level"],
        place=values["place"],
        lines=lines,
        ownership=values["ownership"],
        hospital_designations=frozenset(values["designations"]),
        referral=values["referral"],
        chronic_disease=values["disease"],
        diseases=frozenset({values["disease"]} - {""}),
        disease_lists=disease_list_codes(key=values["disease"]),
        drug_lists=frozenset(values["drug_lists"]).union(*[line.drug_lists for line in lines]),
        bed_days=values["bed_days"],
        given=tuple(
            GivenPayment(
                tier=cast(terms.Tier, item.text("tier")),
                fund=item.text("fund"),
                amount_fen=item.number("amount_fen") or 0,
            )
            for item in row.children["given"]
        ),
        out_of_catalogue_approved=values["out_of_catalogue_approved"],
        year_end=values["year_end"],
    )


def _cost_lines(row: Row) -> Iterator[CostLine]:
    """The lines of the bill; a claim that gives only its parts is one line of other cost."""
    parts = [key.attribute for key in PARTS]
    lines: Sequence[Row] = row.children["lines"]
    if any(row.number(part) for part in parts):
        lines = [*lines, row]
    drugs = drug_list_codes(names={line.text("drug") for line in lines} - {""})
    for line_no, line in enumerate(lines, 1):
        amounts = {part: line.number(part) or 0 for part in parts}
        yield CostLine(
            line_no=line_no,
            category=line.text("category") or FeeCategory.OTHER,
            amount_fen=sum(amounts.values()),
            drug_lists=drugs.get(line.text("drug"), frozenset()),
            **amounts,
        )
