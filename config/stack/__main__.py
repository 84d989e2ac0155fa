"""``python -m config.stack up | down | status | run -- COMMAND``."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from config.stack.errors import StackError
from config.stack.lifecycle import down, in_use, status, up
from config.stack.supervise import signals_held
from config.stack.urls import embedded_urls


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.action == "up":
            if not up(say=_say):
                _say("无需启动：所需的服务器都已在运行")
            return 0
        if arguments.action == "down":
            if not down(force=arguments.force, say=_say):
                _say("内置数据库没有在运行")
            return 0
        if arguments.action == "status":
            return _print_status()
        return _run(arguments.command)
    except (StackError, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"错误：{error}\n")
        return 1


def _say(text: str) -> None:
    # Flushed: the output of the command that follows must not overtake ours in a log file.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m config.stack", description="内置 PostgreSQL 与 Valkey（兼容 Redis）的启动和停止"
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="操作")
    actions.add_parser("up", help="启动，并一直运行到 down")
    stop = actions.add_parser("down", help="停止")
    stop.add_argument("--force", action="store_true", help="即使仍有程序在使用也停止")
    actions.add_parser("status", help="查看状态；都在运行时返回 0，否则返回 3")
    run = actions.add_parser("run", help="为一条命令启动，命令结束后停止自己启动的部分")
    run.add_argument("command", nargs="+", metavar="-- 命令", help="要运行的命令及其参数")
    return parser


def _print_status() -> int:
    database_url, redis_url = embedded_urls()
    servers = status()
    for server in servers:
        if server.external:
            _say(f"{server.name}：使用环境变量指定的服务器")
        else:
            state = f"运行中（pid {server.pid}）" if server.running else "未运行"
            _say(f"{server.name}：{state}，数据目录 {server.data}")
    _say(f"DATABASE_URL={database_url}\nREDIS_URL={redis_url}")
    return 0 if all(server.external or server.running for server in servers) else 3


def _run(command: Sequence[str]) -> int:
    with signals_held() as signals, in_use(say=_say) as keep_open:
        return signals.run(command, keep_open)


if __name__ == "__main__":
    sys.exit(main())
