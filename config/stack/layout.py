"""Where the embedded servers keep their files.

Everything is computed from the project's folder and ``DOUDI_VAR``; nothing is created here, so that the
settings module can ask for addresses at import time.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]

# The number only names the socket file: no TCP port is ever opened.
POSTGRES_PORT = 5432
POSTGRES_SOCKET_NAME = f".s.PGSQL.{POSTGRES_PORT}"
VALKEY_SOCKET_NAME = "valkey.sock"

# A socket path holds at most 107 bytes on Linux, 103 on macOS.
LONGEST_SOCKET_PATH = 103

# Deliberately not tempfile.gettempdir(): a different TMPDIR in cron would look for the servers elsewhere.
# XDG_RUNTIME_DIR is avoided for the same reason, and because it vanishes at log-out.
ROOT_RUNTIME_DIR = Path("/run")
SHARED_TEMP_DIR = Path("/tmp")  # noqa: S108 - the folder inside is private and its owner is checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Folders of one embedded stack.

    Attributes:
        stack: locks and markers, kept by whoever owns the checkout's ``var`` folder.
        sockets: private folder of both unix sockets; its path is short enough for them.
        owner_uid: whose stack it is; 0 means the servers run as a system user of their own.
    """

    stack: Path
    sockets: Path
    owner_uid: int

    @property
    def data(self) -> Path:
        """What belongs to the servers; a symlink when the checkout is out of their reach."""
        return self.stack / "data"

    @property
    def mutex(self) -> Path:
        """Lock file: one start or stop at a time."""
        return self.stack / "lock"

    @property
    def users(self) -> Path:
        """Lock file: held shared by every ``run --`` and what it runs."""
        return self.stack / "users"

    @property
    def valkey_socket(self) -> Path:
        """The socket of Valkey."""
        return self.sockets / VALKEY_SOCKET_NAME


def current_layout(environ: Mapping[str, str] = os.environ) -> Layout:
    """The layout for this checkout, or for the folder named by ``DOUDI_VAR``."""
    # A relative DOUDI_VAR counts from the project, wherever the command was typed.
    var = PROJECT_ROOT / Path(environ.get("DOUDI_VAR") or "var").expanduser()
    stack = (var / "stack").resolve()
    try:
        owner_uid = stack.stat().st_uid
    except OSError:
        owner_uid = os.geteuid()
    return Layout(stack=stack, sockets=_socket_dir(stack, owner_uid), owner_uid=owner_uid)


def _socket_dir(stack: Path, owner_uid: int) -> Path:
    """Beside the data if that is short enough, else a hashed name in the system's runtime folder."""
    near = stack / "run"
    longest = max(len(POSTGRES_SOCKET_NAME), len(VALKEY_SOCKET_NAME)) + 1
    if owner_uid != 0 and len(os.fsencode(near)) + longest <= LONGEST_SOCKET_PATH:
        return near
    name = f"doudi-{owner_uid}-{hashlib.sha256(os.fsencode(stack)).hexdigest()[:12]}"
    if owner_uid == 0 and os.access(ROOT_RUNTIME_DIR, os.W_OK):
        return ROOT_RUNTIME_DIR / name
    return SHARED_TEMP_DIR / name
