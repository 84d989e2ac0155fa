"""Everything staff read is Chinese, and no page asks another host for anything."""

import re

from django.test import Client
from django.urls import reverse

from tests.admin.conftest import Login
from tests.admin.pages import pages_of, visible_text
from tests.admin.world import World

WORD = re.compile(r"[A-Za-z]{4,}")
# Names of things (genes, the database role), user names of this test, and codes of the data.
ALLOWED = {
    "excel", "ctrl", "admin", "clerk", "nurse", "stranger", "assistance", "chronic", "outpatient", "basic",
    "critical", "supplementary", "backstop", "appraisal", "doudi", "egfr", "pdgfra",
}  # fmt: skip
# A digest's letters are no word, whichever they happen to be.
DIGEST = re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b")
HOST = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", re.IGNORECASE)


def english_words(html: str) -> set[str]:
    """Words that no reader of Chinese expects."""
    text = DIGEST.sub("", visible_text(html))
    return {word.lower() for word in WORD.findall(text)} - ALLOWED


def test_no_english_words_on_any_page(world: World, login: Login) -> None:
    client = login("admin")
    found = {}
    for url in pages_of(world):
        response = client.get(url)
        assert response.status_code == 200, url
        if words := english_words(response.content.decode()):
            found[url] = words
    assert found == {}


def test_login_page_is_chinese_also_after_a_wrong_password(world: World) -> None:
    client = Client()
    url = reverse("admin:login")
    for response in (client.get(url), client.post(url, {"username": "admin", "password": "wrong"})):
        assert english_words(response.content.decode()) == set()


def test_form_errors_are_chinese(world: World, login: Login) -> None:
    client = login("admin")
    for name in ("organizations_hospital", "organizations_region", "auth_user"):
        response = client.post(reverse(f"admin:{name}_add"), {"code": "", "username": "有 空格"})
        assert response.status_code == 200
        assert english_words(response.content.decode()) == set()


def test_no_page_refers_to_another_host(world: World, login: Login) -> None:
    client = login("admin")
    found = {}
    for url in [*pages_of(world), reverse("admin:login")]:
        html = re.sub(r'xmlns="[^"]*"', "", client.get(url).content.decode())
        if hosts := set(HOST.findall(html)):
            found[url] = hosts
    assert found == {}


def test_pages_are_dated_in_one_form(world: World, login: Login) -> None:
    html = login("admin").get(reverse("admin:settlement_claim_changelist")).content.decode()
    assert "2019-05-20" in html
    assert "2019年5月20日" not in html
