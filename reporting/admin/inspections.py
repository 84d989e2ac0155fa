"""Random inspections, inspectors, findings (双随机抽查、检查人员、问题整改)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, ForeignKey, OuterRef, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from common.admin_lists import BoundedList
from common.admin_lookup import Button
from common.admin_missing import NoSuchRow
from common.admin_panels import Cell, Facts, Panel, Table, count, link, text
from common.clock import business_date
from organizations.admin.scoped import scope_of
from organizations.models import Hospital, Region
from reporting.admin.due_filters import FindingDueFilter, PlanDueFilter
from reporting.admin.pages import DatesForm, PagesAdmin, counties_of, staff
from reporting.models import Drawn, Finding, FindingStep, InspectionDraw, InspectionPlan, Inspector
from reporting.selectors.inspections import draw_repeats, finding_list, plan_list
from reporting.services.inspections import finding_record, finding_step, plan_draw, plan_make

PLAN = "reporting.add_inspectionplan"
DRAW = "reporting.draw_inspectionplan"
RECORD = "reporting.add_finding"
FOLLOW_UP = "reporting.add_findingstep"
SHOWN = 200
STATES = {"整改中": "warning", "已逾期": "danger", "已销号": "success"}
AREA = UnfoldAdminTextareaWidget(attrs={"rows": 3})


class PlanForm(DatesForm):
    """What is to be drawn."""

    title = forms.CharField(label="计划名称", max_length=100)
    county = forms.ModelChoiceField(label="县（市、区）", queryset=Region.objects.none())
    kind = forms.ChoiceField(label="抽查对象", choices=InspectionPlan.Kind.choices)
    since = forms.DateField(label="单据起始日")
    until = forms.DateField(label="截止日（含当日）")
    object_count = forms.IntegerField(label="抽取数量", min_value=1, max_value=1000)
    inspector_count = forms.IntegerField(label="抽取检查人员数", min_value=1, max_value=100)

    def __init__(self, *args: Any, counties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["since"].initial = business_date().replace(month=1, day=1)

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "截止日不能早于起始日")
        return data


class SeedForm(forms.Form):
    """A number from outside, if there is one."""

    seed = forms.CharField(
        label="随机种子（公开摇出的号码等；不填由系统随机产生）", max_length=64, required=False
    )


class FindingForm(DatesForm):
    """A problem."""

    county = forms.ModelChoiceField(label="县（市、区）", queryset=Region.objects.none())
    plan = forms.ModelChoiceField(
        label="抽查计划（不属于抽查的不选）", queryset=InspectionPlan.objects.none(), required=False
    )
    kind = forms.ChoiceField(label="检查方式", choices=Finding.Kind.choices)
    inspected_by = forms.CharField(label="检查单位（民政、财政、人社、卫健、第三方）", max_length=100)
    hospital = forms.ModelChoiceField(
        label="被查医疗机构（查经办机构的不选）", queryset=Hospital.objects.none(), required=False
    )
    found_on = forms.DateField(label="检查日期")
    responsible = forms.CharField(label="整改责任人", max_length=60)
    due_on = forms.DateField(label="整改期限")
    what = forms.CharField(label="发现的问题", max_length=1000, widget=AREA)

    def __init__(self, *args: Any, counties: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        self.fields["due_on"].initial = None
        prefectures = counties.values("parent")
        self.fields["hospital"].queryset = Hospital.objects.filter(  # type: ignore[attr-defined]
            county__parent__in=prefectures
        )

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("found_on") and data.get("due_on") and data["due_on"] < data["found_on"]:
            self.add_error("due_on", "整改期限不能早于检查日期")
        return data


class StepForm(DatesForm):
    """What was done about it."""

    kind = forms.ChoiceField(label="步骤", choices=FindingStep.Kind.choices)
    on = forms.DateField(label="日期")
    note = forms.CharField(label="情况", max_length=1000, widget=AREA)


@admin.register(Inspector)
class InspectorAdmin(BoundedList, NoSuchRow, ModelAdmin):
    """检查人员名录: a county's own."""

    list_display = ("number", "name", "workplace", "county", "active")
    list_select_related = ("county",)
    search_fields = ("name", "number__exact")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Inspector]:
        """Only counties in the scope."""
        rows: QuerySet[Inspector] = super().get_queryset(request)
        return rows.filter(county__in=counties_of(request))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        """Choose among the counties in the scope."""
        if db_field.name == "county":
            kwargs["queryset"] = counties_of(request)
        field: FormField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field


@admin.register(InspectionPlan)
class InspectionPlanAdmin(PagesAdmin):
    """双随机抽查; hospitals see none."""

    scope_county = "county"
    list_display = ("title", "county", "kind", "object_count", "inspector_count", "made_at", "state")
    list_filter = (PlanDueFilter,)
    list_select_related = ("county", "draw__drawn_by", "made_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InspectionPlan]:
        """Nobody learns at a hospital who will be inspected."""
        rows: QuerySet[InspectionPlan] = super().get_queryset(request)
        return rows.filter(pk__in=plan_list(scope=scope_of(request)))

    @display(description="状态", label={"待抽取": "warning", "已抽取": "success"})
    def state(self, plan: InspectionPlan) -> str:
        """Drawn or not."""
        return "已抽取" if hasattr(plan, "draw") else "待抽取"

    def list_buttons(self, request: HttpRequest) -> Sequence[Button]:
        """A new plan, for those who may."""
        if not request.user.has_perm(PLAN):
            return ()
        url = reverse("admin:reporting_plan_make")
        return (Button(title="制定抽查计划", url=url, icon="add_task", primary=True),)

    def buttons(self, request: HttpRequest, row: InspectionPlan) -> Sequence[Button]:
        """The draw, once; then its files."""
        if hasattr(row, "draw"):
            page = reverse("reporting:draw-page", args=[row.draw.pk])
            book = reverse("reporting:draw-workbook", args=[row.draw.pk])
            return (
                Button(title="打印抽取结果", url=page, icon="print", primary=True),
                Button(title="下载 Excel", url=book, icon="download"),
            )
        if not request.user.has_perm(DRAW):
            return ()
        url = reverse("admin:reporting_plan_draw", args=[row.pk])
        return (Button(title="抽取", url=url, icon="casino", primary=True),)

    def panels(self, request: HttpRequest, row: InspectionPlan) -> Sequence[Panel]:
        """The plan, the draw, what was found."""
        facts = Facts(
            title=str(row),
            items=(
                ("县（市、区）", text(row.county)),
                ("抽查对象", text(row.get_kind_display())),
                ("单据日期", text(f"{row.since} 至 {row.until}")),
                ("抽取数量", count(row.object_count)),
                ("检查人员数", count(row.inspector_count)),
                ("制定人", text(row.made_by)),
                ("制定时间", text(row.made_at)),
            ),
        )
        found = finding_list(scope=scope_of(request)).filter(plan=row)
        drawn = _drawn(row.draw) if hasattr(row, "draw") else ()
        return (facts, *drawn, _findings(found))

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: planning, drawing."""
        view = self.admin_site.admin_view
        urls: list[URLPattern] = super().get_urls()
        return [
            path("make/", view(self.make), name="reporting_plan_make"),
            path("<int:pk>/draw/", view(self.draw), name="reporting_plan_draw"),
            *urls,
        ]

    def make(self, request: HttpRequest) -> HttpResponse:
        """Fix what will be drawn (制定计划)."""

        def save(data: dict[str, Any]) -> tuple[str, str]:
            plan = plan_make(scope=scope_of(request), by=staff(request), **data)
            return "计划已登记，不能修改。", reverse("admin:reporting_inspectionplan_change", args=[plan.pk])

        return self.form_page(
            request,
            permission=PLAN,
            title="制定抽查计划",
            form=PlanForm(request.POST or None, counties=counties_of(request)),
            save=save,
            back_url=reverse("admin:reporting_inspectionplan_changelist"),
            note="一个计划只抽取一次；需要再抽请另立计划。",
        )

    def draw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Draw (抽取)."""
        plan = self.row_or_404(request, pk)
        page = reverse("admin:reporting_inspectionplan_change", args=[pk])

        def save(data: dict[str, Any]) -> tuple[str, str]:
            drawing = plan_draw(scope=scope_of(request), plan=plan, by=staff(request), seed=data["seed"])
            self.log_change(request, plan, "双随机抽取")
            return f"已从 {drawing.frame_count} 个对象中抽取。", page

        return self.form_page(
            request,
            permission=DRAW,
            title=f"抽取：{plan}",
            form=SeedForm(request.POST or None),
            save=save,
            back_url=page,
            note="对“种子|键”取 SHA-256，按散列值从小到大取前若干个；种子和名册一并保存，任何人可以重算。"
            "抽取后不能重抽。",
        )


@admin.register(Finding)
class FindingAdmin(PagesAdmin):
    """检查问题整改."""

    scope_county = "county"
    scope_hospital = "hospital"
    list_display = ("__str__", "kind", "hospital", "found_on", "responsible", "due_on", "state")
    list_filter = (FindingDueFilter, "kind")
    list_select_related = ("hospital", "county", "plan", "recorded_by")
    search_fields = ("hospital__name", "responsible")
    search_help_text = "医疗机构或责任人"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        """Whether it was closed comes along."""
        closed = FindingStep.objects.filter(finding=OuterRef("pk"), kind=FindingStep.Kind.CLOSED)
        rows: QuerySet[Finding] = super().get_queryset(request).annotate(closed=Exists(closed))
        return rows

    @display(description="状态", label=STATES)
    def state(self, finding: Any) -> str:
        """Open, late or closed."""
        return state_of(finding)

    def list_buttons(self, request: HttpRequest) -> Sequence[Button]:
        """A new finding, for those who may."""
        if not request.user.has_perm(RECORD):
            return ()
        url = reverse("admin:reporting_finding_record")
        return (Button(title="登记问题", url=url, icon="add_alert", primary=True),)

    def buttons(self, request: HttpRequest, row: Any) -> Sequence[Button]:
        """The next step, while it is open."""
        if row.closed or not request.user.has_perm(FOLLOW_UP):
            return ()
        url = reverse("admin:reporting_finding_step", args=[row.pk])
        return (Button(title="登记整改情况", url=url, icon="edit_note", primary=True),)

    def panels(self, request: HttpRequest, row: Finding) -> Sequence[Panel]:
        """The problem and what was done."""
        items = (
            ("检查方式", text(row.get_kind_display())),
            ("检查单位", text(row.inspected_by)),
            ("被查医疗机构", text(row.hospital)),
            ("县（市、区）", text(row.county)),
            ("抽查计划", text(row.plan) if scope_of(request).hospital_id else link(row.plan)),
            ("检查日期", text(row.found_on)),
            ("整改责任人", text(row.responsible)),
            ("整改期限", text(row.due_on)),
            ("状态", _state_cell(row)),
            ("登记人", text(row.recorded_by)),
            ("发现的问题", text(row.what)),
        )
        steps = [
            (text(step.on), text(step.get_kind_display()), text(step.note), text(step.by))
            for step in row.steps.select_related("by")
        ]
        headers = ("日期", "步骤", "情况", "经办人")
        return (
            Facts(title=str(row), items=items),
            Table(title="整改记录", headers=headers, rows=steps, empty="还没有整改记录"),
        )

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: recording, the next step."""
        view = self.admin_site.admin_view
        urls: list[URLPattern] = super().get_urls()
        return [
            path("record/", view(self.record), name="reporting_finding_record"),
            path("<int:pk>/step/", view(self.step), name="reporting_finding_step"),
            *urls,
        ]

    def record(self, request: HttpRequest) -> HttpResponse:
        """Write a problem down (登记问题)."""
        scope = scope_of(request)

        def save(data: dict[str, Any]) -> tuple[str, str]:
            finding = finding_record(scope=scope, by=staff(request), **data)
            return "已登记。", reverse("admin:reporting_finding_change", args=[finding.pk])

        return self.form_page(
            request,
            permission=RECORD,
            title="登记检查发现的问题",
            form=FindingForm(
                request.POST or None, counties=counties_of(request), plans=plan_list(scope=scope)
            ),
            save=save,
            back_url=reverse("admin:reporting_finding_changelist"),
            note="登记后不能修改；整改、复查、通报批评和销号逐步登记。",
        )

    def step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write down what was done (整改、复查、通报、销号)."""
        finding = self.row_or_404(request, pk)
        page = reverse("admin:reporting_finding_change", args=[pk])

        def save(data: dict[str, Any]) -> tuple[str, str]:
            finding_step(scope=scope_of(request), finding=finding, by=staff(request), **data)
            return "已登记。", page

        return self.form_page(
            request,
            permission=FOLLOW_UP,
            title=f"整改记录：{finding}",
            form=StepForm(request.POST or None),
            save=save,
            back_url=page,
            note="登记后不能修改；销号后不能再登记。",
        )


def state_of(finding: Any) -> str:
    """Open, late or closed, of a finding that knows whether it was closed."""
    if finding.closed:
        return "已销号"
    return "已逾期" if finding.due_on < business_date() else "整改中"


def _state_cell(finding: Any) -> Cell:
    state = state_of(finding)
    return Cell(text=state, tone=STATES[state])  # type: ignore[arg-type]


def _drawn(drawing: InspectionDraw) -> tuple[Panel, ...]:
    same = draw_repeats(drawing=drawing)
    check = Cell(text="重算一致", tone="success") if same else Cell(text="重算不一致", tone="danger")
    head = Facts(
        title="抽取结果",
        badge=check,
        items=(
            ("抽取时间", text(drawing.drawn_at)),
            ("抽取人", text(drawing.drawn_by)),
            ("随机种子", text(drawing.seed)),
            ("对象名册数量", count(drawing.frame_count)),
            ("检查人员名册数量", count(len(drawing.inspector_keys))),
            ("对象名册摘要", text(drawing.frame_hash)),
        ),
    )
    rows: dict[str, list[tuple[Cell, ...]]] = {side: [] for side in Drawn.Side}
    for row in drawing.drawn.order_by("position"):
        rows[row.side].append((count(row.position), text(row.label), text(row.key), text(row.hash[:16])))
    headers = ("序号", "名称", "名册键", "散列值（前16位）")
    return head, *[
        Table(title=f"抽中的{side.label}", headers=headers, rows=rows[side], numeric=frozenset({0}))
        for side in Drawn.Side
    ]


def _findings(rows: QuerySet[Any]) -> Table:
    return Table(
        title="发现的问题",
        headers=("编号", "医疗机构", "问题", "责任人", "整改期限", "状态"),
        rows=[
            (
                link(row),
                text(row.hospital),
                text(row.what),
                text(row.responsible),
                text(row.due_on),
                _state_cell(row),
            )
            for row in rows.select_related("hospital")[:SHOWN]
        ],
        empty="没有登记的问题",
    )
