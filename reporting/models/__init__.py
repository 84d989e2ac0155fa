"""What was exported (导出记录), and how papers are printed (打印设置)."""

from reporting.models.exports import ExportLog
from reporting.models.print_settings import PrintSetting

__all__ = ["ExportLog", "PrintSetting"]
