"""What the policy services refuse (政策服务的拒绝原因)."""

from collections.abc import Sequence
from datetime import date

from policies.pack.rows import PackError, Problem

__all__ = [
    "PackError",
    "PolicyError",
    "PolicyLockedError",
    "PolicyNotFoundError",
    "PolicyNotPublishableError",
    "PolicyOverlapError",
    "PolicyReviewerError",
    "Problem",
]


class PolicyError(Exception):
    """A policy operation is refused; ``code`` is stable, ``str(error)`` says in Chinese what to do."""

    code = "policy_error"


class PolicyNotFoundError(PolicyError):
    """No published policy holds on a day (当日没有生效的政策包)."""

    code = "policy_not_found"

    def __init__(self, *, city_code: str, on: date) -> None:
        super().__init__(f"统筹地区 {city_code} 在 {on:%Y-%m-%d} 没有已发布的政策包，请先发布该期间的政策。")
        self.city_code = city_code
        self.on = on


class PolicyLockedError(PolicyError):
    """A published policy, or what it stands on, would change (已发布的政策不得修改)."""

    code = "policy_locked"


class PolicyNotPublishableError(PolicyError):
    """The audit found errors, or rows to confirm were not named (不符合发布条件)."""

    code = "policy_not_publishable"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(["政策包不能发布：", *reasons]))
        self.reasons = tuple(reasons)


class PolicyOverlapError(PolicyError):
    """Another published policy of the city holds in the same period (有效期重叠)."""

    code = "policy_overlap"


class PolicyReviewerError(PolicyError):
    """The drafter cannot review the own draft (起草人与复核人须不同)."""

    code = "policy_reviewer"
