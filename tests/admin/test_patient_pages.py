"""The patient's file and the family doctors' pages: one page, bounded queries, nobody else's."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from beneficiaries.models import DoctorContract, FollowUp, ServiceFee
from beneficiaries.services.certificates import measure_record
from beneficiaries.services.family_doctors import contract_sign, follow_up_plan
from organizations.models import Office, StaffMember
from tests import factories
from tests.admin.conftest import Login
from tests.admin.test_language import english_words
from tests.admin.world import World
from tests.beneficiaries.test_family_doctors import terms

WRITES = ("add_doctorcontract", "change_doctorcontract", "add_followup", "change_followup", "add_servicefee")


@pytest.fixture
def desk(world: World) -> World:
    """A clerk and a nurse who may sign and follow up; a clerk of the next county."""
    doctors = Group.objects.create(name="家庭医生")
    doctors.permissions.set(Permission.objects.filter(codename__in=WRITES))
    for name in ("clerk", "nurse", "stranger"):
        User.objects.get(username=name).groups.add(doctors)
    office = Office.objects.create(name="邻县卫健委", kind=Office.Kind.HEALTH, region=world.other_county)
    neighbour = User.objects.create_user("neighbour", is_staff=True)
    neighbour.groups.set(Group.objects.all())
    StaffMember.objects.create(user=neighbour, office=office)
    return world


@pytest.fixture
def contract(desk: World) -> DoctorContract:
    by = User.objects.get(username="clerk")
    return contract_sign(person=desk.people[0], hospital=desk.hospital, terms=terms(), by=by)


def page(name: str, pk: int) -> str:
    return reverse(f"admin:beneficiaries_{name}_change", args=[pk])


def act(contract: DoctorContract, action: str) -> str:
    return reverse("admin:beneficiaries_doctorcontract_act", args=[contract.pk, action])


def test_a_clerk_signs_plans_writes_down_and_posts(desk: World, login: Login) -> None:
    clerk, person = login("clerk"), desk.people[0]
    form = {
        "hospital": desk.hospital.pk, "doctor": "赵医生", "signed_on": "2019-06-01", "since": "2019-06-01",
        "last_day": "2019-12-31", "package": "健康管理包", "fee_fen": "120.00", "payer": "county",
    }  # fmt: skip
    clerk.post(reverse("admin:beneficiaries_doctorcontract_sign") + f"?person={person.pk}", form)
    contract = DoctorContract.objects.get()
    assert (contract.person, contract.fee_fen, contract.valid.upper) == (person, 12_000, date(2020, 1, 1))
    clerk.post(act(contract, "plan"), {"kind": "home", "planned_on": "2019-06-20"})
    follow_up = FollowUp.objects.get()
    done = reverse("admin:beneficiaries_followup_done", args=[follow_up.pk])
    clerk.post(done, {"done_on": "2019-06-21", "content": "血压正常", "next_on": "2019-09-20"})
    clerk.post(act(contract, "fee"), {"item": "签约服务费", "amount_fen": "60.00"})
    html = clerk.get(page("doctorcontract", contract.pk)).content.decode()
    assert "血压正常" in html
    assert "60.00" in html
    assert english_words(html) == set()
    response = clerk.post(act(contract, "fee"), {"item": "签约服务费", "amount_fen": "60.01"})
    assert "超过签约约定的年服务费" in response.content.decode()
    assert ServiceFee.objects.get().amount_fen == 6_000


def test_a_contract_to_the_end_of_time_is_refused(desk: World, login: Login) -> None:
    form = {
        "hospital": desk.hospital.pk, "doctor": "赵医生", "signed_on": "2019-06-01", "since": "2019-06-01",
        "last_day": "9999-12-31", "package": "健康管理包", "fee_fen": "9" * 20 + ".00", "payer": "county",
    }  # fmt: skip
    url = reverse("admin:beneficiaries_doctorcontract_sign") + f"?person={desk.people[0].pk}"
    html = login("clerk").post(url, form).content.decode()
    assert ("日期不能晚于 2199-12-31。" in html, "写两位小数" in html) == (True, True)
    assert not DoctorContract.objects.exists()


def test_the_work_list_shows_what_is_overdue(contract: DoctorContract, login: Login) -> None:
    clerk = User.objects.get(username="clerk")
    for on in (date(2019, 6, 10), date(2019, 7, 5), date(2019, 9, 1)):
        follow_up_plan(contract=contract, kind="home", planned_on=on, by=clerk)
    url = reverse("admin:beneficiaries_followup_changelist")
    counts = {
        due: login("nurse").get(url, {"due": due}).context["cl"].result_count
        for due in ("overdue", "soon", "open", "done")
    }
    assert counts == {"overdue": 1, "soon": 1, "open": 3, "done": 0}
    html = login("clerk").get(url).content.decode()
    assert "已超期" in html
    assert english_words(html) == set()


def test_a_strangers_contract_does_not_exist(contract: DoctorContract, desk: World, login: Login) -> None:
    follow_up = follow_up_plan(
        contract=contract, kind="home", planned_on=date(2019, 6, 10), by=contract.recorded_by
    )
    done = reverse("admin:beneficiaries_followup_done", args=[follow_up.pk])
    StaffMember.objects.filter(user__username="nurse").update(hospital=desk.other_hospital)
    for name in ("neighbour", "nurse", "stranger"):
        client = login(name)
        assert client.get(page("doctorcontract", contract.pk)).status_code == 404, name
        assert (
            client.post(act(contract, "end"), {"last_day": "2019-06-30", "reason": "甲"}).status_code == 404
        )
        assert client.post(done, {"done_on": "2019-06-30", "content": "甲"}).status_code == 404
    contract.refresh_from_db()
    assert contract.valid.upper == date(2020, 1, 1)
    assert FollowUp.objects.get().done_on is None


def test_looking_is_not_writing(contract: DoctorContract, login: Login) -> None:
    User.objects.get(username="clerk").groups.set(Group.objects.filter(name="查看人员"))
    clerk = login("clerk")
    assert clerk.post(act(contract, "end"), {"last_day": "2019-06-30", "reason": "甲"}).status_code == 403
    assert clerk.get(reverse("admin:beneficiaries_doctorcontract_sign")).status_code == 403
    assert act(contract, "plan") not in clerk.get(page("doctorcontract", contract.pk)).content.decode()


def test_the_patients_file_is_one_page_with_bounded_queries(
    contract: DoctorContract, desk: World, login: Login, django_assert_max_num_queries
) -> None:
    person, by = desk.people[0], contract.recorded_by
    clerk, url = login("clerk"), page("person", person.pk)
    certificate = person.certificates.get()
    for number in range(15):
        on = date(2019, 1, 10) + timedelta(days=7 * number)
        measure_record(certificate=certificate, on=on, measure=f"第{number}次调整用药", by=by)
        follow_up_plan(contract=contract, kind="phone", planned_on=on, by=by)
    factories.recognise(person, "minimum_living", since=date(2018, 3, 1), until=date(2019, 3, 1))
    with django_assert_max_num_queries(45):
        html = clerk.get(url).content.decode()
    for words in (
        "时间轴",
        "第14次调整用药",
        "慢性病限额使用",
        "家庭医生签约",
        "登记簿中的记录",
        "2019年支付合计",
    ):
        assert words in html, words
    assert "低保对象 2018-03-01 至 2019-02-28" in html
    assert "第0次调整用药" not in html
    assert english_words(html) == set()
