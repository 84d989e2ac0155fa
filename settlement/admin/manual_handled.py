"""How long claims from papers took (办理时长, R126、R175): of those paid in a year, in working days."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from common.admin_panels import Cell, Figures, Panel, Table, count, text
from common.clock import business_date
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from settlement.selectors.manual import Handled, manual_handled

SHOWN = 200


class HandledPage(ScopedLookupAdmin):
    """Beside the work list: the times of this year."""

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the times."""
        view = self.admin_site.admin_view(self.handled)
        urls: list[URLPattern] = super().get_urls()
        return [path("handled/", view, name="settlement_manual_handled"), *urls]

    def handled(self, request: HttpRequest) -> HttpResponse:
        """Days from complete papers to payment, pauses left out; the slowest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = business_date()
        rows = manual_handled(scope=scope_of(request), since=today.replace(month=1, day=1), until=today)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "零星报销办理时长",
            "panels": handled_panels(rows, year=today.year),
        }
        return TemplateResponse(request, "settlement/panels.html", context)


def handled_panels(rows: list[Handled], *, year: int) -> list[Panel]:
    """The figures, and the claims themselves."""
    used = [row.used_days for row in rows]
    in_time = sum([row.in_time for row in rows])
    mean = f"{sum(used) / len(used):.1f}" if used else "—"
    slowest = sorted(rows, key=lambda row: -row.used_days)
    return [
        Figures(
            items=[
                (f"{year}年已支付（笔）", count(len(rows))),
                ("按期办结（笔）", count(in_time)),
                ("按期办结率", text(f"{100 * in_time / len(rows):.1f}%" if rows else "—")),
                ("平均用时（工作日）", text(mean)),
                ("最长用时（工作日）", text(max(used) if used else "—")),
            ]
        ),
        Table(
            title="逐笔用时（最长的在前）",
            headers=(
                "受理编号",
                "县（市、区）",
                "材料齐全日期",
                "支付日期",
                "用时（工作日）",
                "期限（工作日）",
                "",
            ),
            rows=[
                (
                    text(row.number),
                    text(row.county),
                    text(row.complete_on),
                    text(row.paid_on),
                    count(row.used_days),
                    count(row.granted_days),
                    Cell(text="按期", tone="success") if row.in_time else Cell(text="超期", tone="danger"),
                )
                for row in slowest[:SHOWN]
            ],
            numeric=frozenset({4, 5}),
            note="自材料齐全次日起算，中止期间不计。" + (f"只列前 {SHOWN} 笔。" if len(rows) > SHOWN else ""),
            empty="本年还没有已支付的零星报销",
        ),
    ]
