"""The statement's doors: scoped, logged, in every form (一单清接口与页面)."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from rest_framework.test import APIClient

from organizations.models import Hospital
from reporting.models import ExportLog, PrintSetting
from reporting.tasks import write_statements
from settlement.models import Claim
from tests.admin.world import World, add_people, build_world, ledger_of


@pytest.fixture(autouse=True)
def _plain_static_files(settings, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def world(packs: None, today: date) -> World:
    return build_world(people=1)


@pytest.fixture
def claim(world: World) -> Claim:
    return world.claims[0]


def as_user(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.fixture
def hospital_api(world: World, client_of: Callable[[Hospital], APIClient]) -> APIClient:
    return client_of(world.hospital)


def test_staff_print_the_page_and_the_file_and_the_log_says_so(claim: Claim) -> None:
    clerk = as_user("clerk")
    page = clerk.get(f"/reports/claims/{claim.pk}/statement/")
    assert page.status_code == 200
    assert claim.claim_no in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    pdf = clerk.get(f"/reports/claims/{claim.pk}/statement.pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    logged = list(ExportLog.objects.order_by("id").values_list("user__username", "row_count", "total_fen"))
    assert logged == [("clerk", 1, 4_800_320)] * 2
    assert claim.person.name not in ExportLog.objects.first().subject


def test_the_claims_page_offers_the_statement(claim: Claim) -> None:
    page = as_user("clerk").get(f"/admin/settlement/claim/{claim.pk}/change/").content.decode()
    assert f"/reports/claims/{claim.pk}/statement/" in page
    assert "打印一单清" in page


def test_strangers_and_the_unpermitted_get_nothing_and_nothing_is_logged(claim: Claim) -> None:
    for url in (f"/reports/claims/{claim.pk}/statement/", f"/reports/claims/{claim.pk}/statement.pdf"):
        assert Client().get(url).status_code == 302
        assert as_user("stranger").get(url).status_code == 404
        assert as_user("nurse").get(url).status_code == 200
        nurse = as_user("clerk")
        assert nurse.post(url).status_code == 405
    assert set(ExportLog.objects.values_list("user__username", flat=True)) == {"nurse"}
    User.objects.get(username="clerk").groups.clear()
    assert as_user("clerk").get(f"/reports/claims/{claim.pk}/statement/").status_code == 403


def test_a_hospital_fetches_its_own_statement_in_every_form(claim: Claim, hospital_api: APIClient) -> None:
    url = f"/api/v1/claims/{claim.claim_no}/statement/"
    body = hospital_api.get(url).json()
    assert (body["claim_no"], body["state"]) == (claim.claim_no, "已结算")
    assert body["amounts"]["reimbursed"] == "48003.20"
    assert body["amounts"]["reimbursed_capital"] == "肆万捌仟零叁元贰角整"
    assert [tier["paid"] for tier in body["tiers"]][:2] == ["40785.00", "2732.75"]
    pdf = hospital_api.get(url, {"format": "pdf"})
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert hospital_api.get(url, HTTP_ACCEPT="application/pdf").content[:5] == b"%PDF-"
    page = hospital_api.get(url, {"format": "html"})
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert "48,003.20" in page.content.decode()
    assert ExportLog.objects.filter(user=None, subject__contains=claim.hospital.name).count() == 4


@pytest.mark.parametrize("form", ["", "json", "pdf", "html"])
def test_other_hospitals_claims_and_unknown_ones_are_not_found(
    claim: Claim, world: World, client_of: Callable[[Hospital], APIClient], form: str
) -> None:
    other = client_of(world.other_hospital)
    query = {"format": form} if form else {}
    for number in (claim.claim_no, "没有这张单", "%00"):
        refused = other.get(f"/api/v1/claims/{number}/statement/", query)
        assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")
        assert refused.json()["status"] == 404
    assert not ExportLog.objects.exists()


def test_without_a_key_or_a_known_form_nothing_is_printed(claim: Claim, hospital_api: APIClient) -> None:
    url = f"/api/v1/claims/{claim.claim_no}/statement/"
    assert APIClient().get(url, {"format": "pdf"}).status_code == 401
    refused = hospital_api.get(url, {"format": "docx"})
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")
    assert hospital_api.get(url, HTTP_ACCEPT="image/png").status_code == 406
    assert hospital_api.post(url).status_code == 405
    assert not ExportLog.objects.exists()


def test_the_interface_document_names_the_statement(packs: None) -> None:
    schema = Client().get("/api/v1/schema/", {"format": "json"}).json()
    answer = schema["paths"]["/api/v1/claims/{claim_no}/statement/"]["get"]["responses"]["200"]
    assert set(answer["content"]) == {"application/json", "application/pdf", "text/html"}
    assert "StatementOut" in schema["components"]["schemas"] or "Statement" in str(answer)


def test_a_county_sets_its_own_printing_and_no_other_countys(world: World) -> None:
    clerk = User.objects.get(username="clerk")
    names = ("view_printsetting", "add_printsetting", "change_printsetting")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
    url = "/admin/reporting/printsetting/add/"
    other = {"county": world.other_county.pk, "full_id_number": "on", "hotline": "", "notice_days": "7"}
    refused = as_user("clerk").post(url, other)
    assert refused.status_code == 200
    assert not PrintSetting.objects.exists()
    own = {"county": world.county.pk, "full_id_number": "on", "hotline": "0371-12393", "notice_days": "7"}
    assert as_user("clerk").post(url, own).status_code == 302
    assert PrintSetting.objects.get().county == world.county
    page = as_user("clerk").get(f"/reports/claims/{world.claims[0].pk}/statement/").content.decode()
    assert world.people[0].id_number in page
    assert "咨询监督电话 0371-12393" in page


def test_a_ledgers_statements_come_in_one_archive(world: World, settings, tmp_path: Path) -> None:
    settings.EXPORT_DIR = tmp_path
    add_people(world, 1)
    ledger = ledger_of(world)
    path = write_statements(ledger_id=ledger.pk)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 2
        assert all(archive.read(name)[:5] == b"%PDF-" for name in archive.namelist())
    assert ExportLog.objects.count() == 2
    assert [file.name for file in tmp_path.iterdir()] == [Path(path).name]
