"""Bulk jobs in the background (后台任务). Arguments are keys; every task may run twice or be killed.

A killed worker's task is delivered again and finds only what is left. Retried are lost connections and
deadlocks only: the same work, a little later.
"""

from dataclasses import asdict
from typing import Any

from celery import Task, shared_task
from django.db import OperationalError

from organizations.models import Region
from policies.models import Policy
from settlement.selectors.affected import YearRange, year_ranges
from settlement.services import person_years_refold_bulk, year_end_run
from settlement.services.bulk_refolding import BulkSummary
from settlement.services.year_end import YearEndSummary

# Years one refold task looks through: some minutes of work, so that many workers share a job evenly.
YEARS_PER_TASK = 20_000


@shared_task(
    name="settlement.refold_policy", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def refold_policy(*, old_policy_id: int, new_policy_id: int) -> list[str]:
    """Enqueue the re-fold of every claim of a policy under its correction, by ranges of years (批量重算).

    Returns:
        The identifiers of the ranges' tasks.
    """
    keys = {"old_policy_id": old_policy_id, "new_policy_id": new_policy_id}
    return [
        refold_range.apply_async(kwargs={**keys, "first_id": years.first_id, "last_id": years.last_id}).id
        for years in year_ranges(size=YEARS_PER_TASK)
    ]


@shared_task(
    bind=True,
    name="settlement.refold_range",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def refold_range(
    self: Task, *, old_policy_id: int, new_policy_id: int, first_id: int, last_id: int
) -> dict[str, int]:
    """Re-fold one range of years (批量重算一段).

    Returns:
        How many years and claims were settled again, and how many years the new policy refuses.
    """
    old, new = Policy.objects.get(pk=old_policy_id), Policy.objects.get(pk=new_policy_id)
    summary = person_years_refold_bulk(
        replace_policy={old.pk: new.pk},
        reason=f"政策更正：{old.code} 改为 {new.code}"[:200],
        within=YearRange(first_id, last_id),
        on_range=lambda summary: self.update_state(state="PROGRESS", meta=_counts(summary)),
    )
    return _counts(summary)


@shared_task(
    bind=True,
    name="settlement.year_end_run",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def run_year_end(self: Task, *, city_id: int, year: int) -> dict[str, int]:
    """Pay a city's people what assistance still owes for the year (年末补算).

    Returns:
        People looked at, granted and refused, and fen granted by this delivery of the task.
    """

    def progress(summary: YearEndSummary) -> None:
        if summary.granted % 100 == 0:
            self.update_state(state="PROGRESS", meta=asdict(summary))

    city = Region.objects.get(pk=city_id)
    return asdict(year_end_run(city=city, year=year, on_progress=progress))


def _counts(summary: BulkSummary) -> dict[str, Any]:
    return {"person_years": summary.person_years, "claims": summary.claims, "refused": summary.refused}
