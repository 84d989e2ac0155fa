"""Secrets (密钥): from a file, the environment, or made once under ``var/`` for a machine of one's own."""

import os
import secrets
from pathlib import Path


def read_secret(name: str, *, var: Path) -> str:
    """The secret: the file named by ``<name>_FILE``, else ``<name>``, else one kept under ``var/secrets``.

    A generated secret is created exclusively, so that processes starting at once agree on one.
    """
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if value := os.environ.get(name):
        return value
    folder = var / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / name.lower()
    # Written aside and linked into place: nobody ever reads half a secret, and the first one wins.
    draft = folder / f".{name.lower()}.{os.getpid()}"
    if not kept.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="utf-8")
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text(encoding="utf-8").strip()
