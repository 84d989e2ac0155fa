"""Every address of the URL configuration is known, and who may open it (网址、角色)."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from organizations.models import Office
from organizations.services import staff_member_appoint
from policies.models import Policy
from tests import factories
from tests.admin.urls import FORMS, KEY, LISTS, OPEN, PAGES, SIGNED_IN
from tests.admin.visits import asking, patterns, visit

pytestmark = pytest.mark.django_db

HOW_TO = "网址 {} 尚未登记：请写进 tests/admin/urls.py（谁可以看；按行取数据的页面归到哪个模型）。"


def list_of(name: str) -> str:
    """``beneficiaries_person`` of ``admin:beneficiaries_person_history``."""
    return name.removeprefix("admin:").rpartition("_")[0]


def test_every_address_is_known() -> None:
    views = ("_changelist", "_add", "_change", "_delete", "_history")
    unknown = [
        f"{name}（{path}）"
        for name, path in patterns()
        if name not in OPEN | SIGNED_IN | KEY
        and name not in PAGES
        and not (name.endswith(views) and list_of(name) in LISTS)
        # Django's old address of a row leads to its page.
        and "<path:object_id>" not in name
    ]
    assert unknown == [], HOW_TO.format("、".join(unknown))
    assert PAGES.keys() <= {name for name, _ in patterns()}, "tests/admin/urls.py 里有不再存在的网址"


def test_nobody_opens_anything_without_logging_in(settings, tmp_path) -> None:
    client = Client()
    for name, path in patterns():
        if name in OPEN or "(?P<" in path:
            continue
        url = "/" + _filled(path)
        answer = client.get(url)
        if path.startswith("api/"):
            assert answer.status_code in (401, 405), f"{name} {url}"
        else:
            assert answer.status_code == 302, f"{name} {url}"
            assert "/login/" in answer["Location"] or answer["Location"].startswith("/admin/"), name


def _filled(path: str) -> str:
    """The path with 1 for every part that names a row."""
    return "/".join("1" if part.startswith("<") else part for part in path.split("/")).replace(
        "<int:claim_id>", "1"
    )


def test_lists_open_to_the_roles_of_the_table(staff: dict[str, User]) -> None:
    pages = {each._meta.label_lower.replace(".", "_"): page for each, page in admin.site._registry.items()}
    wrong = []
    for name in LISTS.keys() & pages.keys():
        url, page = reverse(f"admin:{name}_changelist"), pages[name]
        seen = {letter for letter, user in staff.items() if page.has_view_permission(asking(url, user))}
        # One who may and one who may not really open it: drawing it for all would take minutes.
        opened = {visit(url, staff[min(seen)])} if seen else {200}
        refused = {visit(url, staff[letter]) for letter in sorted(staff.keys() - seen)[:1]}
        if (seen, opened) != (set(LISTS[name]), {200}) or not refused <= {403}:
            wrong.append(f"{name}: 表中 {LISTS[name]}，实际 {''.join(sorted(seen))} {opened} {refused}")
    assert wrong == []


def test_forms_that_add_open_to_the_roles_of_the_table(staff: dict[str, User]) -> None:
    for name in LISTS:
        try:
            url = reverse(f"admin:{name}_add")
        except NoReverseMatch:
            continue
        opened = "".join(letter for letter, user in staff.items() if visit(url, user) != 403)
        assert opened == FORMS.get(name, ""), name


def test_offices_of_another_city_read_a_pack_and_carry_nothing_on(staff: dict[str, User]) -> None:
    policy = Policy.objects.filter(city_code="410100")[0]
    elsewhere = factories.county("520181", "外市县")
    office = Office.objects.create(name="外市县医保局", kind="medical_insurance", region=elsewhere)
    stranger = User.objects.create_user("outsider")
    staff_member_appoint(user=stranger, at=office)
    stranger = User.objects.get(pk=stranger.pk)
    statuses = {
        action: [
            visit(reverse(f"admin:policies_policy_{action}", args=[policy.pk]), user)
            for user in (staff["M"], stranger)
        ]
        for action in ("change", "audit", "review", "publish", "close", "retire", "clone")
    }
    assert statuses == {
        "change": [200, 200], "audit": [200, 200], "review": [200, 403], "publish": [200, 403],
        "close": [200, 403], "retire": [200, 403], "clone": [200, 403],
    }  # fmt: skip
