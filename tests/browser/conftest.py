"""One county, one server and one worker for all days; a browser for each module, closed at its end.

Playwright's loop and Django's connections do not mix in one thread: these tests look at pages only.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from config.stack import celery_url, redis_py_url
from tests.browser.visits import CHROMIUM, Visit
from tests.browser.world import TODAY, World, build_world
from tests.client.live import Server, connected_to, database_url
from tests.side_by_side import REDIS


@pytest.fixture(scope="session")
def browser_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A migrated database that no other test sees."""
    with django_db_blocker.unblock():
        template = connection.settings_dict["TEST"]["TEMPLATE"]
        name = f"{connection.settings_dict['NAME']}_browser"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield name
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def world(
    browser_database: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """The county, made once."""
    with django_db_blocker.unblock(), connected_to(NAME=browser_database):
        return build_world(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def site(world: World, browser_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site: gunicorn as in production, with a worker for what takes long."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        pytest.fail("没有静态文件：请用 make test 运行，或先执行 python manage.py collectstatic。")
    folder = tmp_path_factory.mktemp("site")
    environ = {
        "DATABASE_URL": database_url(browser_database),
        "DOUDI_BUSINESS_DATE": TODAY.isoformat(),
        "DOUDI_WEB_WORKERS": "1",
        "DOUDI_MFA": "0",
        "CELERY_BROKER_URL": celery_url(settings.REDIS_URL, REDIS.site_queue),
        "CELERY_RESULT_BACKEND": celery_url(settings.REDIS_URL, REDIS.site_results),
    }
    command = [
        sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo",
        "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
    ]  # fmt: skip
    for number in (REDIS.site_queue, REDIS.site_results):
        # What a run that was killed left there names rows of a database that is gone.
        with redis.Redis.from_url(redis_py_url(settings.REDIS_URL, number)) as queue:
            queue.flushdb()
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, env={**os.environ, **environ}, stdout=log, stderr=log)
    server = Server(environ=environ, log=folder / "web.log")
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
        worker.kill()
        worker.wait()


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    """The system's Chromium; where it is missing the tests say how to get it."""
    if not CHROMIUM.exists():
        pytest.fail(f"没有找到 {CHROMIUM}：请先安装 Chromium（Debian、Ubuntu：apt-get install chromium）。")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, site: str, world: World) -> Iterator[Callable[[str], Visit]]:
    """Log a role in; at the end of the test no page complained and none asked another host."""
    begun: list[Visit] = []

    def begin(username: str) -> Visit:
        begun.append(Visit(browser, site=site, username=username, password=world.passwords[username]))
        return begun[-1]

    yield begin
    for each in begun:
        each.end()
