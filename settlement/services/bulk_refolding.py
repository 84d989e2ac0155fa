"""Fold many benefit years again after an approved correction of a policy (批量重算): range by range.

Each range is one transaction that locks its years in the order of their keys, reads them through a
server-side cursor and writes by COPY. A job that is killed leaves whole ranges; started again it finds only
what is left, for a claim that was settled again no longer names the replaced policy.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from policies.codes import PolicyStatus
from policies.models import Policy
from settlement.compiler import compiled_policy
from settlement.differences import Difference
from settlement.engine.compiled import CompiledPolicy
from settlement.engine.errors import EngineError
from settlement.errors import PolicyReplacementError
from settlement.inputs import Inputs
from settlement.selectors.affected import EVERY_YEAR, YearRange, affected_years
from settlement.selectors.years import PostedYear, posted_years_of
from settlement.services.copying import adjustments_copy
from settlement.services.refolding import fold_from

# Years a transaction locks: a hospital's claim waits a second at most.
YEARS_PER_RANGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class YearDifferences:
    """One affected year on the difference list (差额清单).

    ``refused`` says why the year cannot be settled under the new policy; nothing is then posted on it.
    """

    person_year_id: int
    differences: list[Difference]
    refused: str = ""


@dataclass(slots=True, kw_only=True)
class BulkSummary:
    """How far a bulk re-fold is: counts, and signed fen by (tier, fund)."""

    person_years: int = 0
    claims: int = 0
    refused: int = 0
    amounts_fen: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def note(self, year: YearDifferences) -> None:
        """Count one year."""
        self.person_years += 1
        self.claims += len(year.differences)
        self.refused += bool(year.refused)
        for difference in year.differences:
            for part in difference.parts:
                self.amounts_fen[part.tier, part.fund] += part.amount_fen


def _ignore(_: object) -> None:
    """Nobody listens."""


def person_years_refold_bulk(
    *,
    replace_policy: Mapping[int, int],
    reason: str,
    preview: bool = False,
    within: YearRange = EVERY_YEAR,
    years_per_range: int = YEARS_PER_RANGE,
    on_year: Callable[[YearDifferences], None] = _ignore,
    on_range: Callable[[BulkSummary], None] = _ignore,
) -> BulkSummary:
    """Settle every claim of some policies again under others and post the differences (批量重算).

    Touched are the claims last settled under a replaced policy whose day lies in the new policy's period;
    the later claims of their years follow. Posts what ``person_year_refold`` would post year by year.
    Running again posts nothing.

    Args:
        replace_policy: new policy by old policy (primary keys).
        reason: shown on every posting.
        preview: compute the difference list only; writes nothing, locks nothing, and takes drafts.
        within: only the years of this range, for jobs side by side.
        years_per_range: how many years one transaction holds.
        on_year: gets every affected year as it is computed: the list, however long, is never held.
        on_range: gets the counts after every committed range.

    Raises:
        PolicyReplacementError: the policies cannot take each other's place.
    """
    change = _Change(replace_policy, preview=preview)
    summary = BulkSummary()

    def note(year: YearDifferences) -> None:
        summary.note(year)
        on_year(year)

    left = within
    posting = None if preview else reason
    while last_id := _refold_range(change, left, years_per_range, reason=posting, each=note):
        on_range(summary)
        left = YearRange(last_id + 1, within.last_id)
    return summary


class _Change:
    """The replacement, with each policy read and compiled once."""

    def __init__(self, replace_policy: Mapping[int, int], *, preview: bool) -> None:
        self.replace_policy = replace_policy
        self._new: dict[int, Policy] = {}
        self._compiled: dict[int, CompiledPolicy] = {}
        policies = Policy.objects.in_bulk({*replace_policy, *replace_policy.values()})
        for old_id, new_id in replace_policy.items():
            old, new = policies.get(old_id), policies.get(new_id)
            if old is None or new is None:
                raise PolicyReplacementError("政策包不存在，请核对。")
            if old.city_code != new.city_code:
                raise PolicyReplacementError(f"政策包 {new.code} 与 {old.code} 不属于同一统筹地区。")
            if new_id in replace_policy:
                raise PolicyReplacementError(f"政策包 {new.code} 自身也要被替换，请分次办理。")
            if not preview and new.status not in (PolicyStatus.PUBLISHED, PolicyStatus.RETIRED):
                raise PolicyReplacementError(f"政策包 {new.code} 尚未发布，只能预览差额。")
            self._new[old_id] = new

    def policy_of(self, policy_id: int) -> CompiledPolicy:
        """As ``compiled_policy``, but a draft too is read once."""
        if policy_id not in self._compiled:
            self._compiled[policy_id] = compiled_policy(policy_id)
        return self._compiled[policy_id]

    def of(self, year: PostedYear) -> dict[int, Inputs]:
        """The new inputs by claim."""
        replaced = {}
        for claim in year.claims:
            new = self._new.get(claim.stored["policy_id"])
            if new is None or claim.is_reversed:
                continue
            inputs = claim.inputs
            start, end = new.valid.lower, new.valid.upper
            if (start is None or start <= inputs.claim.on) and (end is None or inputs.claim.on < end):
                replaced[claim.id] = replace(inputs, policy_id=new.pk, policy_code=new.code)
        return replaced


@transaction.atomic
def _refold_range(
    change: _Change,
    within: YearRange,
    limit: int,
    *,
    reason: str | None,
    each: Callable[[YearDifferences], None],
) -> int:
    """One range; without a reason nothing is locked or posted.

    Returns:
        The last year's key, 0 when no affected year was left.
    """
    ids = affected_years(
        replace_policy=change.replace_policy, within=within, limit=limit, lock=reason is not None
    )
    for years in posted_years_of(ids):
        # While we queued for the locks a year may have lost what made it affected: a claim was reversed, or
        # the same job ran twice. It is read after the lock, so what it says now holds.
        affected = [(year, replaced) for year in years if (replaced := change.of(year))]
        folded = [_folded(year, replaced, change) for year, replaced in affected]
        if reason is not None:
            due = [(year, new.differences) for (year, _), new in zip(affected, folded, strict=True)]
            adjustments_copy(due, reason=reason)
        for new in folded:
            each(new)
    return ids[-1] if ids else 0


def _folded(year: PostedYear, replaced: Mapping[int, Inputs], change: _Change) -> YearDifferences:
    try:
        differences = fold_from(year, min(replaced), replaced, policy_of=change.policy_of)
    except EngineError as error:
        return YearDifferences(person_year_id=year.id, differences=[], refused=str(error))
    return YearDifferences(person_year_id=year.id, differences=differences)
