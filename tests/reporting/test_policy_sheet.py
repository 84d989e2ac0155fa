"""The policy sheet for patients: one A4 page per pack, with clauses and the office's telephone."""

import pypdfium2
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from organizations.models import Office, StaffMember
from policies.models import Policy
from reporting.models import PrintSetting
from tests import factories


@pytest.fixture
def clerk(packs, today) -> Client:
    county = factories.county()
    PrintSetting.objects.create(county=county, hotline="0371-12345678")
    PrintSetting.objects.create(county=factories.county("410185", "邻县"), hotline="0371-87654321")
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_policy"))
    office = Office.objects.create(name="示例县医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=county)
    StaffMember.objects.create(user=user, office=office)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("code", ["zhengzhou-2018", "zhengzhou-2019"])
def test_a_packs_sheet_is_one_page_with_clauses_and_the_countys_number(clerk: Client, code: str) -> None:
    policy = Policy.objects.get(code=code)
    response = clerk.get(reverse("reporting:policy-sheet", args=[policy.pk]))
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(response.content)
    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    text = document[0].get_textpage().get_text_bounded().replace("\r\n", "").replace("214 号", "214号")
    for words in ("郑州市贫困人口医疗保障政策明白纸", "0371-12345678", "财政兜底", "214号 三(一)"):
        assert words in text, words
    assert "0371-87654321" not in text


def test_whoever_has_no_place_of_work_gets_no_sheet(clerk: Client) -> None:
    policy = Policy.objects.get(code="zhengzhou-2019")
    StaffMember.objects.all().delete()
    assert clerk.get(reverse("reporting:policy-sheet", args=[policy.pk])).status_code == 404
