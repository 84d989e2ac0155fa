"""Entries of registers (登记): what one says, its files, what was done, and the next step."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

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

from beneficiaries.admin.register_forms import AttachmentForm, EntryForm, NoteForm, StartForm
from beneficiaries.admin.registers import STATES, due_cell, state_cell, writer
from beneficiaries.due_work import entries_to_do
from beneficiaries.models import RegisterEntry
from beneficiaries.registers.fields import FieldType, RegisterValuesError, shown_values, specs_of
from beneficiaries.selectors.registers import UNDONE, may_write
from beneficiaries.services.attachments import MOST_BYTES
from beneficiaries.services.registers import (
    RegisterError,
    entry_attach,
    entry_change,
    entry_close,
    entry_reopen,
    entry_start,
)
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import Cell, Facts, Panel, Table, link, text
from common.clock import business_date
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from organizations.due_work import desk_of

State = RegisterEntry.State
# What a button does: its words, its picture, the form, the service, in which states.
STEPS: dict[str, tuple[str, str, type[forms.Form], Callable[..., Any], frozenset[str]]] = {
    "start": ("开始办理", "play_arrow", StartForm, entry_start, frozenset({State.OPEN})),
    "close": ("办结", "task_alt", NoteForm, entry_close, frozenset({State.OPEN, State.IN_PROGRESS})),
    "withdraw": ("注销", "block", NoteForm, entry_close, frozenset({State.ON_FILE})),
    "reopen": ("重新办理", "undo", NoteForm, entry_reopen, frozenset({State.CLOSED})),
}


class OverdueFilter(admin.SimpleListFilter):
    """Whether the deadline has passed."""

    title = "期限"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one choice that matters."""
        return [("overdue", "已超期"), ("undone", "未办结"), ("mine", "本单位待办")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Undone entries, or those of them past their day."""
        if self.value() not in ("overdue", "undone", "mine"):
            return queryset
        if self.value() == "mine":
            desk = desk_of(user=cast("User", request.user), today=business_date())
            return queryset.filter(pk__in=entries_to_do(desk).values("pk"))
        rows = queryset.filter(state__in=UNDONE)
        return rows.filter(due_on__lt=business_date()) if self.value() == "overdue" else rows


@admin.register(RegisterEntry)
class RegisterEntryAdmin(ScopedLookupAdmin):
    """登记."""

    scope_county = "county"
    scope_hospital = "hospital"
    list_display = ("happened_on", "kind", "summary_short", "county", "office", "due_shown", "state_label")
    list_filter: ClassVar[Any] = [
        ("kind", AutocompleteSelectFilter),
        ("state", ChoicesDropdownFilter),
        OverdueFilter,
        ("happened_on", DayRangeFilter),
    ]
    list_select_related = (
        "kind",
        "county",
        "office",
        "person",
        "hospital",
        "region",
        "recorded_by",
        "closed_by",
    )
    search_fields = ("summary", "responsible", "person__name")
    search_help_text = "内容、责任人或姓名"

    @display(description="内容")
    def summary_short(self, entry: RegisterEntry) -> str:
        """The beginning."""
        return entry.summary if len(entry.summary) <= 40 else entry.summary[:39] + "…"

    @display(description="办理期限", ordering="due_on", label={True: "danger"})
    def due_shown(self, entry: RegisterEntry) -> tuple[bool, str] | str:
        """The deadline, marked once it has passed."""
        cell = due_cell(entry)
        return (True, cell.text) if cell.tone else cell.text

    @display(description="状态", ordering="state", label=STATES)
    def state_label(self, entry: RegisterEntry) -> str:
        """Where it stands."""
        return entry.get_state_display()

    def panels(self, request: HttpRequest, row: RegisterEntry) -> Sequence[Panel]:
        """What it says, its files, its steps."""
        return (_facts(row), _attachments(row), _steps(row))

    def buttons(self, request: HttpRequest, row: RegisterEntry) -> Sequence[Button]:
        """What its state allows, for those who keep the register."""
        if not isinstance(request.user, User) or not may_write(user=request.user, kind=row.kind):
            return ()
        buttons = [
            Button(title=title, url=_url("step", row, name), icon=icon, primary=name == "close")
            for name, (title, icon, _form, _service, states) in STEPS.items()
            if row.state in states
        ]
        if row.state != State.CLOSED:
            buttons.append(Button(title="修改", url=_url("change_values", row), icon="edit"))
        return [*buttons, Button(title="上传附件", url=_url("attach", row), icon="attach_file")]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: steps, changes, files."""
        wrap = self.admin_site.admin_view
        name = "beneficiaries_registerentry_"
        urls: list[URLPattern] = super().get_urls()
        return [
            path("<int:pk>/step/<slug:step>/", wrap(self.step), name=name + "step"),
            path("<int:pk>/values/", wrap(self.change_values), name=name + "change_values"),
            path("<int:pk>/attach/", wrap(self.attach), name=name + "attach"),
            *urls,
        ]

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Ask for the note, then take the step."""
        entry, user = self._writable(request, pk)
        if step not in STEPS:
            raise Http404
        title, _icon, form_class, service, _states = STEPS[step]
        form = form_class(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._done(
                request,
                entry,
                title,
                lambda: service(entry=entry, note=form.cleaned_data["note"], by=user),
            )
        return self._form(request, entry, form, title=f"{title}：{entry}")

    def change_values(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct what it says; a reason is asked for."""
        entry, user = self._writable(request, pk)
        form = EntryForm(
            request.POST or None, kind=entry.kind, county=entry.county, scope=scope_of(request), entry=entry
        )
        if request.method == "POST" and form.is_valid():
            try:
                return self._done(
                    request,
                    entry,
                    "修改",
                    lambda: entry_change(
                        entry=entry, entered=form.entered(), note=form.cleaned_data["note"], by=user
                    ),
                )
            except RegisterValuesError as error:
                form.show_problems(error.problems)
        return self._form(request, entry, form, title=f"修改：{entry}")

    def attach(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep a file."""
        entry, user = self._writable(request, pk)
        form = AttachmentForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            # One byte more than is allowed is enough to refuse it.
            return self._done(
                request,
                entry,
                "上传附件",
                lambda: entry_attach(entry=entry, name=file.name, content=file.read(MOST_BYTES + 1), by=user),
            )
        return self._form(request, entry, form, title=f"上传附件：{entry}", multipart=True)

    def _writable(self, request: HttpRequest, pk: int) -> tuple[RegisterEntry, User]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        entry = get_object_or_404(self.get_queryset(request).select_related(*self.list_select_related), pk=pk)
        return entry, writer(request, entry.kind)

    def _done(
        self, request: HttpRequest, entry: RegisterEntry, title: str, service: Callable[[], Any]
    ) -> HttpResponse:
        try:
            service()
        except RegisterError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已记录：{title}。")
        return HttpResponseRedirect(_url("change", entry))

    def _form(
        self, request: HttpRequest, entry: RegisterEntry, form: forms.Form, **context: Any
    ) -> HttpResponse:
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "back_url": _url("change", entry),
            **context,
        }
        return TemplateResponse(request, "common/form_page.html", shown)


def _url(view: str, entry: RegisterEntry, *args: str) -> str:
    return reverse(f"admin:beneficiaries_registerentry_{view}", args=[entry.pk, *args])


def _facts(entry: RegisterEntry) -> Facts:
    specs = specs_of(entry.kind)
    items = [
        ("登记簿", link(entry.kind)),
        ("日期", text(entry.happened_on)),
        ("县（市、区）", text(entry.county)),
    ]
    for spec, shown in zip(specs, shown_values(specs, entry), strict=True):
        person = spec.type is FieldType.PERSON and entry.person
        items.append((spec.title, link(entry.person) if person else text(shown)))
    if entry.kind.tracked:
        items += [
            ("责任单位", text(entry.office)),
            ("责任人", text(entry.responsible)),
            ("办理期限", due_cell(entry)),
        ]
    if entry.closed_on:
        items += [
            ("办结日期", text(entry.closed_on)),
            ("办结人", text(entry.closed_by)),
            ("办结情况", text(entry.closing_note)),
        ]
    items.append(("登记人", Cell(text=str(entry.recorded_by), note=text(entry.recorded_at).text)))
    return Facts(title=entry.kind.name, badge=state_cell(entry), items=items)


def _attachments(entry: RegisterEntry) -> Table:
    return Table(
        title="附件",
        headers=("文件", "大小", "上传人", "上传时间", "摘要"),
        rows=[
            (
                Cell(text=row.name, url=reverse("reporting:register-file", args=[row.pk])),
                text(f"{max(1, row.size // 1024)} KB"),
                text(row.by),
                text(row.at),
                text(row.sha256[:12]),
            )
            for row in entry.attachments.select_related("by")
        ],
        empty="没有附件",
    )


def _steps(entry: RegisterEntry) -> Table:
    rows = []
    before: dict[str, str] = {}
    for step in entry.steps.select_related("by"):
        rows.append(
            (
                text(step.at),
                text(step.get_action_display()),
                text(step.note),
                text(_changed(before, step.content)),
                text(step.by),
            )
        )
        before = step.content
    return Table(title="办理记录", headers=("时间", "事项", "说明", "内容变化", "办理人"), rows=rows)


def _changed(before: dict[str, str], after: dict[str, str]) -> str:
    """What a step changed, before and after."""
    if not before:
        return ""
    keys = [key for key in {**before, **after} if before.get(key, "") != after.get(key, "")]
    return "\n".join(f"{key}：{before.get(key) or '（空）'} → {after.get(key) or '（空）'}" for key in keys)
