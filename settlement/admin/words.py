"""Chinese for the codes that settlements carry (代码释义): funds, pools, steps of an uplift."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.codes import Tier
from policies.models import Disease, Fund, Rule, Uplift
from settlement.engine.compiled import ADMISSIONS_POOL

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


def pool_names(policy_ids: Iterable[int], pools: Iterable[str]) -> dict[str, str]:
    """What each pool counts, told from the rules that use it; two queries."""
    wanted = list(pools)
    names = {ADMISSIONS_POOL: "住院次数"}
    rules = list(Rule.objects.filter(policy__in=list(policy_ids)).prefetch_related("caps"))
    for rule in rules:
        tier = TIER_NAMES[rule.tier]
        names.setdefault(rule.base_pool, f"{tier}费用基数")
        names.setdefault(rule.paid_pool, f"{tier}已支付")
        for cap in rule.caps.all():
            names.setdefault(cap.pool, f"{tier}已支付")
    for rule in rules:
        names.setdefault(rule.starts_pool, f"{TIER_NAMES[rule.tier]}启动条件累计")
    quotas = [pool for pool in wanted if pool.startswith("quota:")]
    diseases = _disease_names() if quotas else {}
    return {pool: names.get(pool) or _quota_name(pool, diseases) for pool in wanted}


def _disease_names() -> Mapping[str, str]:
    rows = Disease.objects.values_list("disease_list__code", "number", "name")
    return {f"{code}/{number}": name for code, number, name in rows}


def _quota_name(pool: str, diseases: Mapping[str, str]) -> str:
    """``quota:list/5:2018-Q1`` in words; any other pool keeps its code."""
    kind, _, rest = pool.partition(":")
    disease, _, period = rest.rpartition(":")
    if kind != "quota" or not disease:
        return pool
    shown = period.replace("-Q", "年第") + "季度" if "-Q" in period else period
    return f"病种限额内费用：{diseases.get(disease, disease)}（{shown}）"


def is_count(pool: str) -> bool:
    """Whether a pool holds a count, not fen."""
    return pool == ADMISSIONS_POOL
