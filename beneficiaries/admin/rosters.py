"""Rosters of other departments (名单导入): upload, compare, confirm, hand back, pass on, undo."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import IO, Any, ClassVar

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.admin.roster_forms import InsuredListForm, PassOnForm, ReceiptForm, UploadForm
from beneficiaries.admin.roster_panels import (
    STATES,
    deliveries_of,
    figures_of,
    head_of,
    punctuality_of,
    rows_of,
)
from beneficiaries.models import RosterImport
from beneficiaries.rosters.files import MOST_BYTES
from beneficiaries.rosters.headings import FIELDS, INSURED_FIELDS, Field
from beneficiaries.rosters.vocabulary import INSURED_BY
from beneficiaries.selectors.rosters import (
    insured_regions,
    roster_punctuality,
    roster_regions,
    roster_sources_of,
)
from beneficiaries.services import rosters as services
from beneficiaries.services.roster_deliveries import roster_hand_back, roster_pass_on, roster_receipt
from beneficiaries.services.rosters import RosterError
from beneficiaries.workbooks.rosters import write_template
from common.admin import JobPanel
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import Panel
from common.clock import business_date
from common.jobs import job_is_alive
from organizations.admin.scoped import ScopedLookupAdmin, scope_of

UPLOAD, CONFIRM = "beneficiaries.add_rosterimport", "beneficiaries.confirm_rosterimport"
KEEP_ENROLMENT = "beneficiaries.add_enrolment"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = RosterImport.State
# What a button does: the permission, the service, what is said afterwards.
ACTIONS: dict[str, tuple[str, Callable[..., Any], str]] = {
    "confirm": (CONFIRM, services.roster_confirm, "已确认，正在写入；全部完成后一次生效。"),
    "undo": (CONFIRM, services.roster_undo_ask, "正在撤销；全部完成后一次生效。"),
    "resume": (UPLOAD, services.roster_resume, "已交后台继续处理。"),
    "discard": (UPLOAD, services.roster_discard, "名单已放弃，名单行已删除。"),
}


@admin.register(RosterImport)
class RosterImportAdmin(ScopedLookupAdmin):
    """名单导入."""

    scope_county = "region"
    keeps_history = True
    list_before_template = "beneficiaries/rosters.html"
    list_display = (
        "roster_on", "source", "region", "kind", "state_label", "new", "changed", "left", "moved", "wrong",
        "uploaded_at",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("source", ChoicesDropdownFilter),
        ("state", ChoicesDropdownFilter),
        ("roster_on", DayRangeFilter),
    ]
    list_select_related = ("region", "uploaded_by", "confirmed_by", "undone_by", "job")
    search_fields = ("region__name", "file_name")
    search_help_text = "区划或文件名"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterImport]:
        """Without the files, which may be large; with the job as it was at the same moment."""
        rows: QuerySet[RosterImport] = super().get_queryset(request)
        # Read later, the job could have ended while its roster still waits: the page would ask no more.
        return rows.defer("file_encrypted").select_related("job")

    @display(description="状态", ordering="state", label=STATES)
    def state_label(self, roster: RosterImport) -> str:
        """Where it stands."""
        return roster.get_state_display()

    @display(description="新增")
    def new(self, roster: RosterImport) -> int:
        """New people and identities."""
        return roster.count_of("new")

    @display(description="变更")
    def changed(self, roster: RosterImport) -> int:
        """Changed rows."""
        return roster.count_of("changed")

    @display(description="退出")
    def left(self, roster: RosterImport) -> int:
        """Whoever left."""
        return roster.count_of("left")

    @display(description="跨县")
    def moved(self, roster: RosterImport) -> int:
        """Whoever moved between counties."""
        return roster.count_of("moved")

    @display(description="有问题")
    def wrong(self, roster: RosterImport) -> int:
        """Rows to correct."""
        return roster.count_of("wrong")

    def panels(self, request: HttpRequest, row: RosterImport) -> Sequence[Panel]:
        """Bar while at work; head, counts, rows, files."""
        bar = (JobPanel(job=row.job),) if row.state in services.TASK_OF and row.job else ()
        scope = scope_of(request)
        compared = (figures_of(row), rows_of(scope, row, request.GET)) if row.counts else ()
        return (*bar, head_of(row), *compared, deliveries_of(row))

    def buttons(self, request: HttpRequest, row: RosterImport) -> Sequence[Button]:
        """What the state allows and the user may."""
        buttons = []
        may_upload, may_confirm = (request.user.has_perm(each) for each in (UPLOAD, CONFIRM))
        stopped = row.state in services.TASK_OF and row.job is not None and not job_is_alive(row.job)
        if may_upload and row.count_of("wrong"):
            url = _url("hand_back", row)
            buttons.append(Button(title="退回更正", url=url, icon="assignment_return", post=True))
        if may_upload and stopped:
            buttons.append(Button(title="继续处理", url=_url("resume", row), icon="play_arrow", post=True))
        if may_upload and (
            row.state in (State.COMPARED, State.REFUSED) or (stopped and row.state != State.UNDOING)
        ):
            buttons.append(Button(title="放弃", url=_url("discard", row), icon="delete", post=True))
        if may_confirm and row.state == State.COMPARED:
            url = _url("confirm", row)
            buttons.append(Button(title="确认生效", url=url, icon="check", post=True, primary=True))
        if may_confirm and row.state == State.APPLIED:
            if row.year is None:
                buttons.append(Button(title="移交名单", url=_url("pass_on", row), icon="outgoing_mail"))
            buttons.append(Button(title="撤销", url=_url("undo", row), icon="undo", post=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: everything that is done with a roster."""
        view = self.admin_site.admin_view
        acts = [
            path(
                f"<int:pk>/{action}/",
                view(require_POST(self.act)),
                {"action": action},
                name=f"beneficiaries_roster_{action}",
            )
            for action in ACTIONS
        ]
        return [
            path("upload/", view(self.upload), name="beneficiaries_roster_upload"),
            path("template/", view(self.template), name="beneficiaries_roster_template"),
            path("insured/upload/", view(self.insured_upload), name="beneficiaries_insured_upload"),
            path("insured/template/", view(self.insured_template), name="beneficiaries_insured_template"),
            path("punctuality/", view(self.punctuality), name="beneficiaries_roster_punctuality"),
            path(
                "<int:pk>/hand-back/",
                view(require_POST(never_cache(self.hand_back))),
                name="beneficiaries_roster_hand_back",
            ),
            path("<int:pk>/pass-on/", view(never_cache(self.pass_on)), name="beneficiaries_roster_pass_on"),
            path(
                "<int:pk>/receipt/<int:delivery_id>/", view(self.receipt), name="beneficiaries_roster_receipt"
            ),
            *acts,
            *super().get_urls(),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Take a roster in and have it checked in the background (上传名单)."""
        user = _allowed(request, UPLOAD)
        regions = roster_regions(scope=scope_of(request))
        form = UploadForm(
            request.POST or None,
            request.FILES or None,
            sources=roster_sources_of(user),
            regions=regions,
            initial={"received_on": business_date(), "region": regions.first()},
        )
        return self._uploaded(request, user, "上传名单", form)

    def insured_upload(self, request: HttpRequest) -> HttpResponse:
        """Take in who is insured in a county for a year (上传参保名单)."""
        user = _allowed(request, KEEP_ENROLMENT)
        regions = insured_regions(scope=scope_of(request))
        today = business_date()
        form = InsuredListForm(
            request.POST or None,
            request.FILES or None,
            regions=regions,
            initial={"received_on": today, "year": today.year, "region": regions.first()},
        )
        return self._uploaded(
            request, user, "上传参保名单", form, source=INSURED_BY, kind=RosterImport.Kind.INSURED
        )

    def _uploaded(
        self, request: HttpRequest, user: User, title: str, form: forms.Form, **kind: Any
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            file = data.pop("file")
            try:
                roster = services.roster_upload(
                    scope=scope_of(request),
                    user=user,
                    # One byte more than is allowed is enough to refuse it.
                    content=file.read(MOST_BYTES + 1),
                    file_name=file.name,
                    **data,
                    **kind,
                )
            except RosterError as error:
                form.add_error(None, str(error))
            else:
                self.log_change(request, roster, "上传")
                _enqueue(roster)
                return HttpResponseRedirect(_page(roster.pk))
        back = reverse("admin:beneficiaries_rosterimport_changelist")
        return self._form(request, title, form, "上传并核对", back)

    def template(self, request: HttpRequest) -> HttpResponseBase:
        """The template to fill in (下载模板)."""
        return self._template(request, FIELDS, "救助对象名单模板.xlsx")

    def insured_template(self, request: HttpRequest) -> HttpResponseBase:
        """The template of who is insured (参保名单模板)."""
        return self._template(request, INSURED_FIELDS, "参保名单模板.xlsx")

    def _template(self, request: HttpRequest, fields: Sequence[Field], name: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = BytesIO()
        write_template(file, fields)
        file.seek(0)
        return _download(file, name)

    def punctuality(self, request: HttpRequest) -> HttpResponse:
        """How promptly and completely the departments report (报送情况)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = roster_punctuality(scope=scope_of(request), on=business_date())
        return self._page_of(request, "名单报送情况", panels=[punctuality_of(rows)])

    def act(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Confirm, undo, resume or discard."""
        roster = self._found(request, pk)
        permission, service, said = ACTIONS[action]
        user = _allowed(request, permission)
        try:
            changed = service(roster_id=roster.pk, scope=scope_of(request), user=user)
        except RosterError as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, roster, said)
            if isinstance(changed, RosterImport):
                _enqueue(changed)
            messages.success(request, said)
        return HttpResponseRedirect(_page(pk))

    def hand_back(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The workbook of rows to correct (退回更正)."""
        roster = self._found(request, pk)
        user = _allowed(request, UPLOAD)
        try:
            file = roster_hand_back(scope=scope_of(request), roster=roster, user=user)
        except RosterError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_page(pk))
        return _download(file, f"{roster.region.name}{roster.roster_on}名单问题.xlsx")

    def pass_on(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Choose who gets the list, then send it (移交名单)."""
        roster = self._found(request, pk)
        user = _allowed(request, CONFIRM)
        form = PassOnForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            recipient: str = form.cleaned_data["recipient"]
            try:
                file = roster_pass_on(scope=scope_of(request), roster=roster, recipient=recipient, user=user)
            except RosterError as error:
                form.add_error(None, str(error))
            else:
                return _download(file, f"{roster.region.name}{roster.roster_on}名单.xlsx")
        return self._form(request, f"移交名单：{roster}", form, "生成并下载", _page(pk))

    def receipt(self, request: HttpRequest, pk: int, delivery_id: int) -> HttpResponse:
        """Write a receipt down (登记签收)."""
        roster = self._found(request, pk)
        _allowed(request, CONFIRM)
        form = ReceiptForm(request.POST or None, initial={"received_on": business_date()})
        if request.method == "POST" and form.is_valid():
            day: date = form.cleaned_data["received_on"]
            by: str = form.cleaned_data["received_by"]
            try:
                roster_receipt(
                    roster=roster,
                    delivery_id=delivery_id,
                    scope=scope_of(request),
                    received_on=day,
                    received_by=by,
                )
            except RosterError as error:
                form.add_error(None, str(error))
            else:
                self.log_change(request, roster, "登记签收")
                return HttpResponseRedirect(_page(pk))
        return self._form(request, f"登记签收：{roster}", form, "登记", _page(pk))

    def _found(self, request: HttpRequest, pk: int) -> RosterImport:
        roster = self.get_object(request, str(pk))
        if not isinstance(roster, RosterImport):
            raise Http404
        return roster

    def _form(self, request: HttpRequest, title: str, form: Any, action: str, back: str) -> HttpResponse:
        return self._page_of(request, title, form=form, action=action, back_url=back)

    def _page_of(self, request: HttpRequest, title: str, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, "beneficiaries/roster_form.html", {**shared, **context})


def _allowed(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def _enqueue(roster: RosterImport) -> None:
    """By name: doors do not import one another."""
    keys = {"roster_id": roster.pk, "job_id": roster.job_id}
    task = current_app.signature(services.TASK_OF[State(roster.state)], kwargs=keys)
    transaction.on_commit(task.apply_async)


def _download(file: IO[bytes], name: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _page(pk: int) -> str:
    return reverse("admin:beneficiaries_rosterimport_change", args=[pk])


def _url(action: str, roster: RosterImport) -> str:
    return reverse(f"admin:beneficiaries_roster_{action}", args=[roster.pk])
