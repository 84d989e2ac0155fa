"""A page leads its reader only where he may go; elsewhere it says the name without a link."""

import re

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reimbursement.models import QuarterlyLedger
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
