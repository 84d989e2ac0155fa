"""Reports in the background (后台任务): keys in, a file under the export folder out."""

from celery import shared_task
from django.db import OperationalError

from organizations.models import Region
from organizations.scope import EVERYTHING
from policies.models import LedgerKind
from reporting.services import quarter_workbook_path, quarter_workbook_write


@shared_task(
    name="reporting.write_workbook", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def write_workbook(*, kind_id: int, county_id: int, year: int, quarter: int) -> str:
    """Write a county's workbook of a quarter (生成季度台账工作簿); written again, it replaces the file whole.

    Returns:
        Path of the file.
    """
    kind = LedgerKind.objects.get(pk=kind_id)
    county = Region.objects.get(pk=county_id)
    path = quarter_workbook_path(kind=kind, county=county, year=year, quarter=quarter)
    quarter_workbook_write(scope=EVERYTHING, kind=kind, county=county, year=year, quarter=quarter, path=path)
    return str(path)
