"""Premium aid sheets (参保资助申请): build, look, submit, download."""

from collections.abc import Sequence
from typing import Any, ClassVar

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from common.admin import JobPanel
from common.admin_filters import YearFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, count, link, text, yuan
from common.clock import business_date
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from organizations.models import Region
from reimbursement.admin.premium_moves import moves
from reimbursement.models import PremiumSheet
from reimbursement.premium.errors import PremiumSheetError
from reimbursement.selectors.premium_sheets import (
    ClassRow,
    assistance_budget,
    class_rows,
    fund_titles,
    fund_totals,
    sheet_lines,
)
from reimbursement.services.premium_sheets import premium_sheet_open, premium_sheet_submit

BUILD, SUBMIT = "reimbursement.add_premiumsheet", "reimbursement.change_premiumsheet"
STATUS = {"编制中": "warning", "待报送": "info", "已报送": "success"}
CHANGES: dict[str, Any] = {"新增": "success", "退出": "danger", "更正": "warning"}
LINES_SHOWN = 100


class BuildForm(forms.Form):
    """Which county's sheet of which year."""

    county = forms.ModelChoiceField(
        Region.objects.none(), label="县（市、区）", widget=UnfoldAdminSelectWidget, empty_label=None
    )
    year = forms.IntegerField(
        label="参保年度", min_value=2000, max_value=2100, widget=UnfoldAdminIntegerFieldWidget
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(request)
        counties = Region.objects.filter(level=Region.Level.COUNTY)
        counties = counties if scope.everything else counties.filter(pk__in=scope.county_ids)
        self.fields["county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["year"].initial = business_date().year


@admin.register(PremiumSheet)
class PremiumSheetAdmin(ScopedLookupAdmin):
    """参保资助申请."""

    scope_county = "county"
    keeps_history = True
    list_before_template = "reimbursement/premium_sheets.html"
    list_display = (
        "number_text", "county", "year", "title_text", "line_count", yuan_column("total_fen", "合计（元）"),
        "built_at", "status_label",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("year", YearFilter),
        ("status", ChoicesDropdownFilter),
        ("county", AutocompleteSelectFilter),
    ]
    list_select_related = ("county", "policy", "job", "submitted_by")

    @display(description="申请编号", ordering="pk")
    def number_text(self, sheet: PremiumSheet) -> str:
        """What people quote."""
        return sheet.number

    @display(description="种类", ordering="version")
    def title_text(self, sheet: PremiumSheet) -> str:
        """Application or supplement."""
        return sheet.title

    @display(description="状态", ordering="status", label=STATUS)
    def status_label(self, sheet: PremiumSheet) -> str:
        """Where it stands."""
        return sheet.get_status_display()

    def panels(self, request: HttpRequest, row: PremiumSheet) -> Sequence[Panel]:
        """Bar while being built; head, classes, budget, people."""
        if row.status == PremiumSheet.Status.BUILDING:
            return (*((JobPanel(job=row.job),) if row.job else ()), _facts(row))
        rows, funds = class_rows(row), fund_titles()
        lines = _lines(row, {each.row_code: each.title for each in rows}, request.GET.get("p", "1"))
        return (_facts(row), _classes(row, rows, funds), *moves(row), _budget(row), lines)

    def buttons(self, request: HttpRequest, row: PremiumSheet) -> Sequence[Button]:
        """Download for everyone who sees it; building and submitting for those who may."""
        buttons = []
        if row.status != PremiumSheet.Status.BUILDING and (url := _workbook_url(row)):
            buttons.append(Button(title="下载 Excel", url=url, icon="download"))
        if row.status == PremiumSheet.Status.SUBMITTED:
            return buttons
        if request.user.has_perm(BUILD):
            build = reverse("admin:reimbursement_premium_rebuild", args=[row.pk])
            buttons.append(Button(title="重新编制", url=build, icon="sync", post=True))
        if request.user.has_perm(SUBMIT) and row.status == PremiumSheet.Status.OPEN:
            submit = reverse("admin:reimbursement_premium_submit", args=[row.pk])
            buttons.append(Button(title="报送", url=submit, icon="send", primary=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: building, building again, submitting."""
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view
        return [
            path("build/", view(self.build), name="reimbursement_premium_build"),
            path("<int:pk>/rebuild/", view(self.rebuild), name="reimbursement_premium_rebuild"),
            path("<int:pk>/submit/", view(self.submit), name="reimbursement_premium_submit"),
            *urls,
        ]

    def build(self, request: HttpRequest) -> HttpResponse:
        """Choose county and year, then build the next sheet (编制申请或补充申请)."""
        if not request.user.has_perm(BUILD):
            raise PermissionDenied
        form = BuildForm(request.POST or None, request=request)
        if request.method == "POST" and form.is_valid():
            return self._open(request, form.cleaned_data["county"], form.cleaned_data["year"])
        context = {
            **self.admin_site.each_context(request),
            "title": "编制参保资助申请",
            "opts": self.opts,
            "form": form,
            "note": "首次编制列出全部资助对象；已报送后再编制的是补充申请，只列新增、退出和更正的人员。",
            "back_url": reverse("admin:reimbursement_premiumsheet_changelist"),
        }
        return TemplateResponse(request, "settlement/form_page.html", context)

    def rebuild(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Build an open sheet again (重新编制)."""
        sheet = self._sheet(request, pk, BUILD)
        if request.method != "POST":
            return HttpResponseRedirect(_page(sheet))
        return self._open(request, sheet.county, sheet.year)

    def submit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what will be frozen; on confirmation submit it (报送)."""
        sheet = self._sheet(request, pk, SUBMIT)
        if request.method == "POST" and isinstance(request.user, User):
            try:
                premium_sheet_submit(scope=scope_of(request), sheet_id=sheet.pk, by=request.user)
            except PremiumSheetError as error:
                messages.error(request, str(error))
            else:
                self.log_change(request, sheet, "报送")
                messages.success(request, "申请已报送，内容不再变动；以后的变动请编制补充申请。")
            return HttpResponseRedirect(_page(sheet))
        context = {
            **self.admin_site.each_context(request),
            "title": f"报送：{sheet}",
            "opts": self.opts,
            "panels": [_facts(sheet), _classes(sheet, class_rows(sheet), fund_titles())],
            "back_url": _page(sheet),
        }
        return TemplateResponse(request, "reimbursement/premium_submit.html", context)

    def _open(self, request: HttpRequest, county: Region, year: int) -> HttpResponse:
        if not isinstance(request.user, User):
            raise PermissionDenied
        try:
            sheet = premium_sheet_open(scope=scope_of(request), county=county, year=year, by=request.user)
        except PremiumSheetError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:reimbursement_premiumsheet_changelist"))
        # By name: doors do not import one another.
        task = current_app.signature(
            "reimbursement.build_premium_sheet", kwargs={"sheet_id": sheet.pk, "job_id": sheet.job_id}
        )
        transaction.on_commit(task.apply_async)
        self.log_change(request, sheet, "编制")
        return HttpResponseRedirect(_page(sheet))

    def _sheet(self, request: HttpRequest, pk: int, permission: str) -> PremiumSheet:
        sheet = self.get_object(request, str(pk))
        if not isinstance(sheet, PremiumSheet):
            raise Http404
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return sheet


def _page(sheet: PremiumSheet) -> str:
    return reverse("admin:reimbursement_premiumsheet_change", args=[sheet.pk])


def _workbook_url(sheet: PremiumSheet) -> str:
    """Where reporting serves the Excel file; empty where it does not."""
    try:
        return reverse("reporting:premium-workbook", args=[sheet.pk])
    except NoReverseMatch:
        return ""


def _facts(sheet: PremiumSheet) -> Facts:
    status = sheet.get_status_display()
    return Facts(
        title=str(sheet),
        badge=Cell(text=status, tone=STATUS[status]),  # type: ignore[arg-type]
        items=(
            ("申请编号", text(sheet.number)),
            ("县（市、区）", text(sheet.county)),
            ("县分类", text(sheet.county.county_class)),
            ("参保年度", text(sheet.year)),
            ("政策包", link(sheet.policy)),
            ("人数", text(sheet.line_count)),
            ("本次申请合计（元）", yuan(sheet.total_fen)),
            ("编制时间", text(sheet.built_at)),
            ("报送时间", text(sheet.submitted_at)),
            ("报送人", text(sheet.submitted_by)),
        ),
    )


def _classes(sheet: PremiumSheet, rows: list[ClassRow], titles: dict[str, str]) -> Table:
    totals = fund_totals(rows)
    blank = Cell(text="")
    return Table(
        title="申请表",
        headers=(
            "资助类别", "变动", "依据", "人数", "每人（元）", "合计（元）",
            *[titles.get(fund, fund) for fund in totals],
        ),
        rows=[
            (
                text(row.title),
                Cell(text=(label := _change_label(row.change)), tone=CHANGES[label]),
                text(row.clause),
                count(row.heads),
                yuan(row.each_fen),
                yuan(row.total_fen),
                *[yuan(row.funds.get(fund, 0)) for fund in totals],
            )
            for row in rows
        ],
        foot=(
            text("合计"), blank, blank, count(sheet.line_count), blank, yuan(sheet.total_fen),
            *[yuan(fen) for fen in totals.values()],
        ),
        numeric=frozenset(range(3, 6 + len(totals))),
        empty="与已报送的申请相比没有变动",
    )  # fmt: skip


def _change_label(change: str) -> str:
    labels = {"new": "新增", "left": "退出", "corrected": "更正"}
    return labels[change]


def _budget(sheet: PremiumSheet) -> Facts:
    held = assistance_budget(sheet)
    badge = None
    if held.minimum_fen is not None:
        enough = held.budgeted_fen >= held.minimum_fen
        badge = Cell(text="已达下限" if enough else "低于下限", tone="success" if enough else "danger")
    each = Cell(text="政策包未规定") if held.each_fen is None else yuan(held.each_fen)
    return Facts(
        title="县级医疗救助资金安排",
        badge=badge,
        items=(
            ("建档立卡（人）", text(held.people)),
            ("每人每年下限（元）", each),
            ("应安排下限（元）", yuan(held.minimum_fen)),
            ("县级已安排（元）", yuan(held.budgeted_fen)),
            ("上级补助（元）", yuan(held.supplement_fen)),
        ),
    )


def _lines(sheet: PremiumSheet, titles: dict[str, str], page: str) -> Table:
    shown = Paginator(sheet_lines(sheet), LINES_SHOWN).get_page(page)
    rows = []
    for line in shown:
        household = line.person.household
        label = line.get_change_display()
        rows.append(
            (
                link(line.person, label=line.person.name),
                text(line.person.masked_id_number),
                text(f"{household.township}{household.village}" if household else ""),
                text(titles.get(line.row_code, line.row_code)),
                Cell(text=label, tone=CHANGES[label]),
                yuan(line.contribution_fen),
                yuan(line.amount_fen),
                yuan(line.previous_fen),
                yuan(line.due_fen),
            )
        )
    pages = shown.paginator.num_pages
    return Table(
        title=f"人员名单（第{shown.number}页，共{pages}页）" if pages > 1 else "人员名单",
        headers=(
            "姓名",
            "身份证号",
            "住址",
            "资助类别",
            "变动",
            "个人缴费",
            "应资助",
            "已申请",
            "本次申请（元）",
        ),
        rows=rows,
        numeric=frozenset({5, 6, 7, 8}),
        more=Cell(text="下一页", url=f"?p={shown.next_page_number()}") if shown.has_next() else None,
        empty="没有人员",
    )
