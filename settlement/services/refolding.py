"""Fold a benefit year again and post the differences (年度重算): nothing posted is ever edited."""

from collections.abc import Callable, Mapping

from django.db import transaction

from common.clock import business_date
from settlement.compiler import compiled_policy
from settlement.differences import Difference, adjustment_of, reversal_of
from settlement.engine.compiled import CompiledPolicy
from settlement.engine.settle import settle
from settlement.figures import added
from settlement.inputs import Inputs
from settlement.models import Payment, PoolEntry, Settlement
from settlement.selectors.years import PostedYear, posted_year
from settlement.services.flags import flags_close
from settlement.services.locking import person_year_lock_by_key


@transaction.atomic
def person_year_refold(
    *, person_year_id: int, replaced: Mapping[int, Inputs], reason: str
) -> list[Settlement]:
    """Fold a year again after an approved change of some claims' inputs (更正后重算).

    Every claim from the first changed one on is settled again; the others take their stored inputs, so that
    nothing but the approved change comes in.

    Args:
        person_year_id: the benefit year's primary key.
        replaced: new inputs by claim number (primary key).
        reason: shown on every posting.

    Returns:
        The adjustments posted; none when nothing differs.
    """
    person_year_lock_by_key(person_year_id)
    year = posted_year(person_year_id)
    changed = [claim.id for claim in year.claims if claim.id in replaced and not claim.is_reversed]
    if not changed:
        return []
    return post_differences(year, fold_from(year, changed[0], replaced), reason=reason)


def fold_from(
    year: PostedYear,
    first: int,
    replaced: Mapping[int, Inputs],
    *,
    removed: int | None = None,
    policy_of: Callable[[int], CompiledPolicy] = compiled_policy,
) -> list[Difference]:
    """The postings due on the claims from ``first`` on; what is posted before it opens the fold."""
    pools: dict[str, int] = {}
    due: list[Difference] = []
    for claim in year.claims:
        if claim.id < first:
            pools = added(pools, claim.entries.items())
        elif claim.id == removed:
            due.append(reversal_of(claim))
        elif not claim.is_reversed:
            inputs = replaced.get(claim.id) or claim.inputs
            policy = policy_of(inputs.policy_id)
            # What another system paid is done: it must not keep us from posting what follows from a change.
            result = settle(inputs.claim, inputs.facts, pools, policy, given_stands=True)
            pools = added(pools, result.pool_entries)
            if (difference := adjustment_of(claim, inputs, result)) is not None:
                due.append(difference)
    return due


def post_differences(year: PostedYear, due: list[Difference], *, reason: str) -> list[Settlement]:
    """Write the postings with their payments and pool entries; four statements however many there are.

    A reversal takes one more: the claim's open flags close.

    A reversal comes first and is named by the adjustments that follow from it.
    """
    settlements = _settlements(year, due, reason=reason)
    reversal = next((row for row in settlements if row.kind == Settlement.Kind.REVERSAL), None)
    if reversal is not None:
        reversal.save(force_insert=True)
        flags_close(claim_ids=[reversal.claim_id], reason=reason)
    others = [row for row in settlements if row is not reversal]
    for row in others:
        row.caused_by = reversal
    Settlement.objects.bulk_create(others)
    Payment.objects.bulk_create(
        Payment(
            settlement=settlement,
            claim_id=difference.claim.id,
            hospital_id=difference.claim.hospital_id,
            county_id=difference.claim.county_id,
            benefit_year=difference.claim.benefit_year,
            posted_on=settlement.posted_on,
            **part._asdict(),
        )
        for settlement, difference in zip(settlements, due, strict=True)
        for part in difference.parts
    )
    PoolEntry.objects.bulk_create(
        PoolEntry(settlement=settlement, person_year_id=year.id, pool=pool, amount=amount)
        for settlement, difference in zip(settlements, due, strict=True)
        for pool, amount in difference.entries.items()
    )
    return settlements


def _settlements(year: PostedYear, due: list[Difference], *, reason: str) -> list[Settlement]:
    pools: Mapping[str, int] = year.pools
    rows = []
    for difference in due:
        # Each row carries the state after it, so the newest row of the year is the state to go on from.
        pools = added(pools, difference.entries.items())
        rows.append(
            Settlement(
                claim_id=difference.claim.id,
                person_year_id=year.id,
                kind=difference.kind,
                caused_by_id=difference.claim.original_id if difference.kind == "reversal" else None,
                reason=reason,
                posted_on=business_date(),
                inputs=difference.inputs,
                explanation=difference.explanation,
                pools_after=pools,
                **difference.figures._asdict(),
            )
        )
    return rows
