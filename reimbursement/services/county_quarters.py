"""Every ledger of a county and quarter, built while somebody watches (编制全县台账)."""

from django.contrib.auth.models import User

from common.jobs import JobError, job_create, job_progress, job_work
from common.models import Job
from organizations.models import Region
from reimbursement.errors import LedgerError
from reimbursement.quarters import Quarter
from reimbursement.selectors import ledgers_to_build
from reimbursement.services.ledgers import ledger_build_by_key


def county_quarter_order(
    *, year: int, quarter: int, county: Region, owner: User, result_url: str = ""
) -> Job:
    """Write the job down; its task is enqueued by the door.

    Raises:
        ValueError: no such quarter.
    """
    title = f"编制台账：{county} {Quarter(year, quarter)}"
    return job_create(title=title, owner=owner, result_url=result_url)


def county_quarter_build(*, year: int, quarter: int, county_id: int, job_id: int) -> None:
    """Build one ledger after the other, each in its own transaction; done again it changes nothing.

    Killed in between it leaves whole ledgers and none half built: the next run builds the others.
    """
    with job_work(job_id=job_id):
        county = Region.objects.get(pk=county_id)
        keys = ledgers_to_build(quarter=Quarter(year, quarter), county=county)
        refused = []
        for done, key in enumerate(keys, start=1):
            try:
                ledger = ledger_build_by_key(key=key, year=year, quarter=quarter)
            except LedgerError as error:
                refused.append(str(error))
            else:
                job_progress(job_id=job_id, message=ledger.ledger_no, done=done, total=len(keys))
        if refused:
            raise JobError(f"{len(refused)} 本台账未能编制：{refused[0]}")
