"""API keys and the call log (接口密钥、接口调用记录)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import AutocompleteSelectFilter, BooleanRadioFilter, RangeNumericFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import Cell, Facts, Panel, link, text
from organizations.admin.scoped import ScopedLookupAdmin, within
from organizations.errors import KeyRevokedError
from organizations.models import ApiCall, HospitalKey
from organizations.operations import OPERATIONS, operation_name
from organizations.services import hospital_key_revoke, hospital_key_rotate

REVOKE_KEYS = "organizations.change_hospitalkey"
ISSUE_KEYS = "organizations.add_hospitalkey"
STATES = {"有效": "success", "已到期": "warning", "已吊销": "danger"}


def key_state(key: HospitalKey) -> str:
    """Whether the key still opens the door."""
    if key.revoked:
        return "已吊销"
    return "已到期" if key.has_expired else "有效"


class KeyList(ChangeList):
    """The list of keys."""

    def url_for_result(self, result: Any) -> str:
        """The page of a key."""
        return key_url(result)


def key_url(key: HospitalKey) -> str:
    """The page of a key, by its prefix."""
    return reverse("admin:organizations_hospitalkey_change", args=[key.prefix])


class RotateForm(forms.Form):
    """How long the old key goes on working beside the new one."""

    overlap_days = forms.IntegerField(
        label="旧密钥继续有效的天数",
        min_value=0,
        max_value=90,
        initial=7,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class RevokedFilter(BooleanRadioFilter):
    """By whether keys are revoked (吊销); the library names its column in English."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "是否吊销"


@admin.register(HospitalKey)
class HospitalKeyAdmin(ScopedLookupAdmin):
    """接口密钥: whose, how long, when last used; to be exchanged or shut out."""

    scope_county = "hospital__county"
    scope_hospital = "hospital"
    list_display = ("prefix_text", "name_text", "hospital", "created_at", "expires_at", "used_at", "state")
    list_filter: ClassVar[Any] = [
        ("hospital", AutocompleteSelectFilter),
        ("revoked", RevokedFilter),
    ]
    list_select_related = ("hospital", "revoked_by")
    search_fields = ("prefix__exact", "hospital__name", "hospital__code__exact")
    search_help_text = "密钥前缀、医疗机构名称或编码"
    # What happens to a key stands in the history of its hospital.
    keeps_history = False

    @display(description="前缀", ordering="prefix")
    def prefix_text(self, key: HospitalKey) -> str:
        """The part of the key that is no secret."""
        return str(key.prefix)

    @display(description="名称")
    def name_text(self, key: HospitalKey) -> str:
        """What it was issued for."""
        return str(key.name)

    @display(description="签发时间", ordering="created")
    def created_at(self, key: HospitalKey) -> Any:
        """When it was issued."""
        return key.created

    @display(description="到期时间", ordering="expiry_date")
    def expires_at(self, key: HospitalKey) -> Any:
        """Until when it holds."""
        return key.expiry_date or "长期"

    @display(description="最近使用（约）", ordering="last_used_at")
    def used_at(self, key: HospitalKey) -> Any:
        """Within ten minutes."""
        return key.last_used_at or "从未使用"

    @display(description="状态", label=STATES)
    def state(self, key: HospitalKey) -> str:
        """Whether it still works."""
        return key_state(key)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Rows lead to pages by prefix."""
        return KeyList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By prefix: the primary key holds the hash, which has no place in an address."""
        return self.get_queryset(request).filter(prefix=object_id).first()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Without the path's link to the row, which would name its primary key."""
        return super().render_change_form(request, {**context, "original": None}, *args, **kwargs)

    def panels(self, request: HttpRequest, row: HospitalKey) -> Sequence[Panel]:
        """The key without its secret."""
        return (key_facts(row),)

    def buttons(self, request: HttpRequest, row: HospitalKey) -> Sequence[Button]:
        """Exchange and revoke, for the office in charge."""
        buttons: list[Button] = []
        if row.revoked:
            return buttons
        if self._may(request, row, ISSUE_KEYS):
            url = reverse("admin:organizations_hospitalkey_rotate", args=[row.prefix])
            buttons.append(Button(title="更换密钥", url=url, icon="autorenew", primary=True))
        if self._may(request, row, REVOKE_KEYS):
            url = reverse("admin:organizations_hospitalkey_revoke", args=[row.prefix])
            buttons.append(Button(title="立即吊销", url=url, icon="block", post=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: exchanging and revoking."""
        urls: list[URLPattern] = super().get_urls()
        revoke = self.admin_site.admin_view(require_POST(self.revoke))
        rotate = self.admin_site.admin_view(never_cache(self.rotate))
        return [
            path("<str:pk>/revoke/", revoke, name="organizations_hospitalkey_revoke"),
            path("<str:pk>/rotate/", rotate, name="organizations_hospitalkey_rotate"),
            *urls,
        ]

    def revoke(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Shut the key out at once (吊销)."""
        key = self._governed(request, pk, REVOKE_KEYS)
        if not isinstance(request.user, User):
            raise PermissionDenied
        hospital_key_revoke(key_id=key.pk, by=request.user)
        self.log_change(request, key.hospital, f"吊销接口密钥 {key.prefix}")
        messages.success(request, f"密钥 {key.prefix} 已吊销，从现在起不能再用。")
        return HttpResponseRedirect(key_url(key))

    def rotate(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Ask for the overlap, then show the new key this once (更换密钥)."""
        key = self._governed(request, pk, ISSUE_KEYS)
        form = RotateForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "title": f"更换接口密钥：{key.hospital}（{key.prefix}）",
            "opts": self.opts,
            "form": form,
            "hospital": key.hospital,
            "back_url": key_url(key),
        }
        if request.method == "POST" and form.is_valid():
            days = form.cleaned_data["overlap_days"]
            try:
                context["key"] = hospital_key_rotate(key_id=key.pk, overlap=timedelta(days=days))
            except KeyRevokedError as error:
                messages.error(request, str(error))
            else:
                self.log_change(request, key.hospital, f"更换接口密钥 {key.prefix}，旧密钥再有效 {days} 天")
        return TemplateResponse(request, "organizations/key.html", context)

    def _governed(self, request: HttpRequest, pk: str, permission: str) -> HospitalKey:
        key = self.get_object(request, pk)
        if not isinstance(key, HospitalKey):
            raise Http404
        if not self._may(request, key, permission):
            raise PermissionDenied
        return key

    def _may(self, request: HttpRequest, key: HospitalKey, permission: str) -> bool:
        return bool(request.user.has_perm(permission)) and within(
            request, key, county_id=key.hospital.county_id
        )


def key_facts(key: HospitalKey) -> Facts:
    """What is known of a key; its secret is known to nobody here."""
    state = key_state(key)
    return Facts(
        title=f"{key.hospital}（{key.prefix}）",
        badge=Cell(text=state, tone=STATES[state]),  # type: ignore[arg-type]
        items=(
            ("医疗机构", link(key.hospital)),
            ("名称", text(key.name)),
            ("签发时间", text(key.created)),
            ("到期时间", text(key.expiry_date or "长期")),
            ("最近使用（约）", text(key.last_used_at or "从未使用")),
            ("吊销时间", text(key.revoked_at)),
            ("吊销人", text(key.revoked_by)),
        ),
    )


class OperationFilter(admin.SimpleListFilter):
    """By what the hospital asked for, in the words of the list."""

    title = "操作"
    parameter_name = "operation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every operation of the interface."""
        return list(OPERATIONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiCall]) -> QuerySet[ApiCall]:
        """Calls of that operation."""
        return queryset.filter(operation=self.value()) if self.value() else queryset


@admin.register(ApiCall)
class ApiCallAdmin(ScopedLookupAdmin):
    """接口调用记录."""

    exports = True
    scope_county = "hospital__county"
    scope_hospital = "hospital"
    list_display = (
        "called_at", "hospital", "operation_label", "status", "code", "duration_ms", "request_id",
    )  # fmt: skip
    fields = readonly_fields = (
        "called_at", "hospital", "key_prefix", "method", "operation_label", "status", "code", "duration_ms",
        "request_id",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        OperationFilter,
        ("hospital", AutocompleteSelectFilter),
        ("called_at", DayRangeFilter),
        ("status", RangeNumericFilter),
        ("duration_ms", RangeNumericFilter),
    ]
    list_select_related = ("hospital",)
    search_fields = ("request_id__exact", "code__exact")
    search_help_text = "请求号或结果代码"

    @display(description="操作", ordering="operation")
    def operation_label(self, call: ApiCall) -> str:
        """What was asked for."""
        return operation_name(call.operation)
