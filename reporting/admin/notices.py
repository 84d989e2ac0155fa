"""Public notices and objections to them (季度公示、公示异议)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from common.admin_filters import YearFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, count, link, text, yuan
from common.clock import business_date
from common.form_fields import CalendarDayField
from organizations.admin.scoped import scope_of
from organizations.models import Hospital, Region
from organizations.scope import Scope
from reimbursement.quarters import Quarter
from reporting.admin.due_filters import ObjectionDueFilter
from reporting.admin.pages import DatesForm, PagesAdmin, counties_of, staff
from reporting.models import Notice, NoticeObjection, NoticeObjectionStep
from reporting.selectors.notices import objection_list
from reporting.services.notices import notice_publish, objection_record, objection_step
from settlement.models import Claim

PUBLISH = "reporting.add_notice"
OBJECT = "reporting.add_noticeobjection"
HANDLE = "reporting.add_noticeobjectionstep"
ROWS_SHOWN = 100
STATES = {"处理中": "warning", "已办结": "success"}


class PublishForm(DatesForm):
    """Which notice goes up, from when."""

    county = forms.ModelChoiceField(label="参保县（市、区）", queryset=Region.objects.none())
    hospital = forms.ModelChoiceField(label="医疗机构", queryset=Hospital.objects.none())
    year = forms.IntegerField(label="年度", min_value=2017, max_value=2099)
    quarter = forms.TypedChoiceField(
        label="季度", coerce=int, choices=[(n, f"第{n}季度") for n in (1, 2, 3, 4)]
    )
    shown_from = CalendarDayField(label="公示起始日")

    def __init__(self, *args: Any, counties: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ended = Quarter.of(business_date()).previous
        visited = Claim.objects.filter(hospital=OuterRef("pk")).filter(
            scope.limit(county="insured_county", hospital="hospital")
        )
        self.fields["county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["hospital"].queryset = Hospital.objects.filter(Exists(visited))  # type: ignore[attr-defined]
        self.fields["year"].initial, self.fields["quarter"].initial = ended.year, ended.number


class ObjectionForm(DatesForm):
    """What somebody objected."""

    raised_on = forms.DateField(label="提出日期")
    raised_by = forms.CharField(label="提出人（匿名的写“匿名”）", max_length=60)
    contact = forms.CharField(label="联系方式（可不填）", max_length=60, required=False)
    what = forms.CharField(
        label="异议内容", max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class StepForm(DatesForm):
    """How it was handled."""

    kind = forms.ChoiceField(label="步骤", choices=NoticeObjectionStep.Kind.choices)
    on = forms.DateField(label="日期")
    note = forms.CharField(
        label="处理情况", max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


@admin.register(Notice)
class NoticeAdmin(PagesAdmin):
    """季度公示."""

    scope_county = "county"
    scope_hospital = "hospital"
    list_display = (
        "quarter_text", "hospital", "county", "edition", "row_count",
        yuan_column("paid_fen", "补偿合计（元）", ordering=None), "shown_from", "shown_to",
    )  # fmt: skip
    list_filter = (("year", YearFilter), "quarter")
    list_select_related = ("hospital", "county", "published_by")
    search_fields = ("hospital__name", "notice_no__exact")
    search_help_text = "医疗机构名称或公示编号"

    @display(description="季度", ordering="year")
    def quarter_text(self, notice: Notice) -> str:
        """Year and quarter."""
        return str(Quarter(notice.year, notice.quarter))

    def list_buttons(self, request: HttpRequest) -> Sequence[Button]:
        """Publishing, for those who may."""
        if not request.user.has_perm(PUBLISH):
            return ()
        return (
            Button(
                title="发布公示", url=reverse("admin:reporting_notice_publish"), icon="campaign", primary=True
            ),
        )

    def buttons(self, request: HttpRequest, row: Notice) -> Sequence[Button]:
        """Files, and an objection."""
        buttons = [
            Button(title="打印公示页", url=reverse("reporting:notice-page", args=[row.pk]), icon="print"),
            Button(
                title="下载 Excel", url=reverse("reporting:notice-workbook", args=[row.pk]), icon="download"
            ),
        ]
        if request.user.has_perm(OBJECT):
            url = reverse("admin:reporting_notice_object", args=[row.pk])
            buttons.append(Button(title="登记异议", url=url, icon="feedback"))
        return buttons

    def panels(self, request: HttpRequest, row: Notice) -> Sequence[Panel]:
        """Head, rows, objections."""
        objections = objection_list(scope=scope_of(request)).filter(notice=row)
        return (_facts(row), _rows(row, page=request.GET.get("p", "1")), _objections(objections))

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: publishing, objecting."""
        view = self.admin_site.admin_view
        urls: list[URLPattern] = super().get_urls()
        return [
            path("publish/", view(self.publish), name="reporting_notice_publish"),
            path("<int:pk>/object/", view(self.object), name="reporting_notice_object"),
            *urls,
        ]

    def publish(self, request: HttpRequest) -> HttpResponse:
        """Freeze a notice (发布公示)."""
        scope = scope_of(request)
        form = PublishForm(request.POST or None, counties=counties_of(request), scope=scope)

        def save(data: dict[str, Any]) -> tuple[str, str]:
            notice = notice_publish(
                scope=scope,
                county=data["county"],
                hospital=data["hospital"],
                quarter=Quarter(data["year"], data["quarter"]),
                shown_from=data["shown_from"],
                today=business_date(),
                by=staff(request),
            )
            self.log_change(request, notice, "发布公示")
            return f"已发布，公示编号 {notice.notice_no}，内容不再变动。", _page(notice)

        return self.form_page(
            request,
            permission=PUBLISH,
            title="发布季度公示",
            form=form,
            save=save,
            back_url=reverse("admin:reporting_notice_changelist"),
            note="公示内容为该机构本季度记账的慢性病就诊和各层次补偿；姓名是否隐去、监督电话和公示天数见“打印设置”。"
            "发布后冻结，更正请再发布一版。",
        )

    def object(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write an objection down (登记异议)."""
        notice = self.row_or_404(request, pk)

        def save(data: dict[str, Any]) -> tuple[str, str]:
            objection = objection_record(scope=scope_of(request), notice=notice, by=staff(request), **data)
            return f"已登记{objection}。", _page(notice)

        return self.form_page(
            request,
            permission=OBJECT,
            title=f"登记异议：{notice}",
            form=ObjectionForm(request.POST or None),
            save=save,
            back_url=_page(notice),
        )


@admin.register(NoticeObjection)
class NoticeObjectionAdmin(PagesAdmin):
    """公示异议."""

    scope_county = "notice__county"
    scope_hospital = "notice__hospital"
    list_display = ("__str__", "notice", "raised_on", "raised_by", "state")
    list_filter = (ObjectionDueFilter,)
    list_select_related = ("notice__hospital", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeObjection]:
        """Whether it was closed comes along."""
        closed = NoticeObjectionStep.objects.filter(objection=OuterRef("pk"), kind="closed")
        rows: QuerySet[NoticeObjection] = super().get_queryset(request).annotate(closed=Exists(closed))
        return rows

    @display(description="状态", label=STATES)
    def state(self, objection: Any) -> str:
        """Open or closed."""
        return "已办结" if objection.closed else "处理中"

    def buttons(self, request: HttpRequest, row: Any) -> Sequence[Button]:
        """The next step, while it is open."""
        if row.closed or not request.user.has_perm(HANDLE):
            return ()
        url = reverse("admin:reporting_objection_step", args=[row.pk])
        return (Button(title="登记处理情况", url=url, icon="edit_note", primary=True),)

    def panels(self, request: HttpRequest, row: NoticeObjection) -> Sequence[Panel]:
        """What was objected, what was done."""
        items = (
            ("公示", link(row.notice)),
            ("提出日期", text(row.raised_on)),
            ("提出人", text(row.raised_by)),
            ("联系方式", text(row.contact)),
            ("异议内容", text(row.what)),
            ("登记人", text(row.recorded_by)),
        )
        steps = row.steps.select_related("by")
        rows = [
            (text(step.on), text(step.get_kind_display()), text(step.note), text(step.by)) for step in steps
        ]
        return (
            Facts(title=str(row), items=items),
            Table(title="处理记录", headers=("日期", "步骤", "情况", "经办人"), rows=rows),
        )

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the next step."""
        view = self.admin_site.admin_view(self.step)
        urls: list[URLPattern] = super().get_urls()
        return [path("<int:pk>/step/", view, name="reporting_objection_step"), *urls]

    def step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write a step down (处理、办结)."""
        objection = self.row_or_404(request, pk)
        page = reverse("admin:reporting_noticeobjection_change", args=[pk])

        def save(data: dict[str, Any]) -> tuple[str, str]:
            objection_step(scope=scope_of(request), objection=objection, by=staff(request), **data)
            return "已登记。", page

        return self.form_page(
            request,
            permission=HANDLE,
            title=f"处理{objection}",
            form=StepForm(request.POST or None),
            save=save,
            back_url=page,
            note="登记后不能修改；办结后不能再登记。",
        )


def _page(notice: Notice) -> str:
    return reverse("admin:reporting_notice_change", args=[notice.pk])


def _facts(notice: Notice) -> Facts:
    return Facts(
        title=str(notice),
        items=(
            ("公示编号", text(notice.notice_no)),
            ("参保县（市、区）", text(notice.county)),
            ("公示期", text(f"{notice.shown_from} 至 {notice.shown_to}")),
            ("监督电话", text(notice.hotline)),
            ("姓名", text("全名" if notice.full_names else "隐去部分")),
            ("人次", count(notice.row_count)),
            ("总费用（元）", yuan(notice.total_fen)),
            ("补偿合计（元）", yuan(notice.paid_fen)),
            ("个人负担（元）", yuan(notice.patient_fen)),
            ("发布人", text(notice.published_by)),
            ("发布时间", text(notice.published_at)),
            ("内容摘要", text(notice.content_hash)),
        ),
    )


def _rows(notice: Notice, *, page: str) -> Table:
    shown = Paginator(notice.rows.order_by("number"), ROWS_SHOWN).get_page(page)
    following = Cell(text="下一页", url=f"?p={shown.next_page_number()}") if shown.has_next() else None
    return Table(
        title="公示明细",
        headers=(
            "序号", "姓名", "病种", "就诊日期", "总费用", "基本医保", "大病保险", "大病补充",
            "医疗救助", "财政兜底", "医院减免", "个人负担",
        ),
        rows=[
            (
                count(row.number), Cell(text=row.shown_name, unbroken=True), text(row.disease),
                Cell(text=row.visited_on.isoformat(), unbroken=True),
                yuan(row.total_fen), yuan(row.basic_fen), yuan(row.critical_fen),
                yuan(row.supplementary_fen), yuan(row.assistance_fen), yuan(row.backstop_fen),
                yuan(row.hospital_fen), yuan(row.patient_fen),
            )
            for row in shown
        ],
        numeric=frozenset({0, *range(4, 12)}),
        more=following,
    )  # fmt: skip


def _objections(rows: QuerySet[Any]) -> Table:
    return Table(
        title="异议",
        headers=("编号", "提出日期", "提出人", "内容", "状态"),
        rows=[
            (
                link(row),
                text(row.raised_on),
                text(row.raised_by),
                text(row.what),
                Cell(text="已办结", tone="success") if row.closed else Cell(text="处理中", tone="warning"),
            )
            for row in rows[:ROWS_SHOWN]
        ],
        empty="没有异议",
    )
