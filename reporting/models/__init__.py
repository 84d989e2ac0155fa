"""What was exported (导出记录)."""

from reporting.models.exports import ExportLog

__all__ = ["ExportLog"]
