"""Making reports (制表): write aside, check against the database, then hand over."""

from reporting.services.ledger_workbooks import WorkbookReport, quarter_workbook_path, quarter_workbook_write

__all__ = ["WorkbookReport", "quarter_workbook_path", "quarter_workbook_write"]
