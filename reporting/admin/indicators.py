"""Indicators: the page, the rows behind each number, reported figures (指标、逐笔明细、指标填报)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from common.admin_filters import YearFilter
from common.admin_lookup import Button
from common.admin_panels import Cell, Panel, Table, text
from common.clock import business_date
from organizations.admin.scoped import scope_of
from organizations.models import Region
from organizations.scope import NOTHING
from reporting.admin.indicator_panels import Look, indicator_panels, rows_panel
from reporting.admin.pages import DatesForm, PagesAdmin, counties_of, staff
from reporting.indicators.catalogue import BY_CODE
from reporting.indicators.periods import Period
from reporting.models import IndicatorFigure
from reporting.selectors.indicators import indicator_counties, indicator_rows
from reporting.services.indicator_figures import figure_report

VIEW = "reporting.view_indicatorfigure"
REPORT = "reporting.add_indicatorfigure"
ROWS_SHOWN = 100


class FigureForm(DatesForm):
    """A reported figure."""

    code = forms.ChoiceField(label="指标", choices=IndicatorFigure.Code.choices)
    county = forms.ModelChoiceField(label="县（市、区）", queryset=Region.objects.none())
    year = forms.IntegerField(label="年度", min_value=2017, max_value=2099)
    numerator = forms.IntegerField(label="分子（达标村数、已救治人数）", min_value=0, max_value=10**9)
    denominator = forms.IntegerField(label="分母（贫困村数、确诊人数）", min_value=1, max_value=10**9)
    counted_on = forms.DateField(label="统计截止日")
    source = forms.CharField(label="数据来源", max_length=200)

    def __init__(self, *args: Any, counties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["year"].initial = business_date().year

    def clean(self) -> dict[str, Any]:
        """A part is no more than the whole."""
        data: dict[str, Any] = super().clean() or {}
        above, below = data.get("numerator"), data.get("denominator")
        if above is not None and below is not None and above > below:
            self.add_error("numerator", "分子不能大于分母")
        return data


@admin.register(IndicatorFigure)
class IndicatorFigureAdmin(PagesAdmin):
    """指标填报."""

    scope_county = "county"
    list_display = (
        "code",
        "county",
        "year",
        "numerator",
        "denominator",
        "counted_on",
        "source",
        "entered_by",
    )
    list_filter = (("year", YearFilter), "code")
    list_select_related = ("county", "entered_by")

    def list_buttons(self, request: HttpRequest) -> Sequence[Button]:
        """Reporting, for those who may."""
        buttons = [Button(title="指标一览", url=reverse("admin:reporting_indicators"), icon="monitoring")]
        if request.user.has_perm(REPORT):
            url = reverse("admin:reporting_figure_report")
            buttons.append(Button(title="填报", url=url, icon="edit_note", primary=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the page of all indicators, the rows behind one, reporting."""
        view = self.admin_site.admin_view
        urls: list[URLPattern] = super().get_urls()
        return [
            path("all/", view(self.indicators), name="reporting_indicators"),
            path("rows/<slug:code>/", view(self.rows), name="reporting_indicator_rows"),
            path("report/", view(self.report), name="reporting_figure_report"),
            *urls,
        ]

    def indicators(self, request: HttpRequest) -> HttpResponse:
        """All indicators of the scope, one of them by month, county and hospital (指标一览)."""
        look = look_of(request)
        chosen = BY_CODE.get(request.GET.get("indicator", ""), BY_CODE["reimbursement"])
        context = {
            "title": f"健康扶贫指标 {look.period.label}",
            "period": look.period,
            "quarter": look.quarter,
            "counties": look.counties,
            "county": look.county,
            "chosen": chosen,
            "panels": indicator_panels(look, chosen=chosen),
            "buttons": self._downloads(look),
        }
        return self.answer(request, "reporting/indicators.html", context)

    def rows(self, request: HttpRequest, code: str) -> HttpResponse:
        """What an indicator's numerator and denominator consist of (逐笔明细)."""
        look = look_of(request)
        indicator = BY_CODE.get(code)
        if indicator is None:
            raise Http404
        found = indicator_rows(
            indicator=indicator,
            scope=look.scope,
            period=look.period,
            county_id=look.county.pk if look.county else None,
            hospital_id=_number(request, "hospital"),
        )
        page = Paginator(found, ROWS_SHOWN).get_page(request.GET.get("p", "1"))
        context = {
            "title": f"{indicator.name}：逐笔明细",
            "panels": [rows_panel(indicator, page, look=look, query=request.GET.dict())],
        }
        return self.answer(request, "settlement/panels.html", context)

    def report(self, request: HttpRequest) -> HttpResponse:
        """Report a figure (填报)."""
        form = FigureForm(request.POST or None, counties=counties_of(request))
        page = reverse("admin:reporting_indicatorfigure_changelist")

        def save(data: dict[str, Any]) -> tuple[str, str]:
            figure = figure_report(scope=scope_of(request), by=staff(request), **data)
            return f"已填报：{figure}。", page

        return self.form_page(
            request,
            permission=REPORT,
            title="填报指标",
            form=form,
            save=save,
            back_url=page,
            note="填报后不能修改；填错的重新填报一次，以最近一次为准。",
        )

    def panels(self, request: HttpRequest, row: IndicatorFigure) -> Sequence[Panel]:
        """What was reported over time for the same indicator."""
        same = IndicatorFigure.objects.filter(code=row.code, county=row.county, year=row.year)
        rows = [
            (
                text(each.entered_at),
                text(each.numerator),
                text(each.denominator),
                text(each.counted_on),
                text(each.source),
                text(each.entered_by),
                Cell(text="采用", tone="success") if not at else Cell(text="已被后来的填报代替"),
            )
            for at, each in enumerate(same.select_related("entered_by").order_by("-pk")[:ROWS_SHOWN])
        ]
        headers = ("填报时间", "分子", "分母", "统计截止日", "数据来源", "填报人", "状态")
        return (Table(title=str(row), headers=headers, rows=rows),)

    def _downloads(self, look: Look) -> list[Button]:
        args = [look.period.year, look.quarter]
        buttons = [
            Button(title="考核表", url=reverse("reporting:score-workbook", args=args), icon="download"),
        ]
        if look.scope.hospital_id is None:
            url = reverse("reporting:indicator-workbook", args=args)
            buttons.insert(0, Button(title="逐级汇总表", url=url, icon="download"))
        return buttons


def look_of(request: HttpRequest) -> Look:
    """What the page looks at: scope, period, county.

    Raises:
        PermissionDenied: no right, or no place of work.
        Http404: no such period, or a county outside the scope.
    """
    scope = scope_of(request)
    if not request.user.has_perm(VIEW) or scope == NOTHING:
        raise PermissionDenied
    year = _number(request, "year")
    quarter = _number(request, "quarter") or 0
    try:
        period = Period.of(business_date().year if year is None else year, quarter)
    except (ValueError, OverflowError):
        raise Http404 from None
    counties = indicator_counties(scope=scope)
    return Look(
        scope=scope,
        period=period,
        quarter=quarter,
        counties=counties,
        county=_county(counties, _number(request, "county")),
    )


def _county(counties: Sequence[Region], key: int | None) -> Region | None:
    if key is None:
        return None
    found = next((county for county in counties if county.pk == key), None)
    if found is None:
        raise Http404
    return found


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
