"""Every address of the URL configuration: who may open it, and with whose rows (网址、角色、可见范围)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, get_resolver, resolve, reverse

from beneficiaries.models import IdNumberLook, Person
from common.models import Job
from organizations.models import Office
from organizations.roles import HOSPITAL, INSURER
from organizations.services import hospital_key_issue, roles_apply, staff_member_appoint
from policies.models import Policy
from tests import factories
from tests.admin.urls import ACTIONS, ELSEWHERE, FORMS, KEY, LISTS, OPEN, ROLE_LETTERS, SIGNED_IN
from tests.admin.world import build_world, person_of, settled_stay

pytestmark = pytest.mark.django_db

HOW_TO = "网址 {} 尚未登记：请写进 tests/admin/urls.py（谁可以看；按行取数据的页面归到哪个模型）。"
# Every office reads them, whichever its county: places, hospitals, policies.
SHARED = {
    "organizations_region", "organizations_hospital", "policies_policy", "policies_policydocument",
    "policies_diseaselist", "policies_druglist", "policies_fund", "beneficiaries_registerkind",
    "auth_group", "auth_user", "reporting_printsetting", "reporting_exportlog", "common_change",
}  # fmt: skip


def patterns(found: Any = None, name: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Name and path of every address."""
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLPattern):
            own = "" if "object_id" in str(each.pattern) and not each.name else each.name
            yield (
                name + (own or ("" if "(?P<url>" in str(each.pattern) else str(each.pattern))),
                (path + str(each.pattern)),
            )
        else:
            inner = f"{name}{each.namespace}:" if each.namespace else name
            yield from patterns(each.url_patterns, inner, path + str(each.pattern))


def list_of(name: str) -> str:
    """``beneficiaries_person`` of ``admin:beneficiaries_person_history``."""
    return name.removeprefix("admin:").rpartition("_")[0]


def test_every_address_is_known() -> None:
    views = ("_changelist", "_add", "_change", "_delete", "_history")
    unknown = [
        f"{name}（{path}）"
        for name, path in patterns()
        if name not in OPEN | SIGNED_IN | KEY
        and name not in ACTIONS
        and not name.startswith(ELSEWHERE)
        and not (name.endswith(views) and list_of(name) in LISTS)
        # Django's old address of a row leads to its page.
        and "<path:object_id>" not in name
    ]
    assert unknown == [], HOW_TO.format("、".join(unknown))


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


@pytest.fixture
def staff(packs: None, today: object) -> dict[str, User]:
    """One account per role in the county of the world, by the role's letter."""
    roles_apply()
    world = build_world(people=1)
    users = {}
    for letter, role in ROLE_LETTERS.items():
        user = User.objects.create_user(f"role-{letter}")
        users[letter] = user
        if role == HOSPITAL:
            staff_member_appoint(user=user, at=world.hospital)
            continue
        kind = Office.Kind.MEDICAL_INSURANCE if role == INSURER else role
        office, _ = Office.objects.get_or_create(name=f"单位{kind}", kind=kind, region=world.county)
        staff_member_appoint(user=user, at=office, role=role)
    # Fresh from the table: rights are remembered on the object.
    return {letter: User.objects.get(pk=user.pk) for letter, user in users.items()}


def asking(url: str, user: User, method: str = "get") -> Any:
    """A request of ``user`` as the middleware leaves it."""
    request: Any = getattr(RequestFactory(), method)(url)
    request.user = user
    request.session = {}
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def visit(url: str, user: User, method: str = "get") -> int:
    """The status that the view answers with, without drawing the page."""
    request = asking(url, user, method)
    match = resolve(request.path)
    try:
        answer = match.func(request, *match.args, **match.kwargs)
    except PermissionDenied:
        return 403
    except Http404:
        return 404
    return int(answer.status_code)


def visit_any(url: str, user: User) -> int:
    """As ``visit``; what only takes posts is posted to."""
    status = visit(url, user)
    return visit(url, user, "post") if status == 405 else status


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


def test_rows_of_the_own_county_open_and_those_of_a_stranger_do_not_exist(staff: dict[str, User]) -> None:
    own_person = Person.objects.get()
    _looked_and_waited(own_person, staff["M"])
    own = {model: _keys(model) for model in admin.site._registry}
    strange_user = User.objects.create_user("strange")
    stranger = factories.county("410185", "邻县")
    person = person_of(stranger)
    strange_hospital = factories.hospital(at=stranger)
    settled_stay(person, strange_hospital)
    hospital_key_issue(hospital=strange_hospital, name="邻县")
    Office.objects.create(name="邻县民政局", kind="civil_affairs", region=stranger)
    _looked_and_waited(person, strange_user)
    tried = 0
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        if name in SHARED or name not in LISTS:
            continue
        pages = [f"admin:{name}_change", f"admin:{name}_history", *_actions(name)]
        for key in _keys(model) - own[model]:
            for page in pages:
                tried += 1
                for letter, user in staff.items():
                    status = visit_any(reverse(page, args=[key]), user)
                    # Whoever lacks the right is told so before any row is looked for.
                    lacks = letter not in LISTS[name] or page in ACTIONS
                    expected = {404, 403} if lacks else {404}
                    assert status in expected, f"{page} {letter} 得到 {status}：外县的记录"
        opened = {visit(reverse(pages[0], args=[key]), staff["M"]) for key in own[model]}
        assert opened <= {200} or "M" not in LISTS[name], f"{name}：本县的记录 {opened}"
    assert tried > 20


def _actions(name: str) -> list[str]:
    return [action for action, model in ACTIONS.items() if model == name]


def _keys(model: type[Any]) -> set[Any]:
    return set(apps.get_model(model._meta.label)._base_manager.values_list("pk", flat=True))


def _looked_and_waited(person: Person, user: User) -> None:
    """A look at the number, and a job."""
    IdNumberLook.objects.create(person=person, user=user, reason="核对")
    Job.objects.create(title="任务", owner=user)


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
