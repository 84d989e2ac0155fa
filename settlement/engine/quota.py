"""The quota of a chronic disease (病种限额): in-scope cost above it stays with the patient."""

from datetime import date
from typing import NamedTuple

from settlement.engine.errors import MissingParameterError
from settlement.engine.facts import Claim, Pools
from settlement.engine.plan import Plan
from settlement.engine.terms import Quota, QuotaPeriod


class QuotaUse(NamedTuple):
    """How a claim meets its quota, fen: ``used_fen`` is its own part, ``before_fen`` the period's so far."""

    quota: Quota
    pool: str
    limit_fen: int
    before_fen: int
    used_fen: int
    over_fen: int


def limit_to_quota(claim: Claim, plan: Plan, year: Pools, in_scope_fen: int) -> QuotaUse | None:
    """Limit the in-scope cost of a chronic outpatient visit or of a stay; None where no quota applies.

    A chronic visit needs a quota. A stay has one where one of its diseases is paid by quota
    (按病种定（限）额付费, 黔南医保发〔2019〕36号 二(四)4); of several the highest holds.

    Raises:
        MissingParameterError: the disease has no quota, or its amount is not entered.
    """
    if plan.within_quota:
        quotas = [_entered(plan.quotas.get(claim.chronic_disease), claim.chronic_disease)]
    elif plan.stay_quotas:
        quotas = [
            _entered(plan.stay_quotas[disease], disease)
            for disease in sorted(claim.diseases)
            if disease in plan.stay_quotas
        ]
    else:
        return None
    if not quotas:
        return None
    quota, limit_fen = max(quotas, key=lambda entered: entered[1])
    pool = quota_pool(quota.disease, quota.period, claim.on)
    before_fen = year.get(pool, 0) if pool else 0
    used_fen = min(in_scope_fen, max(0, limit_fen - before_fen))
    return QuotaUse(quota, pool, limit_fen, before_fen, used_fen, in_scope_fen - used_fen)


def _entered(quota: Quota | None, disease: str) -> tuple[Quota, int]:
    if quota is None or quota.amount_fen is None:
        raise MissingParameterError(f"病种 {disease} 未填写限额，请先在政策中补充。")
    return quota, quota.amount_fen


def quota_pool(disease: str, period: QuotaPeriod, on: date) -> str:
    """The pool that counts a disease's cost in the period of a day, e.g. ``quota:list/5:2018-Q1``.

    A quota per visit counts nothing: the pool is empty.
    """
    if period == "visit":
        return ""
    if period == "month":
        return f"quota:{disease}:{on.year}-{on.month:02d}"
    if period == "quarter":
        return f"quota:{disease}:{on.year}-Q{(on.month + 2) // 3}"
    return f"quota:{disease}:{on.year}"
