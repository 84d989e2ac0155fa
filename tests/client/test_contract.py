"""The OpenAPI document against the live server: schemathesis asks what hospitals would not think of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.live import EFFORT, Desk

pytestmark = pytest.mark.django_db

# Nothing that the document allows need be a claim that can be settled.
NOT_CHECKED = "positive_data_acceptance"


def test_whatever_is_sent_the_server_keeps_to_its_document(desk: Desk, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    asked = subprocess.run(
        [
            program, "run", f"{desk.url}/api/v1/schema/", f"--header=Authorization: Api-Key {desk.key}",
            "--phases=examples,coverage,fuzzing", f"--max-examples={EFFORT * 5}",
            "--generation-deterministic",
            "--checks=all", f"--exclude-checks={NOT_CHECKED}", "--continue-on-failure",
            "--request-timeout=30", "--workers=1", "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_PROXY": "*"},
    )  # fmt: skip
    assert asked.returncode == 0, asked.stdout + asked.stderr
