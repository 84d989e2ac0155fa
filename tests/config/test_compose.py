"""docker-compose.yml against the code: no container engine needed."""

from typing import Any

import pytest
import yaml

from config import gunicorn
from config.stack.binaries import POSTGRES_MAJOR
from config.stack.layout import PROJECT_ROOT

ONE_OFF = {"migrate"}
APP = {"migrate", "web", "worker", "beat"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    content = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = content["services"]
    return found


def test_every_lasting_service_has_a_health_check_and_is_restarted(services: dict[str, Any]) -> None:
    for name in services.keys() - ONE_OFF:
        assert services[name]["healthcheck"]["test"], name
        assert services[name]["restart"] == "unless-stopped", name


def test_no_service_runs_as_root_or_without_an_init_process(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["user"] not in ("root", "0", "0:0"), name
        assert service["init"] is True, name
        assert service["environment"]["TZ"] == "Asia/Shanghai", name


def test_only_the_site_is_reachable_from_outside(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"web"}


def test_the_settings_know_every_variable_that_the_application_gets(services: dict[str, Any]) -> None:
    sources = ("settings.py", "database.py")
    settings = "".join((PROJECT_ROOT / "config" / name).read_text(encoding="utf-8") for name in sources)
    for name in APP:
        for variable in services[name]["environment"].keys() - {"TZ"}:
            # read_secret() adds _FILE to the name itself.
            assert f'"{variable.removesuffix("_FILE")}' in settings, variable


def test_only_migrating_knows_the_owner_of_the_tables(services: dict[str, Any]) -> None:
    for name in APP - ONE_OFF:
        assert services[name]["environment"]["DATABASE_URL"].startswith("postgresql://doudi_app@"), name
        assert "OWNER" not in "".join(services[name]["environment"]), name
        assert "database_owner_password" not in services[name]["secrets"], name
    assert services["migrate"]["environment"]["DATABASE_OWNER_URL"].startswith("postgresql://doudi@")


def test_the_container_runs_the_same_postgresql_as_the_embedded_stack(services: dict[str, Any]) -> None:
    assert f"postgres:{POSTGRES_MAJOR}" in services["db"]["image"]
    assert services["db"]["volumes"] == ["database:/var/lib/postgresql"]


def test_the_container_serves_with_the_same_settings_as_the_demonstration() -> None:
    image = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert '"--config", "config/gunicorn.py"' in image


def test_the_access_log_leaves_out_what_staff_search_for() -> None:
    # The atoms of gunicorn that carry a query string or the address with it.
    for atom in ("%(r)s", "%(q)s", "%(f)s"):
        assert atom not in gunicorn.access_log_format
