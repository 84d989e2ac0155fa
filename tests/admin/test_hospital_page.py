"""A hospital's page: the year in numbers, each within what its reader may see."""

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.models import Hospital
from organizations.services import hospital_key_issue
from reimbursement.models import QuarterlyLedger
from settlement.models import Claim
from settlement.services import claim_reverse
from tests.admin.pages import visible_text
from tests.admin.world import person_of, settled_stay
from tests.factories import county


def page_for(user: User, hospital: Hospital) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("admin:organizations_hospital_change", args=[hospital.pk]))
    assert answer.status_code == 200
    return " ".join(visible_text(answer.content.decode()).split())


def test_claims_and_ledgers_of_the_year_are_counted_in_the_readers_scope(staff: dict[str, User]) -> None:
    own = Claim.objects.get()
    hospital = own.hospital
    stranger = settled_stay(person_of(county("410185", "邻县")), hospital)
    ledgers = QuarterlyLedger.objects.filter(hospital=hospital).count()
    office, itself = page_for(staff["M"], hospital), page_for(staff["X"], hospital)
    assert "2019年费用（笔） 1 不含已冲销 总费用净额（元） 60,000.00" in office
    assert "2019年费用（笔） 2 不含已冲销 总费用净额（元） 120,000.00" in itself
    assert f"2019年台账（份） {ledgers} 其中已报送 0 份" in office
    claim_reverse(hospital=hospital, claim_no=stranger.claim_no, reason="录入有误")
    claim_reverse(hospital=hospital, claim_no=own.claim_no, reason="录入有误")
    assert "2019年费用（笔） 0 不含已冲销 总费用净额（元） 0.00" in page_for(staff["X"], hospital)


def test_keys_are_counted_for_those_who_see_them_and_money_for_those_who_see_claims(
    staff: dict[str, User],
) -> None:
    hospital = Claim.objects.get().hospital
    hospital_key_issue(hospital=hospital, name="结算接口")
    seen = {letter: page_for(staff[letter], hospital) for letter in "MXHP"}
    assert {letter: "有效接口密钥（个） 1 从未使用" in text for letter, text in seen.items()} == {
        "M": True, "X": True, "H": False, "P": False,
    }  # fmt: skip
    assert {letter: "总费用净额" in text for letter, text in seen.items()} == {
        "M": True, "X": True, "H": True, "P": False,
    }  # fmt: skip


def test_the_numbers_take_as_many_queries_however_many_claims(staff: dict[str, User]) -> None:
    own = Claim.objects.get()
    page_for(staff["M"], own.hospital)
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_for(staff["M"], own.hospital)
        taken.append(len(queries))
        for _ in range(3):
            settled_stay(person_of(own.insured_county), own.hospital)
    assert taken[1] == taken[0]
