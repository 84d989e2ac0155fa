"""The trail as people read it: on each object's page, and all of it for those who supervise."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from beneficiaries.models import IdNumberLook
from common.audit.context import acting
from common.models import Change
from organizations.models import Office, StaffMember
from tests import factories
from tests.admin.conftest import Login
from tests.admin.pages import visible_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def accounts() -> None:
    """A clerk of the county and a colleague of the next one; a superuser."""
    User.objects.create_superuser("admin")
    for name, county in (
        ("clerk", factories.county()),
        ("neighbour", factories.county("410185", "邻县")),
    ):
        user = User.objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        office = Office.objects.create(name=f"{county.name}医保局", kind="medical_insurance", region=county)
        StaffMember.objects.create(user=user, office=office)


def text_of(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return visible_text(response.content.decode())


def test_history_of_a_person_names_field_before_after_reason_and_who_looked(login: Login) -> None:
    person, clerk = factories.person(), User.objects.get(username="clerk")
    with acting(user=clerk.pk, account="clerk", address="10.0.0.7", reason="户口簿更正"):
        person.sex = "female" if person.sex == "male" else "male"
        person.save()
        person.identities.get().delete()
        IdNumberLook.objects.create(person=person, user=clerk, reason="核对材料")
    text = text_of(login("clerk"), reverse("admin:beneficiaries_person_history", args=[person.pk]))
    for expected in (
        "变更记录", "clerk", "修改人员", "删除身份", "户口簿更正", "10.0.0.7", "新增查看身份证号记录",
        "核对材料",
    ):  # fmt: skip
        assert expected in text, expected
    assert "性别：男 → 女" in text or "性别：女 → 男" in text
    assert "身份类别：" in text
    assert "有效期：2017-01-01 起" in text
    assert person.id_number not in text
    assert person.id_index not in text


def test_history_of_a_stranger_does_not_exist(login: Login) -> None:
    person = factories.person()
    response = login("neighbour").get(reverse("admin:beneficiaries_person_history", args=[person.pk]))
    assert response.status_code == 404


def test_all_changes_are_scoped_by_who_made_them(login: Login, django_assert_max_num_queries) -> None:
    users = {name: User.objects.get(username=name) for name in ("clerk", "neighbour")}
    hospital = factories.hospital()
    for number, (name, user) in enumerate(users.items()):
        for step in range(5):
            with acting(user=user.pk, account=name, reason=f"{name}的事由"):
                hospital.name = f"示例医院{number}-{step}"
                hospital.save()
    url = reverse("admin:common_change_changelist")
    own = text_of(login("clerk"), url)
    assert "clerk的事由" in own
    assert "neighbour的事由" not in own
    admin = login("admin")
    with django_assert_max_num_queries(20):
        everything = text_of(admin, url + "?table=organizations_hospital")
    assert "neighbour的事由" in everything
    assert "名称：示例医院0-4 → 示例医院1-0" in everything


def test_page_of_a_change_tells_all_and_nobody_may_change_it(login: Login) -> None:
    with acting(user=User.objects.get(username="clerk").pk, account="clerk", path="/admin/x/", reason="更名"):
        hospital = factories.hospital()
        hospital.name = "示例县中医院"
        hospital.save()
    change, admin = Change.objects.latest("id"), login("admin")
    url = reverse("admin:common_change_change", args=[change.pk])
    text = text_of(admin, url)
    assert "→ 示例县中医院" in text
    assert "/admin/x/" in text
    assert admin.post(url, {"reason": "改"}).status_code == 403
    assert admin.get(reverse("admin:common_change_add")).status_code == 403
