"""Exporting the filtered list (列表导出): ask, then hand over at once or let a worker write it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from reporting.downloads import XLSX, workbook_response
from reporting.list_sheets import ListSheet, list_page, list_sheet
from reporting.models import ListExport
from reporting.services.list_exports import (
    AT_ONCE,
    KEPT,
    LOOK_AT_ID_NUMBERS,
    NumbersAsked,
    export_path,
    list_export_ask,
    list_write_at_once,
)
from reporting.tasks import write_list


class ExportForm(forms.Form):
    """Full ID numbers need a reason; the token tells a form sent twice from two forms."""

    asked = forms.CharField(required=False, strip=False, max_length=4_000, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    full_numbers = forms.BooleanField(label="导出完整身份证号", required=False)
    reason = forms.CharField(
        label="事由（导出完整身份证号时必填，记入导出记录）", required=False, max_length=300
    )

    def __init__(self, *args: Any, may_look: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_look:
            del self.fields["full_numbers"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """The full number, never without a reason."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("full_numbers") and not values.get("reason"):
            self.add_error("reason", "导出完整身份证号，请填写事由。")
        return values

    @property
    def numbers(self) -> NumbersAsked:
        """What was asked for."""
        full = bool(self.cleaned_data.get("full_numbers"))
        return NumbersAsked(full=full, reason=self.cleaned_data["reason"] if full else "")


@login_required
@require_POST
def list_export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Ask what is exported; then do it. By POST: what was searched for stands in no further address."""
    page, user = list_page(name), _user(request)
    if page is None:
        raise Http404
    if not page.has_view_permission(request):
        raise PermissionDenied
    may_look = page.person_path is not None and user.has_perm(LOOK_AT_ID_NUMBERS)
    sent = "token" in request.POST
    asked = request.POST.get("asked", "")
    form = ExportForm(
        request.POST if sent else None, may_look=may_look, initial={"asked": asked, "token": uuid4()}
    )
    if sent and form.is_valid():
        sheet = list_sheet(page=page, user=user, asked=asked, full_numbers=form.numbers.full)
        if sheet.count <= AT_ONCE:
            return _at_once(sheet, user, form.numbers)
        export, new = list_export_ask(
            user=user,
            list_name=name,
            title=sheet.title,
            asked=asked,
            numbers=form.numbers,
            token=form.cleaned_data["token"],
        )
        if new:
            transaction.on_commit(write_list.s(export_id=export.pk).apply_async)
        return HttpResponseRedirect(reverse("admin:common_job_change", args=[export.job_id]))
    sheet = list_sheet(page=page, user=user, asked=asked)
    context = {
        **admin.site.each_context(request),
        "opts": page.opts,
        "title": f"导出{sheet.title}",
        "form": form,
        "sheet": sheet,
        "at_once": sheet.count <= AT_ONCE,
        "hours": int(KEPT.total_seconds()) // 3600,
        "back_url": f"{reverse(f'admin:{name}_changelist')}?{asked}",
    }
    return TemplateResponse(request, "reporting/list_export.html", context)


@login_required
@require_GET
def list_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the file to its owner, and to nobody else (下载)."""
    export = get_object_or_404(ListExport.objects.select_related("job"), pk=pk, owner=_user(request))
    if export.ready_at is None:
        messages.warning(request, "文件还没有生成。")
        return HttpResponseRedirect(reverse("admin:common_job_change", args=[export.job_id]))
    path = export_path(export)
    if export.removed_at is not None or export.ready_at < timezone.now() - KEPT or not path.exists():
        messages.warning(request, "文件已按规定删除，请重新导出。")
        return HttpResponseRedirect(reverse(f"admin:{export.list_name}_changelist"))
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{export.job.title}.xlsx",
        content_type=XLSX,
        headers={"Cache-Control": "private, no-store"},
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _at_once(sheet: ListSheet, user: User, numbers: NumbersAsked) -> HttpResponseBase:
    return workbook_response(
        lambda path: list_write_at_once(sheet=sheet, user=user, reason=numbers.reason, path=path),
        filename=f"{sheet.title}.xlsx",
    )
