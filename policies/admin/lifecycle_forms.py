"""Forms and tables of a pack's life cycle (政策包生命周期的表单)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from common.admin_panels import Cell, Table, Tone, text
from policies.audit import Severity
from policies.publishing import ReadableFinding

SEVERITIES: dict[Severity, tuple[str, Tone]] = {
    Severity.ERROR: ("错误", "danger"),
    Severity.WARNING: ("提醒", "info"),
    Severity.PROVISIONAL: ("待核实", "warning"),
}


def day_input() -> UnfoldAdminTextInputWidget:
    """A day as text: the browser's own calendar speaks the language of the browser, not ours."""
    return UnfoldAdminTextInputWidget(attrs={"placeholder": "年-月-日，例如 2020-01-01"})


class CloseForm(forms.Form):
    """From when on the pack does not hold."""

    to = forms.DateField(label="新的截止日（当日起不再适用）", widget=day_input())


class CloneForm(forms.Form):
    """Name and period of the copy."""

    code = forms.SlugField(
        label="新政策包代码",
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text="由小写字母、数字和连字符组成，例如“城市拼音-年份”，以后不能更改。",
    )
    title = forms.CharField(label="名称", max_length=120, widget=UnfoldAdminTextInputWidget)
    valid_from = forms.DateField(label="起始日", widget=day_input())
    valid_to = forms.DateField(label="截止日（当日起不再适用，可不填）", required=False, widget=day_input())

    def clean(self) -> dict[str, Any]:
        """A period has at least one day."""
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("valid_from"), values.get("valid_to")
        if start is not None and end is not None and end <= start:
            self.add_error("valid_to", "截止日须晚于起始日。")
        return values


def findings_table(findings: Sequence[ReadableFinding], *, title: str = "审核发现") -> Table:
    """What the audit found, errors first."""
    return Table(
        title=title,
        headers=("级别", "类别", "条目", "发现", "依据"),
        rows=[
            (
                Cell(text=SEVERITIES[finding.severity][0], tone=SEVERITIES[finding.severity][1]),
                Cell(text=finding.section, unbroken=True),
                text(finding.title),
                text(finding.message),
                text(finding.clause),
            )
            for finding in findings
        ],
        note=_counts(findings),
        empty="没有发现问题。",
    )


def _counts(findings: Sequence[ReadableFinding]) -> str:
    counted = [
        f"{label} {number} 条"
        for severity, (label, _) in SEVERITIES.items()
        if (number := sum(finding.severity == severity for finding in findings))
    ]
    after = "错误须改正后才能发布；提醒和待核实的条目须在发布时逐条确认。" if findings else ""
    return "，".join(counted) + ("。" if counted else "") + after
