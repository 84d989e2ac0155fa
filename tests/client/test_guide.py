"""docs/api.md as a newcomer follows it, and the reference client on its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.stack.layout import PROJECT_ROOT
from docs.client.doudi_client import Doudi, OutcomeUnknownError, ProblemError
from settlement.models import Settlement
from tests import factories
from tests.client.live import Desk, poor
from tests.settlement.support import findings

pytestmark = pytest.mark.django_db

GUIDE = PROJECT_ROOT / "docs" / "api.md"


def run_guide(environ: dict[str, str], folder: Path) -> list[str]:
    """Run the page's blocks from top to bottom as printed; what each said."""
    said = []
    for language, block in re.findall(r"^```(sh|python)\n(.*?)^```", GUIDE.read_text(), re.M | re.S):
        # Python blocks are run where the checkout is, shell blocks in a folder of the reader's.
        command = ["bash", "-euo", "pipefail", "-c"] if language == "sh" else [sys.executable, "-c"]
        done = subprocess.run(
            [*command, block],
            cwd=folder,
            env={**os.environ, **environ, "PYTHONPATH": str(PROJECT_ROOT), "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, block + done.stdout + done.stderr
        said.append(done.stdout)
    return said


def test_the_page_works_as_printed(desk: Desk, tmp_path: Path) -> None:
    person = factories.person()
    environ = {"DOUDI_URL": desk.url, "DOUDI_KEY": desk.key, "DOUDI_ID_NUMBER": person.id_number}
    eligible, settled, reversed_, batch, reconciled = run_guide(environ, tmp_path)
    assert json.loads(eligible)["id_last4"] == person.id_last4
    preview, original = settled.replace("}{", "}\n{").splitlines()
    assert (json.loads(preview)["status"], json.loads(original)["status"]) == ("preview", "settled")
    assert json.loads(preview)["patient"] == json.loads(original)["patient"]
    assert '"kind":"reversal"' in reversed_
    assert (tmp_path / "statement.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads(batch)["settled"] == 1
    # The first claim was reversed the same day: it nets to nothing, and the hospital need not list it.
    assert reconciled.splitlines()[0] == "equal"
    kinds = Settlement.objects.filter(claim__hospital=desk.hospital).values_list("kind", flat=True)
    assert sorted(kinds) == ["original", "original", "reversal"]


def test_the_page_names_every_setting_it_uses() -> None:
    text = GUIDE.read_text()
    told = set(re.findall(r"^export (\w+)=", text, re.M))
    assert told == {"DOUDI_URL", "DOUDI_KEY", "DOUDI_ID_NUMBER"}
    assert set(re.findall(r"\$(DOUDI_\w+)", text)) == told


def test_reference_client_does_a_days_business(desk: Desk) -> None:
    person = poor()
    with Doudi(desk.url, desk.key, institution=desk.hospital.code) as doudi:
        assert (
            doudi.eligibility(person.id_number, on="2019-05-01")["enrolment"]["insurance_type"] == "residents"
        )
        claim = factories.stay(person, "S1")
        assert doudi.preview(claim)["patient"] == "975.60"
        assert doudi.settle(claim)["patient"] == "975.60"
        visit = doudi.settle(factories.chronic_visit(person, "V1"))
        assert doudi.reverse("V1", "录入有误")["status"] == "reversed"
        assert visit["total"] == "1000.00"
        assert doudi.statement("S1").startswith(b"%PDF")
        figures = {"total": "20000.00", "paid": "17024.40", "patient": "975.60"}
        totals = [{"visit_type": "inpatient", "count": 1, **figures}]
        assert doudi.reconcile_totals("2019-06-30", "2019-06-30", totals)["result"] == "equal"
        lines = [{"claim_no": "S1", **figures}, {"claim_no": "NOT-SENT", **figures}]
        details = doudi.reconcile_details("2019-06-30", "2019-06-30", lines)
        assert (details["equal"], details["missing_here"]) == (1, 1)
    assert findings() == []


def test_reference_client_says_what_was_refused_and_what_is_unknown(desk: Desk) -> None:
    with (
        Doudi(desk.url, desk.key) as doudi,
        pytest.raises(ProblemError, match="404 claim_not_found：本机构没有"),
    ):
        doudi.claim("NONE")
    with Doudi(desk.url, "wrong.key") as doudi, pytest.raises(ProblemError, match="401 not_authenticated"):
        doudi.claim("NONE")
    # Nobody listens at the discard port.
    nobody = Doudi("http://127.0.0.1:9", desk.key, tries=2, pause_seconds=0)
    with nobody as doudi, pytest.raises(OutcomeUnknownError, match="请稍后用同一单据号再试"):
        doudi.claim("NONE")
