"""Ledgers in the background (后台任务). Arguments are keys; every task may run twice or be killed.

Tasks are acknowledged late: a killed worker's task is delivered again and finds nothing half done, for one
ledger is one transaction. Retried are lost connections and deadlocks only: the same work, a little later.
"""

from contextlib import suppress

from celery import shared_task
from django.db import OperationalError

from common.clock import business_date
from common.jobs import JobTakenError
from organizations.models import Region
from policies.models import LedgerKind
from reimbursement.quarters import Quarter
from reimbursement.selectors import LedgerKey, ledgers_to_build
from reimbursement.services import county_quarter_build, ledger_build_by_key
from reimbursement.services.premium_sheets import premium_sheet_build


@shared_task(
    name="reimbursement.build_ledger", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def build_ledger(*, kind_id: int, county_id: int, hospital_id: int, year: int, quarter: int) -> int:
    """Build one ledger (编制一家医疗机构的台账).

    Returns:
        The ledger's key.
    """
    key = LedgerKey(kind_id=kind_id, county_id=county_id, hospital_id=hospital_id)
    return ledger_build_by_key(key=key, year=year, quarter=quarter).pk


@shared_task(
    name="reimbursement.build_quarter", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def build_quarter(
    *, year: int, quarter: int, county_id: int | None = None, kind_id: int | None = None
) -> list[str]:
    """Enqueue every ledger of a quarter (编制全部台账), of one county and kind if given.

    Returns:
        The identifiers of the ledgers' tasks.
    """
    county = Region.objects.get(pk=county_id) if county_id is not None else None
    kind = LedgerKind.objects.select_related("policy").get(pk=kind_id) if kind_id is not None else None
    return _enqueue(Quarter(year, quarter), county=county, kind=kind)


@shared_task(
    name="reimbursement.build_county_quarter",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def build_county_quarter(*, year: int, quarter: int, county_id: int, job_id: int) -> None:
    """Build every ledger of a county and quarter while somebody watches (编制全县台账)."""
    with suppress(JobTakenError):
        county_quarter_build(year=year, quarter=quarter, county_id=county_id, job_id=job_id)


@shared_task(
    name="reimbursement.build_premium_sheet",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def build_premium_sheet(*, sheet_id: int, job_id: int) -> None:
    """Build a sheet of premium aid (编制参保资助申请)."""
    with suppress(JobTakenError):
        premium_sheet_build(sheet_id=sheet_id, job_id=job_id)


@shared_task(
    name="reimbursement.build_last_quarter",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def build_last_quarter() -> list[str]:
    """Enqueue every ledger of the quarter that ended last (季初自动编制上季度台账).

    Returns:
        The identifiers of the ledgers' tasks.
    """
    return _enqueue(Quarter.of(business_date()).previous)


def _enqueue(quarter: Quarter, *, county: Region | None = None, kind: LedgerKind | None = None) -> list[str]:
    return [
        build_ledger.apply_async(
            kwargs={
                "kind_id": key.kind_id,
                "county_id": key.county_id,
                "hospital_id": key.hospital_id,
                "year": quarter.year,
                "quarter": quarter.number,
            }
        ).id
        for key in ledgers_to_build(quarter=quarter, county=county, kind=kind)
    ]
