"""Whatever an address of a list says (列表网址的参数): rows, or a refusal in Chinese, never an error."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.models import Hospital, Region

pytestmark = pytest.mark.django_db

HUGE = "9" * 30
JUNK = ("x", HUGE, "9999-12-31")
# What Django itself reads of every list's address.
DJANGO = (
    ("q", HUGE), ("p", HUGE), ("o", "99.x.-1e5"), ("e", "1"), ("all", ""), ("_to_field", "x"),
    ("id__in", "x"), ("nothing", "x"),
)  # fmt: skip


@pytest.fixture
def chief(db: None) -> User:
    """A system administrator: opens every list."""
    return User.objects.create_superuser("chief")


def asked(user: User, parameters: dict[str, str]) -> Any:
    request: Any = RequestFactory().get("/admin/", parameters)
    request.user = user
    return request


def listed(page: Any, user: User, parameters: dict[str, str]) -> str:
    """What the list does with the parameters: it shows rows and filters, or refuses."""
    request = asked(user, parameters)
    try:
        found = page.get_changelist_instance(request)
        list(found.result_list)
        for spec in found.filter_specs:
            for choice in spec.choices(found):
                str(choice.get("form", ""))
    except (BadRequest, SuspiciousOperation):
        return "refused"
    except Http404:
        return "not found"
    return "shown"


def cases(user: User) -> Iterator[tuple[str, Any, str, str]]:
    """Django's own parameters of every list, and those of each kind of filter once."""
    seen = set()
    for model, page in admin.site._registry.items():
        label = model._meta.label_lower
        yield from ((label, page, name, junk) for name, junk in DJANGO)
        for spec in page.get_changelist_instance(asked(user, {})).filter_specs:
            kind = (type(spec), type(getattr(spec, "field", None)))
            if kind not in seen:
                seen.add(kind)
                yield from ((label, page, name, junk) for name in spec.expected_parameters() for junk in JUNK)


def test_no_list_fails_at_junk_in_its_address(chief: User) -> None:
    failed, tried = [], 0
    for label, page, name, junk in cases(chief):
        tried += 1
        try:
            listed(page, chief, {name: junk})
        except Exception as error:  # what is looked for
            failed.append(f"{label}?{name}={junk}: {type(error).__name__} {error}"[:160])
    assert failed == []
    assert tried > 400


def test_a_refusal_is_a_page_in_chinese(client: Client, chief: User) -> None:
    client.force_login(chief)
    claims = reverse("admin:settlement_claim_changelist")
    for address, status, words in (
        (f"{claims}?hospital__id__exact=x", 400, "请求无法读取"),
        (f"{claims}?discharged_on_from=2019-13-01", 400, "请求无法读取"),
        (f"{claims}?discharged_on_to=9999-12-31", 400, "请求无法读取"),
        (f"{claims}?discharged_on_from=x&e=1", 400, "请求无法读取"),
        (f"{claims}?nothing=1", 400, "请求无法读取"),
        (f"{claims}?q=%00", 400, "请求无法读取"),
    ):
        answer = client.get(address)
        assert (answer.status_code, words in answer.content.decode()) == (status, True), address
    assert client.get(f"{claims}?e=1").status_code == 200


def test_a_page_past_the_end_is_not_found(client: Client, chief: User) -> None:
    client.force_login(chief)
    Region.objects.bulk_create(
        Region(code=f"4101{number:05d}", name="村", level=Region.Level.VILLAGE) for number in range(101)
    )
    url = reverse("admin:organizations_region_changelist")
    statuses = {page: client.get(url, {"p": page}).status_code for page in ("2", "3", HUGE, "x")}
    assert statuses == {"2": 200, "3": 404, HUGE: 404, "x": 200}


@pytest.mark.parametrize("junk", ["x", HUGE, "-1"])
def test_a_form_that_picks_a_row_does_not_fail_at_what_is_no_key(
    client: Client, chief: User, junk: str
) -> None:
    client.force_login(chief)
    for name, field in (
        ("organizations_hospital", "county"), ("organizations_region", "parent"),
        ("organizations_office", "region"), ("auth_user", "staff_member-0-office"),
    ):  # fmt: skip
        url = reverse(f"admin:{name}_add")
        assert client.get(url, {field: junk}).status_code == 200
        answer = client.post(
            url, {field: junk, "staff_member-TOTAL_FORMS": 1, "staff_member-INITIAL_FORMS": 0}
        )
        assert answer.status_code == 200
    picked = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "organizations", "model_name": "hospital", "field_name": "county", "page": junk},
    )
    assert picked.status_code == 404
    assert Hospital.objects.count() == Region.objects.count() == 0


def test_a_list_says_that_there_are_more_rows_than_it_counts(client: Client, chief: User) -> None:
    client.force_login(chief)
    Region.objects.bulk_create(
        Region(code=f"41{number:07d}", name="村", level=Region.Level.VILLAGE) for number in range(10_002)
    )
    url = reverse("admin:organizations_region_changelist")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert "超过 10000 条行政区划，此处可翻看前 10000 条；请用搜索和筛选缩小范围" in page
    assert "10001 条" not in page
    counting = [each["sql"] for each in queries if "COUNT(" in each["sql"]]
    assert [sql.count("LIMIT 10001") for sql in counting] == [1]
    assert (client.get(url, {"p": "100"}).status_code, client.get(url, {"p": "101"}).status_code) == (
        200,
        404,
    )
    found = client.get(url, {"q": "410000001"}).content.decode()
    assert "1 条行政区划" in found
