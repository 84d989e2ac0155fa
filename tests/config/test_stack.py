"""The embedded servers, started for real in scratch folders: survive kills, never touch strangers."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]
import pytest

from config.stack import celery_url, embedded_urls, redis_py_url
from config.stack.layout import POSTGRES_SOCKET_NAME

IS_ROOT = os.geteuid() == 0


def test_fresh_start_serves_both_addresses_until_down(stack: Any) -> None:
    assert "未运行" in stack.call("status", code=3)
    assert stack.call("up").split() == ["Valkey", "已启动", "PostgreSQL", "已启动"]
    assert "运行中" in stack.call("status")
    assert (
        stack.sql("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'doudi'") == "UTF8"
    )
    settings = ("timezone", "fsync", "synchronous_commit", "shared_buffers", "listen_addresses")
    assert [stack.sql(f"SHOW {name}") for name in settings] == ["Asia/Shanghai", "on", "on", "256MB", ""]
    with stack.redis() as client:
        client.set("兜底", "1")
        assert client.config_get("appendonly", "maxmemory-policy", "port") == {
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "port": "0",
        }
    assert "无需启动" in stack.call("up")
    assert "已停止" in stack.call("down")
    assert not stack.running()
    assert stack.postmasters() == []


def test_the_application_role_owns_nothing(stack: Any) -> None:
    stack.call("up")
    assert stack.sql("SELECT current_user", role="doudi_app") == "doudi_app"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        stack.sql("CREATE TABLE own (id int)", role="doudi_app")


def test_eight_starters_at_once_all_succeed_with_one_server(stack: Any) -> None:
    starters = [stack.spawn("up") for _ in range(8)]
    said = [starter.communicate(timeout=60)[0] for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 8, said
    assert "".join(said).count("PostgreSQL 已启动") == 1
    assert "".join(said).count("Valkey 已启动") == 1
    assert len(stack.postmasters()) == 1
    assert stack.sql("SELECT 1") == 1


@pytest.mark.parametrize(
    "phase", ["data/valkey/alive", "data/postgres.creating-*/base", "data/postgres/postmaster.pid"]
)
def test_start_succeeds_after_a_starter_was_killed_halfway(stack: Any, wait_for: Any, phase: str) -> None:
    starter = stack.spawn("up")
    wait_for(lambda: list(stack.layout.stack.glob(phase)))
    starter.kill()
    stack.call("up")
    assert stack.sql("SELECT 1") == 1
    assert len(stack.postmasters()) == 1
    assert list(stack.data.glob("postgres.creating-*")) == []


def test_data_survive_killed_servers(stack: Any) -> None:
    stack.call("up")
    stack.sql("CREATE TABLE kept AS SELECT 42 AS answer")
    with stack.redis() as client:
        client.set("kept", "42")
    stack.kill_servers()
    assert "PostgreSQL 已启动" in stack.call("up")
    assert stack.sql("SELECT answer FROM kept") == 42
    with stack.redis() as client:
        assert client.get("kept") == "42"


def test_a_stale_pid_file_never_harms_the_stranger_it_names(stack: Any, wait_for: Any) -> None:
    stack.call("up")
    owner = stack.data.stat()
    switch = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    # The same user as the servers: PostgreSQL itself would take it for a running server and refuse.
    with subprocess.Popen(["sleep", "60"], **switch) as stranger:
        try:
            stack.kill_servers()
            wait_for(lambda: stack.postmasters() == [])
            for file in (
                stack.data / "postgres" / "postmaster.pid",
                stack.layout.sockets / f"{POSTGRES_SOCKET_NAME}.lock",
                stack.data / "valkey" / "valkey.pid",
            ):
                lines = file.read_text().splitlines()
                file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
            assert "没有在运行" in stack.call("down")
            assert "PostgreSQL 已启动" in stack.call("up")
            assert stack.sql("SELECT 1") == 1
            stack.call("down")
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_servers_of_ones_own_are_left_alone(stack: Any) -> None:
    stack.environ["DATABASE_URL"] = "postgresql://somewhere/else"
    said = stack.call("up")
    assert "使用 DATABASE_URL 指定的服务器" in said
    assert "Valkey 已启动" in said
    assert not (stack.data / "postgres").exists()
    del stack.environ["DATABASE_URL"]
    stack.environ["REDIS_URL"] = "redis://somewhere"
    assert "PostgreSQL 已启动" in stack.call("up")


def test_a_failing_server_is_reported_with_the_end_of_its_log(stack: Any) -> None:
    stack.call("up")
    stack.call("down")
    with (stack.data / "postgres" / "postgresql.conf").open("a") as config:
        config.write("no_such_setting = 1\n")
    said = stack.call("up", code=1)
    assert "错误：PostgreSQL 启动失败" in said
    assert "no_such_setting" in said


@pytest.mark.parametrize(
    ("url", "for_redis_py", "for_celery"),
    [
        ("unix:///x.sock?db=0", "unix:///x.sock?db=3", "redis+socket:///x.sock?virtual_host=3"),
        ("redis+socket:///x.sock?virtual_host=1", "unix:///x.sock?db=3", "redis+socket:///x.sock?virtual_host=3"),
        ("unix://:secret@/x.sock", "unix://:secret@/x.sock?db=3", "redis+socket://:secret@/x.sock?virtual_host=3"),
        ("redis://:secret@cache:6379/0", "redis://:secret@cache:6379/3", "redis://:secret@cache:6379/3"),
        ("rediss://cache", "rediss://cache/3", "rediss://cache/3"),
    ],
)  # fmt: skip
def test_redis_addresses_are_spelt_for_each_client(url: str, for_redis_py: str, for_celery: str) -> None:
    assert redis_py_url(url, 3) == for_redis_py
    assert celery_url(url, 3) == for_celery
    assert celery_url(redis_py_url(url, 3)) == for_celery


def test_asking_for_addresses_creates_nothing(tmp_path: Path) -> None:
    database_url, redis_url = embedded_urls(environ={"DOUDI_VAR": str(tmp_path / "var")})
    assert database_url.startswith("postgresql://doudi@")
    assert redis_url.startswith("unix:///")
    assert list(tmp_path.iterdir()) == []
