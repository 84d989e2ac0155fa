"""One live server for all tests of the interface over the network."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from policies.models import Policy
from tests import factories
from tests.client.live import WORKERS, Desk, Server, connected_to, database_url, desk_at

PACKS = ("zhengzhou-2018", "zhengzhou-2019")


@pytest.fixture(scope="session")
def live_database(
    _packs_loaded: None, django_db_keepdb: bool, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A copy of the tests' database with the packs: what is committed here, no other test sees."""
    with django_db_blocker.unblock():
        # A test that committed may have left the tables empty behind it.
        if not Policy.objects.filter(code__in=PACKS, status="published").exists():
            factories.load_packs(*(factories.PACKS / f"{code}.yaml" for code in PACKS))
        template = str(connection.settings_dict["NAME"])
        name = f"{template}_live"
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template]
            )
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield name
        if not django_db_keepdb:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def server(live_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """gunicorn on the copy."""
    served = Server(
        environ={
            "DATABASE_URL": database_url(live_database),
            "DOUDI_BUSINESS_DATE": "2019-06-30",
            "DOUDI_WEB_WORKERS": str(WORKERS),
            "DOUDI_API_REQUESTS_PER_MINUTE": "1000000",
        },
        log=tmp_path_factory.mktemp("live") / "web.log",
    )
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture
def live(server: Server, live_database: str, db: None, today) -> Iterator[Server]:
    """The server, with this process on the server's database."""
    with connected_to(NAME=live_database):
        yield server


@pytest.fixture
def desk(live: Server) -> Desk:
    """A county hospital with a key."""
    return desk_at(live.url)
