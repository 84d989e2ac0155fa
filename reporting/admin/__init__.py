"""Admin of the reports (导出、打印、公示、指标、检查)."""

from reporting.admin import exports, indicators, inspections, notices, scores

__all__ = ["exports", "indicators", "inspections", "notices", "scores"]
