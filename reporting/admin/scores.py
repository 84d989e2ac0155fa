"""Score items and score sheets (考核评分项、考核表)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from common.admin_lists import BoundedList
from common.admin_lookup import Button
from common.admin_missing import NoSuchRow
from common.admin_panels import Cell, Panel, Table, text, yuan
from common.money import format_percent, parse_yuan
from organizations.admin.scoped import scope_of
from reporting.admin.indicators import look_of
from reporting.admin.pages import LIST_BUTTONS, counties_of
from reporting.indicators.catalogue import INDICATORS
from reporting.indicators.performance import Score
from reporting.models import ScoreItem
from reporting.selectors.performance import ScoreSheet, score_sheets, subsidy_shares
from reporting.services.indicator_workbooks import points_shown

SHEETS_SHOWN = 40
# Ten thousand million yuan: no subsidy is larger.
MOST_FEN = 10**12


class ScoreItemForm(forms.ModelForm):
    """The indicator is chosen from those there are."""

    indicator = forms.ChoiceField(
        label="指标", choices=[(row.code, row.name) for row in INDICATORS], widget=UnfoldAdminSelectWidget
    )

    class Meta:
        """All fields."""

        model = ScoreItem
        fields = "__all__"


@admin.register(ScoreItem)
class ScoreItemAdmin(BoundedList, NoSuchRow, ModelAdmin):
    """考核评分项: a county's own sheet in place of the shipped one."""

    form = ScoreItemForm
    list_before_template = LIST_BUTTONS
    list_display = (
        "region",
        "subject",
        "position",
        "indicator",
        "points",
        "bound",
        "target_bp",
        "provisional",
    )
    list_filter = ("subject",)
    list_select_related = ("region",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoreItem]:
        """Only counties in the scope."""
        rows: QuerySet[ScoreItem] = super().get_queryset(request)
        return rows.filter(scope_of(request).limit(county="region", hospital=""))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Choose among the counties in the scope."""
        if db_field.name == "region":
            kwargs["queryset"] = counties_of(request)
        field: FormField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With a way to the sheets."""
        button = Button(title="查看考核表", url=reverse("admin:reporting_scores"), icon="grading")
        return super().changelist_view(request, {**(extra_context or {}), "list_buttons": [button]})

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the sheets."""
        urls: list[URLPattern] = super().get_urls()
        return [path("sheets/", self.admin_site.admin_view(self.sheets), name="reporting_scores"), *urls]

    def sheets(self, request: HttpRequest) -> HttpResponse:
        """Counties and hospitals with their points (考核表)."""
        look = look_of(request)
        sheets = score_sheets(scope=look.scope, period=look.period, county=look.county)
        wanted = request.GET.get("subsidy", "")[:20].strip()
        # A subsidy is split over all counties, whichever of them is looked at.
        shared = score_sheets(scope=look.scope, period=look.period) if look.county and wanted else sheets
        if wanted and not _fen(wanted):
            messages.error(request, "请填写补助总额，单位元，例如 1000000.00。")
        url = reverse("reporting:score-workbook", args=[look.period.year, look.quarter])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"工作考核表 {look.period.label}",
            "period": look.period,
            "quarter": look.quarter,
            "counties": look.counties,
            "county": look.county,
            "panels": [*_subsidy(shared, wanted), *score_panels(sheets)],
            # Whoever has several counties has something to split.
            "subsidy": wanted if len(look.counties) > 1 else None,
            "buttons": [Button(title="下载 Excel", url=url, icon="download")],
        }
        return TemplateResponse(request, "reporting/indicators.html", context)


def score_panels(sheets: list[ScoreSheet]) -> list[Panel]:
    """A ranking, then each sheet."""
    ranking = Table(
        title="得分",
        headers=("对象", "县（市、区）", "名称", "得分", "可评满分"),
        rows=[
            (
                text(sheet.subject),
                text(sheet.county),
                text(sheet.name),
                Cell(text=points_shown(sheet.got), numeric=True),
                Cell(text=points_shown(sheet.of), numeric=True),
            )
            for sheet in sheets
        ],
        numeric=frozenset({3, 4}),
        note="分值为系统自带或本县登记的评分表；没有数据的项目不评分，也不计入可评满分。文件没有给出分值，待核实。",
        empty="尚无数据",
    )
    return [ranking, *[_sheet(sheet) for sheet in sheets[:SHEETS_SHOWN]]]


def _subsidy(sheets: list[ScoreSheet], wanted: str) -> list[Panel]:
    """What a subsidy of so many yuan comes to by score; nothing where no amount was asked for."""
    amount_fen = _fen(wanted)
    if not amount_fen:
        return []
    shares = subsidy_shares(sheets=sheets, amount_fen=amount_fen)
    return [
        Table(
            title="市级补助按得分测算",
            headers=("县（市、区）", "得分", "可评满分", "得分率", "测算金额（元）"),
            rows=[
                (
                    text(share.sheet.name),
                    Cell(text=points_shown(share.sheet.got), numeric=True),
                    Cell(text=points_shown(share.sheet.of), numeric=True),
                    Cell(text=format_percent(share.rate_bp), numeric=True),
                    yuan(share.amount_fen),
                )
                for share in shares
            ],
            foot=(
                text("合计"), *[Cell(text="")] * 3, yuan(sum([share.amount_fen for share in shares])),
            ),
            numeric=frozenset({1, 2, 3, 4}),
            note="按得分率的比例分配，精确到分；文件要求得分与补助挂钩，没有给出办法，待核实。"
            "实际下达的补助在“预算安排”登记，来源选上级补助。",
        )
    ]  # fmt: skip


def _fen(wanted: str) -> int:
    """Fen of yuan as people write them, whole ones too; 0 for what is no subsidy."""
    try:
        amount_fen = parse_yuan(wanted if "." in wanted else f"{wanted}.00")
    except ValueError:
        return 0
    return amount_fen if 0 < amount_fen <= MOST_FEN else 0


def _sheet(sheet: ScoreSheet) -> Table:
    return Table(
        title=f"{sheet.subject}：{sheet.name}（参保地 {sheet.county}）",
        headers=("指标", "指标值", "目标", "满分", "得分", "依据"),
        rows=[_row(row) for row in sheet.scores],
        foot=(
            text("合计"),
            Cell(text=""),
            Cell(text=""),
            Cell(text=points_shown(sheet.of), numeric=True),
            Cell(text=points_shown(sheet.got), numeric=True),
            Cell(text=""),
        ),
        numeric=frozenset({1, 3, 4}),
    )


def _row(row: Score) -> tuple[Cell, ...]:
    criterion = row.criterion
    side = "不低于" if criterion.at_least else "不高于"
    aim = "未规定" if row.target_bp is None else f"{side} {format_percent(row.target_bp)}"
    return (
        text(criterion.indicator.name),
        Cell(text=criterion.indicator.shown(row.value), numeric=True),
        text(aim),
        Cell(text=str(criterion.points), numeric=True, note="待核实" if criterion.provisional else ""),
        Cell(text=points_shown(row.points), numeric=True),
        text(criterion.basis),
    )
