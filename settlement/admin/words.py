"""Chinese for the pools of the year (累计项目释义)."""

from collections.abc import Iterable, Mapping

from policies.models import Disease, Rule
from settlement.engine.compiled import ADMISSIONS_POOL
from settlement.wording import TIER_NAMES


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
