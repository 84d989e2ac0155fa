"""What no view answers: problem+json below ``/api/``, a Chinese page elsewhere."""

import pytest
from django.test import Client
from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from config import urls
from tests.settlement.api_support import CLAIMS, check_problem, is_chinese


def _defect(request: object) -> None:
    raise RuntimeError("a defect")


# The log of calls takes a line of each.
pytestmark = pytest.mark.django_db


class WithDefect:
    """The site's URLs and one view that fails."""

    urlpatterns: tuple[URLPattern | URLResolver, ...] = (
        path("api/defect/", _defect),
        path("defect/", _defect),
        *urls.urlpatterns,
    )
    handler400 = staticmethod(urls.handler400)
    handler500 = staticmethod(urls.handler500)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("url", ["/api", "/api/", "/api/v1/", "/api/v2/claims/", "/api/v1/claims/a/b/"])
def test_unknown_api_url_is_a_problem(url: str, method: str) -> None:
    check_problem(Client(enforce_csrf_checks=True).generic(method, url), 404, "not_found")


@pytest.mark.parametrize("url", ["/api/v1/claims", "/api/v1/claims/preview", "/api/v1/eligibility"])
def test_api_url_without_its_slash_is_not_redirected(url: str) -> None:
    check_problem(Client().post(url, "{}", content_type="application/json"), 404, "not_found")


def test_chunked_body_is_refused_as_such() -> None:
    answer = Client().generic("POST", CLAIMS, headers={"Transfer-Encoding": "chunked"})
    check_problem(answer, 411, "length_required")


def test_other_host_is_a_problem_to_the_api_and_a_page_to_people() -> None:
    check_problem(Client().get(CLAIMS, headers={"Host": "evil.example"}), 400, "bad_request")
    page = Client().get("/admin/", headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert is_chinese(page.content.decode())


def test_defect_is_a_problem_to_the_api_and_a_page_to_people(settings) -> None:
    settings.ROOT_URLCONF = WithDefect
    client = Client(raise_request_exception=False)
    check_problem(client.get("/api/defect/"), 500, "server_error")
    page = client.get("/defect/")
    assert page.status_code == 500
    assert is_chinese(page.content.decode())


@pytest.mark.django_db
def test_pages_of_refusal_are_chinese() -> None:
    client = Client(enforce_csrf_checks=True)
    for answer, status in ((client.get("/nowhere/"), 404), (client.post("/admin/login/"), 403)):
        assert answer.status_code == status
        assert "Not Found" not in (text := answer.content.decode())
        assert "CSRF" not in text
        assert is_chinese(text)


@pytest.mark.parametrize("query", ["level=%00", "q=a%00b", "level__in=%00", "%00=x"])
def test_nul_in_a_query_is_refused_before_the_database_meets_it(admin_client: Client, query: str) -> None:
    answer = admin_client.get(f"/admin/organizations/hospital/?{query}")
    assert answer.status_code == 400
    assert is_chinese(answer.content.decode())


def test_nul_in_a_form_is_refused(admin_client: Client) -> None:
    answer = admin_client.post("/admin/beneficiaries/person/find/", {"id_number": "a\0b"})
    assert answer.status_code == 400
