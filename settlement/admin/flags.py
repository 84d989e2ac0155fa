"""The office's work list of doubtful claims (疑点核查): evidence, steps, findings by hand."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import PROVISIONAL, Cell, Facts, Panel, Table, count, link, text, yuan
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from settlement.errors import FlagError
from settlement.models import Claim, Flag, FlagStep
from settlement.models.flags import BY_HAND
from settlement.selectors.flags import OPEN, PENDING, STATES, state_label, with_state
from settlement.services.flags import FOLLOWING, flag_record, flag_step

HANDLE = "settlement.handle_flag"
TONES = {
    OPEN: "danger", "已请机构说明": "warning", "机构已说明": "info", "已认定": "primary", "已排除": "success",
    "费用已冲销": "success",
}  # fmt: skip
STEPS = {"asked": "请机构说明", "explained": "登记机构说明", "confirmed": "认定违规", "dismissed": "排除疑点"}
ICONS = {
    "asked": "forward_to_inbox",
    "explained": "mark_email_read",
    "confirmed": "gavel",
    "dismissed": "check",
}


class StateFilter(admin.SimpleListFilter):
    """By where a flag stands."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All states."""
        return [(str(code), str(label)) for code, label in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """``open`` is the state that no step made; ``pending`` is all that is not decided."""
        if not self.value():
            return queryset
        if self.value() == "pending":
            return queryset.filter(state__in=PENDING)
        return queryset.filter(state="" if self.value() == "open" else self.value())


class StepForm(forms.Form):
    """Why a step is taken."""

    note = forms.CharField(label="说明", max_length=2_000, widget=UnfoldAdminTextareaWidget)


class FindingForm(forms.Form):
    """A finding that no rule makes."""

    kind = forms.ChoiceField(label="种类", choices=BY_HAND, widget=UnfoldAdminSelectWidget)
    evidence = forms.CharField(
        label="事实和依据（勿写他人姓名和身份证号）", max_length=2_000, widget=UnfoldAdminTextareaWidget
    )


@admin.register(Flag)
class FlagAdmin(ScopedLookupAdmin):
    """疑点."""

    exports = True
    person_path = "claim__person"
    scope_county = "county"
    list_display = ("raised_on", "title", "claim_link", "person", "hospital", "evidence_short", "state_label")
    list_filter: ClassVar[Any] = [
        StateFilter,
        ("kind", ChoicesDropdownFilter),
        ("county", AutocompleteSelectFilter),
        ("hospital", AutocompleteSelectFilter),
        ("raised_at", DayRangeFilter),
    ]
    list_select_related = ("claim__person", "hospital", "county", "raised_by")
    ordering = ("-id",)
    search_fields = ("claim__claim_no__exact", "^claim__person__name")
    search_help_text = "单据号，或姓名的开头"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flag]:
        """The scope's, each with its state."""
        return with_state(super().get_queryset(request))

    @display(description="发现日期", ordering="raised_at")
    def raised_on(self, flag: Flag) -> str:
        """Day of the finding."""
        return text(flag.raised_at).text[:10]

    @display(description="单据号")
    def claim_link(self, flag: Flag) -> str:
        """The hospital's number."""
        return flag.claim.claim_no

    @display(description="人员")
    def person(self, flag: Flag) -> str:
        """Whose claim."""
        return flag.claim.person.name

    @display(description="依据事实")
    def evidence_short(self, flag: Flag) -> str:
        """The beginning; all of it stands on the page."""
        return flag.evidence if len(flag.evidence) <= 40 else flag.evidence[:39] + "…"

    @display(description="状态", label=TONES)
    def state_label(self, flag: Any) -> str:
        """Where it stands."""
        return state_label(flag)

    def panels(self, request: HttpRequest, row: Any) -> Sequence[Panel]:
        """What was found, on which lines, near which claims, and what was done."""
        return (_facts(row), _lines(row), _related(request, row), _steps(row))

    def buttons(self, request: HttpRequest, row: Any) -> Sequence[Button]:
        """The steps that may follow, for those who may take them."""
        if not request.user.has_perm(HANDLE):
            return ()
        return [
            Button(
                title=STEPS[step],
                url=reverse("admin:settlement_flag_step", args=[row.pk, str(step)]),
                icon=ICONS[step],
                primary=step == FlagStep.State.CONFIRMED,
            )
            for step in FOLLOWING[row.state]
        ]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: a step, a finding by hand."""
        urls: list[URLPattern] = super().get_urls()
        step = self.admin_site.admin_view(self.step)
        record = self.admin_site.admin_view(self.record)
        return [
            path("<int:pk>/step/<str:state>/", step, name="settlement_flag_step"),
            path("record/<int:claim_id>/", record, name="settlement_flag_record"),
            *urls,
        ]

    def step(self, request: HttpRequest, pk: int, state: str) -> HttpResponse:
        """Ask for the note, then take the step."""
        flag = self.get_object(request, str(pk))
        if not isinstance(flag, Flag) or state not in STEPS:
            raise Http404
        form = StepForm(request.POST or None)
        by = _handler(request)
        if request.method == "POST" and form.is_valid():
            try:
                flag_step(flag=flag, state=state, note=form.cleaned_data["note"], by=by)
            except FlagError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"已记录：{STEPS[state]}。")
            return HttpResponseRedirect(_page(flag))
        title = f"{STEPS[state]}：{flag.title}"
        return self._form(request, form, title=title, back_url=_page(flag), note=flag.evidence)

    def record(self, request: HttpRequest, claim_id: int) -> HttpResponse:
        """Record a finding by hand (虚假诊断证明)."""
        by = _handler(request)
        scope = scope_of(request).limit(county="insured_county", hospital="")
        claim = get_object_or_404(Claim.objects.filter(scope), pk=claim_id)
        form = FindingForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            flag = flag_record(claim=claim, by=by, **form.cleaned_data)
            messages.success(request, "已记录，请继续办理。")
            return HttpResponseRedirect(_page(flag))
        back_url = reverse("admin:settlement_claim_change", args=[claim.pk])
        return self._form(request, form, title=f"记录违规：{claim}", back_url=back_url)

    def _form(self, request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, **context}
        return TemplateResponse(request, "settlement/form_page.html", shown)


def _handler(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(HANDLE):
        raise PermissionDenied
    return request.user


def _page(flag: Flag) -> str:
    return reverse("admin:settlement_flag_change", args=[flag.pk])


def _facts(flag: Any) -> Facts:
    label = state_label(flag)
    clause = Cell(text=flag.clause, note="待核实") if flag.clause and flag.provisional else text(flag.clause)
    return Facts(
        title=flag.title,
        badge=Cell(text=label, tone=TONES[label]),  # type: ignore[arg-type]
        items=(
            ("疑点种类", text(flag.get_kind_display())),
            ("单据号", link(flag.claim)),
            ("人员", link(flag.claim.person, label=flag.claim.person.name)),
            ("身份证号", text(flag.claim.person.masked_id_number)),
            ("医疗机构", link(flag.hospital)),
            ("参保县（市、区）", text(flag.county)),
            ("发现时间", text(flag.raised_at)),
            ("发现方式", text(f"人工：{flag.raised_by}" if flag.raised_by else "规则自动比对")),
            ("依据条款", PROVISIONAL if flag.provisional and not flag.clause else clause),
            ("依据事实", text(flag.evidence)),
        ),
    )


def _lines(flag: Flag) -> Table:
    lines = flag.claim.lines.filter(line_no__in=flag.line_nos)
    return Table(
        title="涉及的费用明细",
        headers=("行号", "费用类别", "项目名称", "编码", "数量", "开药（服务）日期", "金额（元）"),
        rows=[
            (
                count(line.line_no),
                text(line.get_category_display()),
                text(line.item_name),
                text(line.drug_code or line.item_code),
                text(f"{line.quantity.normalize():f} {line.unit}".strip() if line.quantity else ""),
                text(line.serviced_on),
                yuan(line.amount_fen),
            )
            for line in lines
        ],
        numeric=frozenset({0, 6}),
        empty="不涉及具体明细",
    )


def _related(request: HttpRequest, flag: Flag) -> Table:
    """Other claims that the finding rests on, as far as the user may see them."""
    scope = scope_of(request).limit(county="insured_county", hospital="hospital")
    claims = Claim.objects.filter(scope, pk__in=flag.related).select_related("person", "hospital")
    return Table(
        title="相关单据",
        headers=("单据号", "人员", "医疗机构", "就诊类型", "入院/就诊日期", "出院/就诊日期"),
        rows=[
            (
                link(claim),
                link(claim.person, label=claim.person.name),
                text(claim.hospital),
                text(claim.get_visit_type_display()),
                text(claim.admitted_on),
                text(claim.discharged_on),
            )
            for claim in claims[:50]
        ],
        empty="没有相关单据",
    )


def _steps(flag: Flag) -> Table:
    return Table(
        title="处理记录",
        headers=("时间", "处理", "说明", "经办人"),
        rows=[
            (
                text(step.at),
                text(step.get_state_display()),
                text(step.note),
                text(step.by or "系统"),
            )
            for step in flag.steps.select_related("by")
        ],
        empty="尚未处理",
    )
