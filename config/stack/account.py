"""As whom the servers run: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.stack.errors import StackError
from config.stack.layout import Layout

SERVER_USER = "doudi-pg"
# Taken when useradd is not there, as in some container images.
EXISTING_USERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The system user of the server processes."""

    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether the mode bits let this user pass through every folder on the way into ``folder``."""
        return all(self._may_traverse(step.stat()) for step in (folder, *folder.parents))

    def _may_traverse(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def check_caller(layout: Layout) -> None:
    """Only its owner uses a stack; root neither, lest it write where that user may have planted links.

    Raises:
        StackError: the stack belongs to someone else.
    """
    if os.geteuid() != layout.owner_uid:
        raise StackError(
            f"内置数据库目录 {layout.stack} 属于用户 {_name_of(layout.owner_uid)}，不属于当前用户。"
            "请换用该用户运行，或用环境变量 DOUDI_VAR 指定一个自己的目录。"
        )


def server_account(layout: Layout) -> Account:
    """Who runs the servers of this stack: oneself, or for root a system user, created if need be.

    Raises:
        StackError: root finds no user to hand the servers to.
    """
    if layout.owner_uid != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    # Existing data decide: a second choice of user could not read them.
    try:
        holder = layout.data.stat()
    except FileNotFoundError:
        return _system_account()
    return Account(uid=holder.st_uid, gid=holder.st_gid) if holder.st_uid != 0 else _system_account()


def _system_account() -> Account:
    found = _find(SERVER_USER)
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if found is None and useradd is not None:
        # A failure is no matter yet: another starter may have been quicker, or there is a substitute.
        subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
             "--shell", "/usr/sbin/nologin", "--comment", "Doudi embedded servers", SERVER_USER],
            capture_output=True, check=False,
        )  # fmt: skip
        found = _find(SERVER_USER)
    for name in EXISTING_USERS:
        found = found or _find(name)
    if found is None:
        raise StackError(
            f"PostgreSQL 不能以 root 身份运行，而系统里没有可用的普通用户。请先创建系统用户 {SERVER_USER}"
            f"（useradd --system {SERVER_USER}），或改用普通用户运行本项目。"
        )
    return found


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
