"""Fixtures that all tests share: the shipped packs, a hospital, a poor person, a client with a key."""

import os
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key
from rest_framework.test import APIClient

from beneficiaries.models import Person
from config.database import as_owner, database_settings
from organizations.models import Hospital
from organizations.services import hospital_key_issue
from policies.models import Policy
from tests import factories
from tests.template_database import template_ready

TODAY = date(2019, 6, 30)
PACKS = ("zhengzhou-2018", "zhengzhou-2019")
IDENTITY = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tests make databases, and break rules that the application's role cannot: they connect as the owner."""
    environ = dict(os.environ)
    as_owner(environ)
    connection.settings_dict.update(
        {key: value for key, value in database_settings(environ).items() if key in IDENTITY}
    )
    connection.settings_dict["TEST"]["TEMPLATE"] = template_ready(environ)


@pytest.fixture(scope="session")
def _packs_loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Packs load once for all tests: they are published, and nothing changes them."""
    with django_db_blocker.unblock():
        _load_missing_packs()


def _load_missing_packs() -> None:
    if Policy.objects.filter(code__in=PACKS, status="published").count() < len(PACKS):
        factories.load_packs(*(factories.PACKS / f"{code}.yaml" for code in PACKS))


# Set by a test that commits: it leaves the tables empty behind it.
_EMPTIED = pytest.StashKey[bool]()
_COMMITTING = frozenset({"transactional_db", "live_server"})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Load packs that are gone before the next test's transaction begins, not within it: they stay."""
    stash = item.config.stash
    if stash.get(_EMPTIED, False) and "packs" in getattr(item, "fixturenames", ()):
        with stash[blocking_manager_key].unblock():
            _load_missing_packs()
        stash[_EMPTIED] = False


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Remember that the tables are empty now."""
    marker = item.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or _COMMITTING & set(getattr(item, "fixturenames", ())):
        item.config.stash[_EMPTIED] = True


@pytest.fixture
def packs(_packs_loaded: None, db: None) -> None:
    """The packs of Zhengzhou 2018 and 2019, published."""
    _load_missing_packs()


@pytest.fixture
def today(settings) -> date:
    """The business date of a training system: 2019-06-30."""
    settings.BUSINESS_DATE = TODAY
    return TODAY


@pytest.fixture
def hospital(packs: None) -> Hospital:
    """A second-level hospital in the county of insurance."""
    return factories.hospital()


@pytest.fixture
def poor(packs: None) -> Person:
    """A registered poor resident, enrolled in 2018 and 2019."""
    return factories.person()


@pytest.fixture
def client_of() -> Callable[[Hospital], APIClient]:
    """A client that carries a hospital's key."""

    def make(hospital: Hospital) -> APIClient:
        client = APIClient()
        key = hospital_key_issue(hospital=hospital, name="测试")
        client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
        return client

    return make


@pytest.fixture
def api(hospital: Hospital, client_of: Callable[[Hospital], APIClient], today: date) -> APIClient:
    """A client of ``hospital`` on the business date."""
    return client_of(hospital)


@pytest.fixture
def row_counts() -> Callable[[], dict[str, int]]:
    """Rows of every table of claims and postings: a refusal must leave them as they were."""

    def count() -> dict[str, int]:
        tables = [name for name in connection.introspection.table_names() if name.startswith("settlement_")]
        with connection.cursor() as cursor:
            counts = {}
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table}")
                counts[table] = cursor.fetchone()[0]
        return counts

    return count
