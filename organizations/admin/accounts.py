"""Accounts, groups and where people work (账号、角色、工作人员): superusers only."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.forms import (
    AdminPasswordChangeForm,
    UnfoldReadOnlyPasswordHashWidget,
    UserChangeForm,
    UserCreationForm,
)
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from common.admin_history import ChangeHistory
from common.admin_lists import BoundedList
from common.admin_pickers import Pickers
from organizations.addresses import address_of
from organizations.models import StaffMember
from organizations.services import (
    account_unlock,
    password_given,
    role_give,
    role_of_place,
    second_factor_reset,
)

ACTIONS = {"add": "新增", "change": "修改", "delete": "删除", "view": "查看"}

admin.site.unregister(User)
admin.site.unregister(Group)


class SuperusersOnly:
    """Who may see a page may give himself its rights: superusers only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only superusers find it."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers look."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers add."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers change."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers delete."""
        return self.has_module_permission(request)


def permission_label(permission: Permission) -> str:
    """``费用申报：查看`` instead of Django's English name."""
    action, _, _ = permission.codename.partition("_")
    model = permission.content_type.model_class()
    noun = str(model._meta.verbose_name) if model is not None else permission.content_type.model
    return f"{noun}：{ACTIONS.get(action, permission.name)}"


class PermissionsField(forms.ModelMultipleChoiceField):
    """Permissions with Chinese names."""

    def label_from_instance(self, permission: Any) -> str:
        """Model and action."""
        return permission_label(permission)


def permissions_field(**kwargs: Any) -> PermissionsField:
    """The permissions of this project's own models and of accounts."""
    # All that roles hold: what is missing here would be taken away by saving the form.
    own = (
        "common", "organizations", "policies", "beneficiaries", "settlement", "reimbursement", "reporting",
        "auth",
    )  # fmt: skip
    rows = (
        Permission.objects.filter(content_type__app_label__in=own)
        .select_related("content_type")
        .order_by("content_type__app_label", "content_type__model", "pk")
    )
    return PermissionsField(
        rows,
        label=kwargs.get("label", "权限"),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 14}),
        help_text="按住 Ctrl 键可多选。",
    )


class PasswordWidget(UnfoldReadOnlyPasswordHashWidget):
    """Says that there is a password, nothing of its hash."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Without algorithm and salt."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["summary"] = [{"label": "已设置" if value else "未设置", "value": ""}]
        return context


class AccountForm(UserChangeForm):
    """The account without its password's hash."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = PasswordWidget()


class GivenPasswordForm(AdminPasswordChangeForm):
    """A password that an administrator sets: its owner must set another one at the next login."""

    def save(self, commit: bool = True) -> Any:
        """Set it, and remember whose it is."""
        user = super().save(commit)
        password_given(user=user)
        return user


class StaffMemberInline(Pickers, StackedInline):
    """Where the account's owner works: decides what the account sees."""

    model = StaffMember
    autocomplete_fields = ("office", "hospital")
    extra = 0
    verbose_name_plural = "工作单位（决定可见范围）"


@admin.register(User)
class UserAdmin(SuperusersOnly, BoundedList, ChangeHistory, DjangoUserAdmin, ModelAdmin):
    """用户."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = GivenPasswordForm
    actions = ("unlock", "reset_second_factor")
    list_display = ("username", "full_name", "workplace", "is_active", "is_superuser", "last_login")
    list_filter: ClassVar[Any] = [("is_active", BooleanRadioFilter), ("is_superuser", BooleanRadioFilter)]
    list_filter_submit = True
    search_help_text = "用户名、姓名或邮箱"
    inlines = (StaffMemberInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("个人信息", {"fields": ("last_name", "first_name", "email")}),
        ("权限", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("重要日期", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2")}),)
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    readonly_fields = ("last_login", "date_joined")

    @display(description="姓名")
    def full_name(self, user: User) -> str:
        """Family name first."""
        return f"{user.last_name}{user.first_name}" or "—"

    @display(description="工作单位")
    def workplace(self, user: User) -> str:
        """Office or hospital; without one an account sees nothing."""
        staff = getattr(user, "staff_member", None)
        return "—" if staff is None else str(staff.office or staff.hospital)

    @action(description="解除登录锁定", permissions=["change"])
    def unlock(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For those who typed a wrong password too often."""
        self._help(request, users, account_unlock, "解除登录锁定")

    @action(description="解除动态验证码（本人下次登录时重新绑定）", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For those who lost telephone and recovery codes."""
        self._help(request, users, second_factor_reset, "解除动态验证码")

    def _help(
        self, request: HttpRequest, users: QuerySet[User], service: Callable[..., None], what: str
    ) -> None:
        for user in users:
            service(user=user, address=address_of(request))
            self.log_change(request, user, what)
        self.message_user(request, f"已为 {len(users)} 个账号{what}。", messages.SUCCESS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the place of work, in the same query."""
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.select_related("staff_member__office", "staff_member__hospital")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A place of work brings its role along, when it is given or changed."""
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            for member in (*formset.new_objects, *(row for row, _ in formset.changed_objects)):
                role_give(user=member.user, role=role_of_place(member.office or member.hospital))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new account gets its place of work on the second page."""
        return self.inlines if obj is not None else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Permissions in Chinese."""
        if db_field.name == "user_permissions":
            return permissions_field(label="单独授予的权限")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class GroupAdmin(SuperusersOnly, BoundedList, ChangeHistory, DjangoGroupAdmin, ModelAdmin):
    """组."""

    filter_horizontal = ()
    search_help_text = "组名"

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Permissions in Chinese."""
        if db_field.name == "permissions":
            return permissions_field()
        return super().formfield_for_manytomany(db_field, request, **kwargs)
