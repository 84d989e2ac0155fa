"""Papers that people carry (证件): one A4 page each, of the own county only, every print written down."""

from datetime import date

import pypdfium2
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from beneficiaries.models import ChronicCertificate, HealthCard, Household, Person
from beneficiaries.services.certificates import certificate_end, measure_record
from beneficiaries.services.health_cards import health_card_issue
from organizations.models import Office, Region, StaffMember
from reporting.models import ExportLog, PrintSetting
from settlement.services.certification import certificates_issue
from tests import factories
from tests.settlement.certification.support import checked, granted, reviewed, staff

pytestmark = pytest.mark.usefixtures("packs", "today")


def client_of(county: Region, *rights: str) -> Client:
    user = User.objects.create_user(f"clerk-{county.code}-{len(rights)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    office, _ = Office.objects.get_or_create(
        name=f"{county.name}医保局", kind=Office.Kind.MEDICAL_INSURANCE, region=county
    )
    StaffMember.objects.create(user=user, office=office)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def clerk(packs: None) -> Client:
    return client_of(factories.county(), "issue_certificate", "add_healthcard")


@pytest.fixture
def patient(poor: Person) -> Person:
    poor.household = Household.objects.create(
        household_no="HU1", county=poor.county, township="青山乡", village="石桥村", head_name="示例户主"
    )
    poor.name = "#强[调]=1+1"
    poor.save()
    return poor


@pytest.fixture
def certificate(patient: Person) -> ChronicCertificate:
    (made,) = certificates_issue(
        application=granted(reviewed(checked(patient)), last_day=date(2020, 6, 29)), by=staff().decider
    )
    measure_record(
        certificate=made, on=date(2019, 6, 30), measure="阿托伐他汀 20mg 每晚一次", by=staff().nurse
    )
    return made


def text_of(content: bytes) -> str:
    """The text of the one A4 page, without its line breaks."""
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    text: str = document[0].get_textpage().get_text_bounded()
    return text.replace("\r\n", "").replace(" ", "")


def test_a_certificate_is_one_page_with_its_disease_and_treatment(
    clerk: Client, certificate: ChronicCertificate
) -> None:
    PrintSetting.objects.create(county=factories.county(), hotline="0371-12345678")
    response = clerk.get(reverse("reporting:certificate-paper", args=[certificate.pk]))
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    text = text_of(response.content)
    for words in (
        "示例市门诊规定病种就医证", "JY410199-2019-00001", "#强[调]=1+1", "高脂血症", "青山乡石桥村",
        "阿托伐他汀20mg每晚一次", "2019-06-30", "0371-12345678",
    ):  # fmt: skip
        assert words in text, words
    assert certificate.person.masked_id_number.replace(" ", "") in text
    assert certificate.person.id_number not in text
    logged = ExportLog.objects.get()
    assert (logged.report, logged.row_count) == ("门诊规定病种就医证", 1)
    assert logged.subject.startswith("JY410199-2019-00001")


def test_long_measures_keep_to_the_page(clerk: Client, certificate: ChronicCertificate) -> None:
    measure_record(
        certificate=certificate, on=date(2019, 6, 30), measure="加用缬沙坦 80mg，" * 80, by=staff().nurse
    )
    text = text_of(clerk.get(reverse("reporting:certificate-paper", args=[certificate.pk])).content)
    assert "……（见患者档案）" in text


def test_a_certificate_that_has_ended_says_so(
    clerk: Client, certificate: ChronicCertificate, settings
) -> None:
    certificate_end(certificate=certificate, last_day=date(2019, 6, 30), by=staff().decider, reason="治愈")
    settings.BUSINESS_DATE = date(2019, 7, 1)
    text = text_of(clerk.get(reverse("reporting:certificate-paper", args=[certificate.pk])).content)
    assert "已失效：终止（治愈）" in text


def test_a_health_card_names_its_holder_and_where_the_county_wants_it_the_whole_number(
    clerk: Client, patient: Person
) -> None:
    PrintSetting.objects.create(county=patient.county, full_id_number=True)
    card = health_card_issue(person=patient, by=staff().decider)
    text = text_of(clerk.get(reverse("reporting:health-card-paper", args=[card.pk])).content)
    for words in ("示例市贫困人口健康保障证", "BZ410199-2019-00001", patient.id_number, "建档立卡", "HU1"):
        assert words in text, words


def test_strangers_and_lookers_print_nothing(certificate: ChronicCertificate) -> None:
    card = health_card_issue(person=certificate.person, by=staff().decider)
    pages = [
        reverse("reporting:certificate-paper", args=[certificate.pk]),
        reverse("reporting:health-card-paper", args=[card.pk]),
    ]
    stranger = client_of(factories.county("410185", "邻县"), "issue_certificate", "add_healthcard")
    looker = client_of(factories.county(), "view_chroniccertificate", "view_healthcard", "view_person")
    assert [stranger.get(page).status_code for page in pages] == [404, 404]
    assert [looker.get(page).status_code for page in pages] == [403, 403]
    assert HealthCard.objects.count() == 1
    assert not ExportLog.objects.exists()
