"""Exports (导出记录), print settings (打印设置), notices (公示), indicators (指标), inspections (检查)."""

from reporting.models.exports import ExportLog
from reporting.models.indicators import IndicatorFigure, ScoreItem
from reporting.models.inspections import (
    DrawFrame,
    Drawn,
    Finding,
    FindingStep,
    InspectionDraw,
    InspectionPlan,
    Inspector,
)
from reporting.models.list_exports import ListExport
from reporting.models.notices import Notice, NoticeObjection, NoticeObjectionStep, NoticeRow
from reporting.models.print_settings import PrintSetting

__all__ = [
    "DrawFrame",
    "Drawn",
    "ExportLog",
    "Finding",
    "FindingStep",
    "IndicatorFigure",
    "InspectionDraw",
    "InspectionPlan",
    "Inspector",
    "ListExport",
    "Notice",
    "NoticeObjection",
    "NoticeObjectionStep",
    "NoticeRow",
    "PrintSetting",
    "ScoreItem",
]
