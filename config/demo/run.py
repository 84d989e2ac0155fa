"""One quarter from an empty database to the Excel file, then the site (演示主流程)."""

import argparse
import fcntl
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command

from beneficiaries.services.register_kinds import registers_load
from config.demo import quarter
from config.demo.accounts import Credentials, credentials_ready
from config.demo.console import Step, say
from config.demo.county import county_create
from config.demo.desk import desk_play
from config.demo.processes import Processes, StartError, free_port, wait_until_served
from config.demo.summary import print_summary
from config.demo.winter import winter_play

STEPS = 9
YEAR, QUARTER = 2019, 2
PACKS = Path(settings.BASE_DIR) / "fixtures" / "policies"


def main(arguments: Sequence[str]) -> int:
    """Play the quarter and serve the site until Ctrl-C; 1 when a part would not start."""
    parser = argparse.ArgumentParser(description="演示：从空库到季度台账，再开网站")
    parser.add_argument("--port", type=int, default=8000, help="网站端口")
    parser.add_argument("--exit", action="store_true", help="做完就结束，不开网站")
    options = parser.parse_args(arguments)

    stop = threading.Event()
    # Asked between steps: an exception out of a signal could leave a child behind that nobody knows.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    processes = Processes(log_dir=Path(settings.VAR_DIR) / "log")
    try:
        with _alone(Path(settings.VAR_DIR), stop):
            credentials = _prepare(stop)
        site = _start(processes, port=free_port(options.port))
        _play(site, credentials, stop)
        if not options.exit and not stop.is_set():
            say(f"\n网站已在 {site} 运行，按 Ctrl-C 结束。")
            while not stop.wait(1):
                if (name := processes.ended()) is not None:
                    raise StartError(f"{name} 意外结束，请看日志 {processes.log(name)}")
    except StartError as error:
        say(f"\n错误：{error}")
        return 1
    except Interrupted:
        say("\n已中断；再次运行会接着做。")
        return 130
    finally:
        # Whoever read our output may be gone; the children must end all the same.
        with suppress(OSError):
            say("正在停止网站和后台任务 …")
        processes.stop()
    return 0


class Interrupted(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Ctrl-C while the database was being prepared."""


@contextmanager
def _alone(folder: Path, stop: threading.Event) -> Iterator[None]:
    """One run at a time prepares the database; another waits for its turn and finds everything there."""
    with (folder / "demo.lock").open("w") as lock:
        waiting = False
        while not _locked(lock):
            if not waiting:
                say("另一个 make run 正在准备数据，等它完成 …")
            waiting = True
            _go_on(stop, after_seconds=0.2)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _go_on(stop: threading.Event, *, after_seconds: float = 0) -> None:
    if stop.wait(after_seconds):
        raise Interrupted


def _migrate(stop: threading.Event) -> None:
    # Its own process: the owner makes the tables, all that follows is done as the application's role.
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--no-input"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True) as migrate:
        try:
            while migrate.poll() is None:
                _go_on(stop, after_seconds=0.1)
        except Interrupted:
            migrate.terminate()
            raise
    if migrate.returncode:
        raise StartError("建表失败，原因见上")


def _prepare(stop: threading.Event) -> Credentials:
    step = Step(1, STEPS, "建表")
    _migrate(stop)
    call_command("collectstatic", verbosity=0, interactive=False)
    step.done("完成")
    _go_on(stop)

    step = Step(2, STEPS, "装入政策包")
    packs = quarter.policies_ready(PACKS)
    registers = registers_load(path=PACKS.parent / "registers.yaml")
    step.done("、".join(packs) + f"；登记簿 {registers.total} 种")
    _go_on(stop)

    step = Step(3, STEPS, "生成示例县")
    created = county_create(progress=step.progress)
    step.done("完成" if created else "已有，沿用")
    credentials = credentials_ready(folder=Path(settings.VAR_DIR) / "demo")
    _go_on(stop)

    step = Step(4, STEPS, "上一季度的台账和各部门业务")
    played = winter_play()
    desk_play()
    step.done("完成" if played else "已有，沿用")
    return credentials


def _start(processes: Processes, *, port: int) -> str:
    step = Step(5, STEPS, "启动网站和后台任务")
    site = f"http://127.0.0.1:{port}"
    processes.start("web", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi")
    processes.start(
        "worker", "celery", "-A", "config.celery", "worker", "--concurrency", "1", "--loglevel", "INFO",
        "--without-gossip", "--without-mingle",
    )  # fmt: skip
    wait_until_served(f"{site}/healthz", processes)
    step.done(site)
    return site


def _play(site: str, credentials: Credentials, stop: threading.Event) -> None:
    step = Step(6, STEPS, "医院经接口结算一个季度的费用")
    claims = quarter.claims_post(site, credentials.keys, progress=step.progress, stop=stop)
    step.done(f"{claims.settled} 笔结算，{claims.repeated} 笔早已结算，{claims.reversed} 笔冲销")
    if stop.is_set():
        return

    step = Step(7, STEPS, "后台任务编制季度台账")
    ledgers = quarter.ledgers_build(year=YEAR, quarter=QUARTER)
    step.done(f"{ledgers} 份台账")

    step = Step(8, STEPS, "写出 Excel")
    files = quarter.workbooks_write(year=YEAR, quarter=QUARTER)
    step.done(f"{len(files)} 个文件")

    step = Step(9, STEPS, "复核")
    verified = quarter.verify_all()
    step.done(f"重算 {verified.years} 个人员年度、{verified.claims} 笔费用，{_found(verified)}")
    for finding in verified.findings:
        say(f"  {finding}")
    print_summary(site=site, credentials=credentials, files=files, year=YEAR, quarter=QUARTER)


def _found(verified: quarter.Verified) -> str:
    return f"发现 {len(verified.findings)} 处差异" if verified.findings else "未发现差异"
