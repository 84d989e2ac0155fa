"""Filters of what supervision has still to do (监督待办筛选)."""

from common.admin_filters import undone_filter

FindingDueFilter = undone_filter(
    parameter="due", value="undone", title="整改", label="未销号", keep=lambda rows: rows.filter(closed=False)
)
ObjectionDueFilter = undone_filter(
    parameter="due", value="undone", title="办理", label="待答复", keep=lambda rows: rows.filter(closed=False)
)
PlanDueFilter = undone_filter(
    parameter="due", value="undone", title="抽取", label="待抽取", keep=lambda rows: rows.filter(draw=None)
)
