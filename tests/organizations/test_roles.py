"""Roles (角色): every right has an owner, and is handed out once."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from common.admin_lookup import LookupAdmin
from organizations.models import Office, StaffMember
from organizations.roles import INSURER, ONLY_ADMINISTRATORS, ROLES
from organizations.services import roles_apply, staff_member_appoint
from organizations.services.roles import rights_of
from tests import factories

pytestmark = pytest.mark.django_db

HOW_TO = (
    "权限 {} 不属于任何角色：请写进 organizations/roles.py 中某个角色的 sees 或 does（并注明依据），"
    "或者把它的模型写进 ONLY_ADMINISTRATORS。"
)
SOURCES = ("beneficiaries", "organizations", "policies", "reimbursement", "reporting", "settlement")


def names() -> set[str]:
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def asked_for_in_source() -> set[str]:
    """Rights that some page asks for by name."""
    found: set[tuple[str, str]] = set()
    for app in SOURCES:
        for file in Path(settings.BASE_DIR, app).rglob("*.py"):
            if file.name != "roles.py":
                found |= set(re.findall(rf'"({"|".join(SOURCES)})\.([a-z_]+)"', file.read_text("utf-8")))
    return {f"{app}.{codename}" for app, codename in found}


def test_every_right_belongs_to_a_role_or_to_system_administrators() -> None:
    known = names()
    given = set().union(*(rights_of(role, known) for role in ROLES.values()))
    asked = asked_for_in_source()
    homeless = [name for name in sorted(known - given) if not is_administrators(name, asked)]
    assert homeless == [], HOW_TO.format("、".join(homeless))


def is_administrators(name: str, asked: set[str]) -> bool:
    """Kept for system administrators, or asked for by no page: most only look up."""
    app, _, codename = name.partition(".")
    action, _, model = codename.partition("_")
    if app in ONLY_ADMINISTRATORS or f"{app}.{model}" in ONLY_ADMINISTRATORS:
        return True
    return action in {"add", "change", "delete"} and name not in asked and not has_form(app, model)


def has_form(app: str, model: str) -> bool:
    """Whether the model has a page with Django's own form."""
    return any(
        (each._meta.app_label, each._meta.model_name) == (app, model) and not isinstance(page, LookupAdmin)
        for each, page in admin.site._registry.items()
    )


def test_roles_name_only_what_exists() -> None:
    known = names()
    apps_and_models = {name.partition(".")[0] for name in known} | {
        name.replace("view_", "") for name in known if ".view_" in name
    }
    for role in ROLES.values():
        assert role.clause
        assert set(role.sees) <= apps_and_models, role.name
        assert set(role.does) <= known, role.name


def test_every_kind_of_office_brings_a_role() -> None:
    assert set(Office.Kind.values) <= set(ROLES)


def test_what_was_taken_away_is_not_given_again() -> None:
    roles_apply()
    group = Group.objects.get(name="财政")
    right = Permission.objects.get(codename="pay_submission")
    assert right in group.permissions.all()
    group.permissions.remove(right)
    assert roles_apply() == 0
    assert right not in group.permissions.all()


def test_appointment_brings_the_offices_role_and_a_new_one_takes_it_back() -> None:
    roles_apply()
    county = factories.county()
    user = User.objects.create_user("clerk")
    office = Office.objects.create(name="示例县民政局", kind="civil_affairs", region=county)
    staff_member_appoint(user=user, at=office)
    assert [group.name for group in user.groups.all()] == ["民政"]
    user.groups.add(Group.objects.create(name="自定义"))
    staff_member_appoint(user=user, at=factories.hospital())
    assert sorted(group.name for group in user.groups.all()) == ["医疗机构", "自定义"]
    assert StaffMember.objects.get(user=user).office is None
    user = User.objects.get(pk=user.pk)
    assert user.is_staff
    assert user.has_perm("reimbursement.confirm_quarterlyledger")
    assert not user.has_perm("beneficiaries.add_rosterimport")


def test_insurer_first_reviews_claims_from_papers_and_never_second_reviews_them() -> None:
    roles_apply()
    user = User.objects.create_user("agent")
    office = Office.objects.create(
        name="示例县医疗保障局", kind="medical_insurance", region=factories.county()
    )
    staff_member_appoint(user=user, at=office, role=INSURER)
    assert user.has_perm("settlement.first_review_manualclaim")
    assert not user.has_perm("settlement.second_review_manualclaim")
    assert not user.has_perm("policies.publish_policy")


def test_place_of_work_given_on_the_account_page_brings_its_role(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    roles_apply()
    User.objects.create_superuser("admin")
    user = User.objects.create_user("clerk")
    office = Office.objects.create(name="示例县财政局", kind="finance", region=factories.county())
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    form = {
        "username": "clerk", "is_active": "on", "is_staff": "on", "staff_member-TOTAL_FORMS": "1",
        "staff_member-INITIAL_FORMS": "0", "staff_member-0-office": str(office.pk),
        "staff_member-0-user": str(user.pk),
    }  # fmt: skip
    response = client.post(reverse("admin:auth_user_change", args=[user.pk]), form)
    assert response.status_code == 302, response.context["errors"]
    assert [group.name for group in user.groups.all()] == ["财政"]
