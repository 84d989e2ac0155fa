"""Pages of kept views (常用视图): save what the list shows, rename, share, delete one's own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from common.admin_words import filter_words
from organizations.errors import SavedViewError
from organizations.models import SavedView
from organizations.services import saved_view_keep

ORDER = "o"


class ViewForm(forms.Form):
    """The name, and whether colleagues see it."""

    asked = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)
    title = forms.CharField(label="名称", max_length=20)
    shared = forms.BooleanField(label="本单位共用", required=False)


@staff_member_required
@require_POST
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a name, then keep filters and order (保存视图). By POST: no address repeats what was sought."""
    page = _list_page(name)
    if not page.has_view_permission(request):
        raise PermissionDenied
    asked = request.POST.get("asked", "")
    parameters, words, searched = kept_parameters(page, _user(request), asked)
    form = ViewForm(request.POST if "title" in request.POST else None, initial={"asked": asked})
    if not parameters:
        messages.warning(request, "没有可保存的筛选或排序：请先筛选。搜索词可能是姓名或号码，不保存。")
        return HttpResponseRedirect(reverse(f"admin:{name}_changelist"))
    if form.is_valid() and _kept(request, form, list_name=name, parameters=parameters):
        return HttpResponseRedirect(f"{reverse(f'admin:{name}_changelist')}?{parameters}")
    note = "搜索词可能是姓名或号码，不保存。" if searched else ""
    return _answer(request, page, form, title="保存视图", words=words, note=note, view=None)


@staff_member_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or share one's own (修改视图)."""
    view = get_object_or_404(SavedView, pk=pk, owner=_user(request))
    page = _list_page(view.list_name)
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        initial={"title": view.title, "shared": view.office_id is not None or view.hospital_id is not None},
    )
    if form.is_valid() and _kept(
        request, form, list_name=view.list_name, parameters=view.parameters, earlier=view
    ):
        return HttpResponseRedirect(f"{reverse(f'admin:{view.list_name}_changelist')}?{view.parameters}")
    try:
        _, words, _ = kept_parameters(page, _user(request), view.parameters)
    except (BadRequest, SuspiciousOperation):
        # The list's filters are others by now; what nobody can open can still be deleted.
        words = "筛选条件已失效，请删除此视图"
    return _answer(request, page, form, title=f"修改视图：{view}", words=words, note="", view=view)


@staff_member_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own (删除视图)."""
    view = get_object_or_404(SavedView, pk=pk, owner=_user(request))
    view.delete()
    messages.success(request, f"已删除视图“{view}”。")
    return HttpResponseRedirect(reverse(f"admin:{view.list_name}_changelist"))


def kept_parameters(page: Any, user: User, asked: str) -> tuple[str, str, bool]:
    """Filters and order of an address; in words; whether something was searched for."""
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", user, QueryDict(asked)
    shown = page.get_changelist_instance(request)
    names = {name for spec in shown.filter_specs for name in spec.expected_parameters()} | {ORDER}
    kept = QueryDict(mutable=True)
    for name in sorted(names & request.GET.keys()):
        kept.setlist(name, [value for value in request.GET.getlist(name) if value])
    order = "；自定排序" if request.GET.get(ORDER) else ""
    return kept.urlencode(), f"{filter_words(shown)}{order}", bool(shown.query)


def _kept(request: HttpRequest, form: ViewForm, **view: Any) -> bool:
    try:
        saved_view_keep(
            user=_user(request), title=form.cleaned_data["title"], shared=form.cleaned_data["shared"], **view
        )
    except SavedViewError as error:
        form.add_error("title", str(error))
        return False
    messages.success(request, "视图已保存，显示在列表上方。")
    return True


def _list_page(name: str) -> Any:
    for model, page in admin.site._registry.items():
        if f"{model._meta.app_label}_{model._meta.model_name}" == name and hasattr(page, "exports"):
            return page
    raise Http404


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _answer(request: HttpRequest, page: Any, form: ViewForm, **context: Any) -> HttpResponse:
    frame = {
        **admin.site.each_context(request),
        "opts": page.opts,
        "form": form,
        "back_url": reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist"),
    }
    return TemplateResponse(request, "organizations/saved_view.html", {**frame, **context})
