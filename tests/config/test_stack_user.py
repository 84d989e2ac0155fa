"""As whom the embedded servers run and what they reach; root plays a user by giving up its rights."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.stack.binaries import POSTGRES_WHEEL, SYSTEM_DIR, VALKEY_WHEEL
from config.stack.layout import LONGEST_SOCKET_PATH, PROJECT_ROOT, current_layout

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

# Root's interpreter may lie where nobody can enter: "status" loads every module before the rights are gone.
AS_NOBODY = """
import os, pwd, sys
from config.stack import __main__ as command
command.main(["status"])
user = pwd.getpwnam("nobody")
os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)
sys.exit(command.main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The servers' programs where nobody can reach them; the copied packages are found, but never run."""
    with tempfile.TemporaryDirectory(prefix="doudi-test-") as folder:
        Path(folder).chmod(0o755)
        copy_wheels(Path(folder))
        yield folder


def copy_wheels(folder: Path) -> None:
    for wheel in (POSTGRES_WHEEL, VALKEY_WHEEL):
        package = next(Path(path, wheel) for path in sys.path if Path(path, wheel).is_dir())
        ignore = shutil.ignore_patterns("include", "pginstall", "*.a")
        for part in (package, package.with_name(f"{wheel}.libs")):
            if part.is_dir():
                shutil.copytree(part, folder / part.name, ignore=ignore)


@pytest.mark.parametrize("name", ["var", "v" * LONGEST_SOCKET_PATH], ids=["short path", "long path"])
def test_an_ordinary_user_runs_the_servers_as_himself(stack: Any, site: str, name: str) -> None:
    folder = Path(stack.environ["DOUDI_VAR"]).parent
    stack.environ["DOUDI_VAR"] = str(folder / name)
    command = [sys.executable, "-m", "config.stack"]
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        stack.environ["PYTHONPATH"] = os.pathsep.join([site, str(PROJECT_ROOT)])
        command = [sys.executable, "-c", AS_NOBODY]

    def call(action: str) -> str:
        done = subprocess.run(
            [*command, action],
            cwd=PROJECT_ROOT,
            env=stack.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        assert "PostgreSQL 已启动" in call("up")
        stack.layout = current_layout(stack.environ)
        assert stack.sql("SELECT 1") == 1
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in stack.pids()} == {stack.layout.owner_uid}
        assert stack.layout.sockets.stat().st_mode & 0o777 == 0o700
    finally:
        assert "PostgreSQL 已停止" in call("down")
        # Root may not stop another user's servers: leave nothing for the fixture to do.
        shutil.rmtree(stack.layout.sockets, ignore_errors=True)
        shutil.rmtree(stack.layout.stack)


@only_root
def test_data_move_out_of_a_private_folder_instead_of_opening_it(private_stack: Any) -> None:
    private_stack.call("up")
    assert private_stack.sql("SELECT 1") == 1
    assert private_stack.layout.data.is_symlink()
    assert private_stack.layout.stack.parents[1].stat().st_mode & 0o777 == 0o700


@only_root
def test_the_stack_of_another_user_is_refused(stack: Any) -> None:
    stack.layout.stack.mkdir(parents=True)
    os.chown(stack.layout.stack, pwd.getpwnam("nobody").pw_uid, -1)
    assert "属于用户 nobody" in stack.call("up", code=1)
    os.chown(stack.layout.stack, 0, -1)


@only_root
def test_programs_in_a_private_environment_are_copied_to_where_the_servers_can_run_them(
    private_stack: Any, tmp_path: Path
) -> None:
    # pytest's folders are closed to others. The copy stays behind: one serves every checkout on the machine.
    copy_wheels(tmp_path)
    private_stack.environ["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(PROJECT_ROOT)])
    private_stack.call("up")
    assert private_stack.sql("SELECT 1") == 1
    program = os.readlink(f"/proc/{private_stack.pids()[0]}/exe")
    assert program.startswith(str(SYSTEM_DIR / POSTGRES_WHEEL))
