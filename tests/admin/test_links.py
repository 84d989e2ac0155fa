"""A page leads its reader only where he may go; elsewhere it says the name without a link."""

import re

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from beneficiaries.models import UnableToPay
from organizations.models import HospitalKey
from organizations.services import hospital_key_issue
from policies.models import Fund
from reimbursement.models import Budget, QuarterlyLedger
from settlement.models import Claim


def page_for(user: User, url: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_names_of_people_are_links_for_those_who_may_open_them(staff: dict[str, User]) -> None:
    claim = Claim.objects.get()
    person = reverse("admin:beneficiaries_person_change", args=[claim.person_id])
    ledger = QuarterlyLedger.objects.filter(line_count__gt=0).order_by("pk")[0]
    for row, address in ((claim, "settlement_claim"), (ledger, "reimbursement_quarterlyledger")):
        url = reverse(f"admin:{address}_change", args=[row.pk])
        office, hospital = page_for(staff["M"], url), page_for(staff["X"], url)
        assert claim.person.name in office
        assert claim.person.name in hospital
        assert f'href="{person}"' in office
        assert person not in hospital


def test_the_first_pages_search_asks_in_few_words_and_says_all_of_them_on_the_pointer(
    staff: dict[str, User],
) -> None:
    field = re.search(r'<input id="doudi-term"[^>]*>', page_for(staff["M"], reverse("admin:index")))
    assert field is not None
    assert 'placeholder="编号或姓名"' in field[0]
    assert (
        'title="姓名、身份证号、就医证号、健康保障证号、鉴定申请编号、单据号、受理编号、支付批次号"'
        in field[0]
    )


def test_a_keys_page_leads_nowhere_by_its_hash(staff: dict[str, User]) -> None:
    hospital = Claim.objects.get().hospital
    hospital_key_issue(hospital=hospital, name="结算接口")
    key = HospitalKey.objects.get()
    url = reverse("admin:organizations_hospitalkey_change", args=[key.prefix])
    for letter in "MX":
        page = page_for(staff[letter], url)
        assert key.prefix in page
        assert "sha512" not in page
        assert page_for(staff[letter], reverse("admin:organizations_hospitalkey_changelist")).count(url) == 1


def test_inability_to_pay_is_recorded_from_the_persons_page_once_a_year(staff: dict[str, User]) -> None:
    person = Claim.objects.get().person
    url = reverse("admin:beneficiaries_person_change", args=[person.pk])
    record = reverse("admin:beneficiaries_unabletopay_record", args=[person.pk, 2019])
    assert {letter: record in page_for(staff[letter], url) for letter in "MCPDHS"} == {
        "M": True, "C": True, "P": True, "D": True, "H": False, "S": False,
    }  # fmt: skip
    client = Client()
    client.force_login(staff["C"])
    client.post(record, {"recognised_by": "civil_affairs", "evidence": "示民〔2019〕1号"})
    assert [(row.person, row.year) for row in UnableToPay.objects.all()] == [(person, 2019)]
    assert record not in page_for(staff["C"], url)


def test_a_budget_names_who_recorded_it_without_a_link(staff: dict[str, User]) -> None:
    fund = Fund.objects.order_by("code")[0]
    budget = Budget.objects.create(
        county=Claim.objects.get().insured_county, fund=fund, year=2019, amount_fen=45_000_000,
        document="示财预〔2019〕1号", recorded_by=staff["F"],
    )  # fmt: skip
    page = page_for(staff["F"], reverse("admin:reimbursement_budget_change", args=[budget.pk]))
    assert "450,000.00" in page
    assert "role-F" in page
    assert "/auth/user/" not in page


def test_a_trials_path_leads_to_claims_for_those_who_may_list_them(staff: dict[str, User]) -> None:
    trial, claims = reverse("admin:settlement_trial"), reverse("admin:settlement_claim_changelist")
    assert {letter: f'href="{claims}"' in page_for(staff[letter], trial) for letter in "MXP"} == {
        "M": True, "X": True, "P": False,
    }  # fmt: skip
