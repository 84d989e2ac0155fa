"""Reports in the background (后台任务): keys in, a file under the export folder out."""

from contextlib import suppress
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from common.jobs import JobTakenError
from organizations.models import Region
from organizations.scope import EVERYTHING
from policies.models import LedgerKind
from reimbursement.models import QuarterlyLedger
from reporting.services import quarter_workbook_path, quarter_workbook_write
from reporting.services.list_exports import list_export_write, list_exports_remove
from reporting.services.statement_batches import ledger_statements_write


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


@shared_task(
    name="reporting.write_statements", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def write_statements(*, ledger_id: int) -> str:
    """Write the statements of all claims of a ledger (批量生成一单清); again replaces it.

    Returns:
        Path of the archive.
    """
    ledger = QuarterlyLedger.objects.get(pk=ledger_id)
    path = Path(settings.EXPORT_DIR) / f"statements-{ledger.ledger_no}.zip"
    ledger_statements_write(scope=EVERYTHING, ledger=ledger, path=path)
    return str(path)


@shared_task(
    name="reporting.write_list", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def write_list(*, export_id: int) -> None:
    """Write the file of a filtered list (列表导出)."""
    with suppress(JobTakenError):
        list_export_write(export_id=export_id)


@shared_task(name="reporting.remove_lists")
def remove_lists() -> int:
    """Delete files that waited long enough (清理导出文件).

    Returns:
        How many files were deleted.
    """
    return list_exports_remove(at=timezone.now())
