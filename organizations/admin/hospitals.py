"""Hospitals and their API keys (医疗机构、接口密钥)."""

from datetime import MAXYEAR, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from rest_framework_api_key.models import APIKey
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDateWidget,
    UnfoldAdminTextInputWidget,
)

from common.admin_history import ChangeHistory
from common.admin_lists import BoundedList
from common.admin_lookup import Button
from common.admin_panels import text
from common.admin_pickers import Pickers
from common.codes import Designation
from organizations.admin.hospital_import import HospitalImport
from organizations.admin.keys import STATES, key_state, key_url
from organizations.admin.scoped import scope_of
from organizations.models import Hospital, HospitalKey
from organizations.scope import NOTHING
from organizations.services import hospital_key_issue

DAY = timedelta(days=1)
# What a hospital's page leads to, each list filtered to the hospital: app, model, words, picture.
OF = "hospital__id__exact"
LISTS = (
    ("settlement", "claim", "费用", "receipt_long"),
    ("settlement", "flag", "疑点", "flag"),
    ("reimbursement", "quarterlyledger", "台账", "table_view"),
)
ISSUE_KEYS = "organizations.add_hospitalkey"

# Hospitals use keys of their own (HospitalKey); the library's model without a hospital stays unused.
admin.site.unregister(APIKey)


class HospitalForm(forms.ModelForm):
    """Appointments are ticked, not typed."""

    designations = forms.TypedMultipleChoiceField(
        label="定点类别",
        choices=Designation.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        """All fields of the page."""

        model = Hospital
        fields = "__all__"


class KeyForm(forms.Form):
    """What a new key is called and until when it holds."""

    name = forms.CharField(
        label="密钥名称", max_length=50, initial="医院结算接口", widget=UnfoldAdminTextInputWidget
    )
    expires_on = forms.DateField(
        label="到期日期（含当日，可不填）",
        required=False,
        widget=UnfoldAdminDateWidget(attrs={"placeholder": "例如 2020-12-31"}),
    )

    def clean_expires_on(self) -> Any:
        """A key that has already expired is of no use."""
        day = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError("到期日期不能早于今天")
        if day is not None and day.year == MAXYEAR:
            raise forms.ValidationError("到期日期太远；长期有效请不填")
        return day


class HospitalKeyInline(TabularInline):
    """The keys of a hospital, without their secrets."""

    model = HospitalKey
    fields = readonly_fields = ("key_prefix", "key_name", "created_at", "expires_at", "used_at", "state")
    hide_title = True
    extra = 0
    verbose_name_plural = "接口密钥"

    @display(description="前缀")
    def key_prefix(self, key: HospitalKey) -> str:
        """The part of the key that is no secret; leads to the page where it is exchanged or revoked."""
        return format_html('<a href="{}">{}</a>', key_url(key), key.prefix)

    @display(description="名称")
    def key_name(self, key: HospitalKey) -> str:
        """What it was issued for."""
        return str(key.name)

    @display(description="签发时间")
    def created_at(self, key: HospitalKey) -> Any:
        """When it was issued."""
        return text(key.created).text

    @display(description="到期时间")
    def expires_at(self, key: HospitalKey) -> Any:
        """Until when it holds."""
        return text(key.expiry_date).text if key.expiry_date else "长期"

    @display(description="最近使用（约）")
    def used_at(self, key: HospitalKey) -> Any:
        """Within ten minutes."""
        return text(key.last_used_at).text if key.last_used_at else "从未使用"

    @display(description="状态", label=STATES)
    def state(self, key: HospitalKey) -> str:
        """Whether the key still opens the door."""
        return key_state(key)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys are issued by the button."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys are never edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys stay for the record."""
        return False


@admin.register(Hospital)
class HospitalAdmin(HospitalImport, Pickers, BoundedList, ChangeHistory, ModelAdmin):
    """医疗机构."""

    form = HospitalForm
    change_form_template = "organizations/hospital.html"
    list_display = ("code", "name", "county", "level", "ownership", "networked")
    list_filter: ClassVar[Any] = [
        ("level", ChoicesDropdownFilter),
        ("ownership", ChoicesDropdownFilter),
        ("networked", BooleanRadioFilter),
    ]
    list_filter_submit = True
    search_fields = ("code", "name")
    search_help_text = "机构编码或名称"
    autocomplete_fields = ("county",)
    list_select_related = ("county",)
    list_fullwidth = True
    inlines = (HospitalKeyInline,)
    fieldsets = (
        (None, {"fields": ("code", "name", "county", ("level", "ownership"))}),
        ("结算", {"fields": ("networked", "designations", "bank_account", "requests_per_minute")}),
    )

    @display(description="定点类别")
    def designations_text(self, hospital: Hospital) -> str:
        """Appointments in words."""
        return "、".join(str(Designation(code).label) for code in hospital.designations) or "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hospital]:
        """Offices see every hospital (their people go everywhere), a hospital sees itself."""
        rows: QuerySet[Hospital] = super().get_queryset(request)
        scope = scope_of(request)
        if scope == NOTHING:
            return rows.none()
        return rows if scope.hospital_id is None else rows.filter(pk=scope.hospital_id)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Words instead of codes for those who may only look."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        fields = ("networked", "designations_text", "bank_account", "requests_per_minute")
        return (self.fieldsets[0], ("结算", {"fields": fields}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The words are computed."""
        return ("designations_text",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only hospitals of the counties in scope are changed."""
        return bool(super().has_change_permission(request, obj)) and (
            obj is None or self._governs(request, obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A hospital is never deleted: payments name it."""
        return False

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Keys are shown to those who govern the hospital, and to itself."""
        if obj is None:
            return ()
        own = scope_of(request).hospital_id == obj.pk
        return self.inlines if own or self._governs(request, obj) else ()

    def _governs(self, request: HttpRequest, hospital: Hospital) -> bool:
        scope = scope_of(request)
        return scope.everything or hospital.county_id in scope.county_ids

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Lead to what the hospital did, and offer a new key to those who may issue one."""
        hospital = kwargs.get("obj")
        if hospital is not None:
            context["buttons"] = self._buttons(request, hospital)
        return super().render_change_form(request, context, *args, **kwargs)

    def _buttons(self, request: HttpRequest, hospital: Hospital) -> list[Button]:
        # By name: the apps above have the lists.
        buttons = [
            Button(
                title=title,
                url=reverse(f"admin:{app}_{model}_changelist") + f"?{OF}={hospital.pk}",
                icon=icon,
            )
            for app, model, title, icon in LISTS
            if request.user.has_perm(f"{app}.view_{model}")
        ]
        if self._may_issue(request, hospital):
            url = reverse("admin:organizations_hospital_key", args=[hospital.pk])
            buttons.append(Button(title="签发新密钥", url=url, icon="key", primary=True))
        return buttons

    def _may_issue(self, request: HttpRequest, hospital: Hospital) -> bool:
        return request.user.has_perm(ISSUE_KEYS) and self._governs(request, hospital)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the page that issues a key."""
        view = self.admin_site.admin_view(never_cache(self.issue_key))
        urls: list[URLPattern] = super().get_urls()
        return [path("<int:pk>/key/", view, name="organizations_hospital_key"), *urls]

    def issue_key(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a name, then show the new key this once (签发新密钥)."""
        hospital = self.get_object(request, str(pk))
        if hospital is None:
            raise Http404
        if not self._may_issue(request, hospital):
            raise PermissionDenied
        form = KeyForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "title": f"签发接口密钥：{hospital}",
            "opts": self.opts,
            "form": form,
            "hospital": hospital,
            "back_url": reverse("admin:organizations_hospital_change", args=[pk]),
        }
        if request.method == "POST" and form.is_valid():
            context["key"] = self._issue(request, hospital, form)
        return TemplateResponse(request, "organizations/key.html", context)

    def _issue(self, request: HttpRequest, hospital: Hospital, form: KeyForm) -> str:
        day = form.cleaned_data["expires_on"]
        # Valid through that day.
        expires_at = (
            None if day is None else datetime.combine(day + DAY, time.min, timezone.get_current_timezone())
        )
        name = form.cleaned_data["name"]
        key = hospital_key_issue(hospital=hospital, name=name, expires_at=expires_at)
        self.log_change(request, hospital, f"签发接口密钥“{name}”（前缀 {key.partition('.')[0]}）")
        return key
