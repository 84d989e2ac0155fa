"""Rosters in the background (后台任务): keys in, nothing out; delivered twice, they act once."""

from contextlib import suppress

from celery import shared_task
from django.db import OperationalError

from beneficiaries.services.rosters import roster_apply, roster_check, roster_undo
from common.jobs import JobTakenError


@shared_task(
    name="beneficiaries.check_roster", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def check_roster(*, roster_id: int, job_id: int) -> None:
    """Read, check and compare an uploaded roster (核对名单)."""
    with suppress(JobTakenError):
        roster_check(roster_id=roster_id, job_id=job_id)


@shared_task(
    name="beneficiaries.apply_roster", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def apply_roster(*, roster_id: int, job_id: int) -> None:
    """Apply a confirmed roster (名单生效)."""
    with suppress(JobTakenError):
        roster_apply(roster_id=roster_id, job_id=job_id)


@shared_task(
    name="beneficiaries.undo_roster", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def undo_roster(*, roster_id: int, job_id: int) -> None:
    """Take a roster back (撤销名单)."""
    with suppress(JobTakenError):
        roster_undo(roster_id=roster_id, job_id=job_id)
