"""Short ways to write policies, people and claims in tests; amounts are yuan strings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from common.money import parse_percent, parse_yuan
from settlement.engine.facts import Claim, CostLine, Facts, GivenPayment
from settlement.engine.result import Settlement
from settlement.engine.settle import settle
from settlement.engine.terms import (
    TIERS,
    Band,
    Cap,
    Citation,
    Condition,
    Deductible,
    Funding,
    FundShare,
    Policy,
    Rule,
    Tier,
)

DAY = date(2019, 6, 24)
ONE_FUND = Funding(code="fund", shares=(FundShare(fund="fund", weight=1),))


def bands(*rows: tuple[str, str, str]) -> tuple[Band, ...]:
    """Bands from (floor, ceiling or "", per cent)."""
    return tuple(
        Band(
            floor_fen=parse_yuan(floor),
            ceiling_fen=parse_yuan(ceiling) if ceiling else None,
            rate_bp=parse_percent(rate),
        )
        for floor, ceiling, rate in rows
    )


def flat(rate: str) -> tuple[Band, ...]:
    return bands(("0.00", "", rate))


def deductible(*amounts: str, threshold_only: bool = False) -> Deductible:
    return Deductible(amounts_fen=tuple(parse_yuan(a) for a in amounts), threshold_only=threshold_only)


def cap(limit: str, pool: str = "") -> Cap:
    return Cap(limit_fen=parse_yuan(limit), pool=pool)


def when(**fields: Any) -> Condition:
    """A condition; sets may be given as one string with blanks between."""
    return Condition(
        **{name: frozenset(v.split()) if isinstance(v, str) else v for name, v in fields.items()}
    )


def rule(code: str, tier: Tier, **fields: Any) -> Rule:
    return Rule(**{"code": code, "tier": tier, "funding": "fund", **fields})


def cite(clause: str) -> Citation:
    return Citation(clause=clause, provisional=not clause)


def policy(*rules: Rule, **fields: Any) -> Policy:
    present = {rule.tier for rule in rules}
    return Policy(
        **{
            "code": "test",
            "city": "测试市",
            "tiers": tuple(tier for tier in TIERS if tier in present),
            "rules": rules,
            "fundings": (ONE_FUND,),
            **fields,
        }
    )


def line(in_scope: str = "0.00", *, no: int = 1, category: str = "西药", **parts: str) -> CostLine:
    """A cost line; its amount is the sum of its parts."""
    fen = {f"{name}_fen": parse_yuan(text) for name, text in parts.items()}
    in_scope_fen = parse_yuan(in_scope)
    return CostLine(
        line_no=no,
        category=category,
        amount_fen=in_scope_fen + sum(fen.values()),
        in_scope_fen=in_scope_fen,
        **fen,
    )


def claim(in_scope: str = "", **fields: Any) -> Claim:
    """An inpatient claim of one in-scope line, unless said otherwise."""
    return Claim(
        **{
            "on": DAY,
            "visit_type": "inpatient",
            "hospital_level": "county",
            "place": "in_county",
            "lines": (line(in_scope),) if in_scope else (),
            **fields,
        }
    )


def person(identities: str = "", **fields: Any) -> Facts:
    return Facts(
        **{
            "identities": frozenset(identities.split()),
            "insurance_type": "residents",
            "age_years": 40,
            **fields,
        }
    )


def given(tier: Tier, amount: str, fund: str = "elsewhere") -> GivenPayment:
    return GivenPayment(tier=tier, fund=fund, amount_fen=parse_yuan(amount))


def paid(settlement: Settlement, tier: str, benefit: str = "") -> int:
    """What a tier (and benefit) put on the bill, fen."""
    return sum(
        p.paid_fen for p in settlement.payments if p.tier == tier and (not benefit or p.benefit == benefit)
    )


def pools(settlement: Settlement) -> dict[str, int]:
    return dict(settlement.pool_entries)


def after(year: Mapping[str, int], settlement: Settlement) -> dict[str, int]:
    """The year's pools with a settlement's entries added."""
    result = dict(year)
    for pool, amount in settlement.pool_entries:
        result[pool] = result.get(pool, 0) + amount
    return result


def pay(terms: Policy, in_scope: str, year: Mapping[str, int] | None = None, **fields: Any) -> Settlement:
    """Settle one ordinary inpatient claim of somebody without identities."""
    return settle(claim(in_scope, **fields), person(), year or {}, terms)


def yuan(text: str) -> int:
    return parse_yuan(text)
