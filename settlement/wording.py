"""Chinese for the codes that settlements carry (代码释义): tiers, benefits, funds, rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.codes import FeeCategory, Tier
from policies.models import Fund, Rule, Uplift

Node = Mapping[str, Any]

TIER_NAMES: dict[str, str] = {str(code): str(label) for code, label in Tier.choices}
UPLIFT_STEPS = {
    "rule": "专项规定",
    "deductible": "起付线降低",
    "rate": "报销比例提高",
    "cap": "取消封顶线",
    "ceiling": "总额封顶扣减",
}


# Benefits are codes of the packs; these are the ones that the shipped packs use.
BENEFITS = {
    "inpatient": "住院",
    "chronic": "门诊慢性病",
    "outpatient": "门诊",
    "special": "门诊特殊病",
    "bed-days": "床日定额",
}


def tier_name(tier: str, benefit: str = "") -> str:
    """``基本医疗保险 · 住院``; an unknown code stays as it is."""
    name = TIER_NAMES.get(tier, tier)
    return name if benefit in {"", tier} else f"{name} · {BENEFITS.get(benefit, benefit)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What people call the codes of one pack; an unknown code is kept and shown."""

    funds: Mapping[str, str]
    rows: Mapping[str, str]

    def fund(self, code: str) -> str:
        """A fund's name."""
        return self.funds.get(code) or code

    def row(self, code: str) -> str:
        """The title of a rule or an uplift."""
        return self.rows.get(code) or code


def names_of(policy_id: int) -> Names:
    """Names for the explanation of a claim under this pack; three queries."""
    titles = [model.objects.filter(policy=policy_id).values_list("code", "title") for model in (Rule, Uplift)]
    return Names(funds=fund_names(), rows={code: title for rows in titles for code, title in rows})


def fund_names() -> dict[str, str]:
    """Names of all funds by code, one query."""
    return dict(Fund.objects.values_list("code", "name"))


def is_provisional(tier: Node) -> bool:
    """Whether the tier's rule, an uplift or its funding stands on no confirmed clause."""
    parts = (tier, tier.get("funding", {}), *tier.get("uplifts", ()))
    return any(part.get("provisional") for part in parts)


def named(explanation: Node, names: Names) -> dict[str, Any]:
    """The explanation with names where it has codes; amounts stay as they are."""
    categories = {str(code): str(label) for code, label in FeeCategory.choices}
    return {
        **explanation,
        "waivers": [
            {**waiver, "categories": [categories.get(code, code) for code in waiver["categories"]]}
            for waiver in explanation["waivers"]
        ],
        "tiers": [_named_tier(tier, names) for tier in explanation["tiers"]],
    }


def _named_tier(tier: Node, names: Names) -> dict[str, Any]:
    def funds(key: str) -> list[dict[str, Any]]:
        return [{**part, "fund": names.fund(part["fund"])} for part in tier.get(key, ())]

    return {
        **tier,
        "rule": names.row(tier["rule"]),
        "funds": funds("funds"),
        "account_funds": funds("account_funds"),
        "uplifts": [{**uplift, "code": names.row(uplift["code"])} for uplift in tier.get("uplifts", ())],
        "candidates": [{**other, "rule": names.row(other["rule"])} for other in tier["candidates"]],
    }
