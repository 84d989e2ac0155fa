"""``make run`` from empty tables: the quarter, the Excel file, the site, and a clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import openpyxl
import psycopg2
import pytest

from config.stack import APP_ROLE, embedded_urls, redis_py_url
from config.stack.layout import PROJECT_ROOT
from tests.side_by_side import REDIS
from tests.template_database import template_ready

DATABASE = "doudi_demo_test"
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A database, a broker number and a folder that nobody else uses."""
    own_database, own_redis = embedded_urls()
    server = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or own_database
    _empty_tables(server, DATABASE)
    yield {
        **os.environ,
        **_urls(server, DATABASE),
        "REDIS_URL": redis_py_url(os.environ.get("REDIS_URL") or own_redis, REDIS.demo),
        "DOUDI_VAR": str(tmp_path_factory.mktemp("var")),
        "DOUDI_BUSINESS_DATE": "2019-06-30",
    }
    _execute(server, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _urls(server: str, database: str) -> dict[str, str]:
    """The owner makes the tables; the demonstration, the site and the worker own nothing."""
    owner = urlsplit(server)._replace(path=f"/{database}")
    application = owner._replace(netloc=owner.netloc.replace(f"{owner.username}@", f"{APP_ROLE}@", 1))
    return {"DATABASE_OWNER_URL": urlunsplit(owner), "DATABASE_URL": urlunsplit(application)}


def _execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _empty_tables(server: str, name: str) -> None:
    """A database whose tables are empty; that they can be made from nothing, their template shows."""
    template = template_ready({**os.environ, "DATABASE_URL": server})
    _execute(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _demo(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    run = subprocess.Popen(
        [sys.executable, "-m", "config.demo", "--port", str(_free_port()), *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with run:
        try:
            yield run
        finally:
            # A failed assertion must not wait for a site that nobody stops.
            run.terminate()


def _claimed_by_county(text: str) -> int:
    """What the backstop ledgers come to, fen."""
    found = re.search(r"台账\s+\S*兜底\S*：\d+ 家，([\d.]+) 元", text)
    assert found, text
    return int(found[1].replace(".", ""))


@pytest.fixture(scope="module")
def first_run(environment: dict[str, str]) -> str:
    """What the first run prints; whichever test comes first pays for it."""
    with _demo(environment, "--exit") as run:
        said, _ = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode == 0, said
    return said


def test_a_quarter_runs_from_empty_tables_to_the_excel_file(
    environment: dict[str, str], first_run: str
) -> None:
    assert re.search(r"\d{3} 笔结算，0 笔早已结算，3 笔冲销", first_run), first_run
    assert "未发现差异" in first_run, first_run
    workbook = Path(environment["DOUDI_VAR"]) / "ledgers" / "410199-backstop-2019Q2.xlsx"
    with closing(openpyxl.load_workbook(workbook, read_only=True)) as book:
        cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    total_fen = _claimed_by_county(first_run)
    assert total_fen > 0
    assert any(isinstance(cell, int | float) and round(cell * 100) == total_fen for cell in cells)


def test_a_second_run_reuses_what_is_there_serves_the_site_and_ends_on_ctrl_c(
    environment: dict[str, str], first_run: str
) -> None:
    with _demo(environment) as run:
        assert run.stdout is not None
        said = ""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "按 Ctrl-C 结束" not in said and time.monotonic() < deadline and run.poll() is None:
            said += run.stdout.readline()
        assert "已有，沿用" in said, said
        assert re.search(r"0 笔结算，\d{3} 笔早已结算", said), said
        site = re.search(r"网站已在 (\S+) 运行", said)
        assert site, said
        account = re.search(r"账号\s+office\s+密码 (\S+?)（", said)
        assert account, said
        page = _start_page(site[1], "office", account[1])
        assert 'name="password"' not in page
        assert "报送" in page
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    assert run.returncode == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(site[1])


def _start_page(site: str, username: str, password: str) -> str:
    with httpx.Client(base_url=site, follow_redirects=True) as client:
        client.get("/admin/login/")
        form = {
            "username": username,
            "password": password,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
            "next": "/admin/",
        }
        answer = client.post("/admin/login/", data=form)
        assert answer.status_code == 200
        return answer.text


def test_make_hands_its_place_over_so_that_ending_make_ends_the_site() -> None:
    recipe = subprocess.run(
        ["make", "-n", "run"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    # Otherwise a shell stands between: it takes the signal and leaves the site running.
    assert re.search(r"exec \S+ -m config\.stack run -- \S+ -m config\.demo", recipe.stdout), recipe.stdout


def test_two_runs_at_once_and_one_interrupted_leave_a_whole_quarter(environment: dict[str, str]) -> None:
    """On empty tables: one is interrupted while it prepares, two go on side by side."""
    server = environment["DATABASE_OWNER_URL"]
    other = f"{DATABASE}_twice"
    _empty_tables(server, other)
    twice = {**environment, **_urls(server, other)}
    try:
        with _demo(twice, "--exit") as interrupted:
            assert interrupted.stdout is not None
            assert interrupted.stdout.read(5) == "[1/9]"
            interrupted.send_signal(signal.SIGINT)
            said, _ = interrupted.communicate(timeout=PATIENCE_SECONDS)
            assert interrupted.returncode == 130, said
        with _demo(twice, "--exit") as first, _demo(twice, "--exit") as second:
            answers = [run.communicate(timeout=PATIENCE_SECONDS)[0] for run in (first, second)]
            assert (first.returncode, second.returncode) == (0, 0), "\n".join(answers)
            assert all("未发现差异" in answer for answer in answers), answers
    finally:
        _execute(server, f"DROP DATABASE IF EXISTS {other} WITH (FORCE)")
