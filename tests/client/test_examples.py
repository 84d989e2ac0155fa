"""The document's examples are exchanges: sent again in their order, they are answered as it says."""

import json
import os
from typing import Any

import httpx
import pytest

from beneficiaries.models import CertificationApplication
from organizations.models import Hospital
from reimbursement.models import QuarterlyLedger
from reimbursement.services import quarter_build
from settlement.api.contract import ERRORS, EXAMPLES, codes_of, examples
from tests import factories
from tests.client.live import Desk, Server, desk_at
from tests.settlement.certification.support import LIPIDS, checked

pytestmark = pytest.mark.django_db

# What is another at each run.
MOMENTS = {"received_at", "requested_at", "settled_at", "confirmed_at", "built_at"}
NUMBERS = {
    "settlement_no", "checksum", "line", "corrects", "certificate_no", "content_hash", "application_no",
}  # fmt: skip


@pytest.fixture
def example_desk(live: Server) -> Desk:
    """示例县人民医院, and the patient of the examples: a certificate, and an application for another."""
    hospital = Hospital.objects.create(
        code="H41019900003", name="示例县人民医院", county=factories.county(), level="county_2",
        designations=["certification", "chronic_visit"],
    )  # fmt: skip
    person = factories.person(number=factories.id_number(serial=1))
    factories.certificate(person)
    checked(person, LIPIDS, at=hospital)
    return desk_at(live.url, at=hospital)


def exchanged(desk: Desk) -> list[dict[str, Any]]:
    """Every example with the answer that is given now."""
    found, ledger_no, content_hash = [], "", ""
    application_no = CertificationApplication.objects.get(hospital=desk.hospital).application_no
    with httpx.Client(base_url=desk.url, headers=desk.headers, timeout=60, trust_env=False) as line:
        for example in examples():
            if example["operation"] == "ledger_list" and not ledger_no:
                quarter_build(year=2019, quarter=2)
                ledger_no = QuarterlyLedger.objects.get(
                    hospital=desk.hospital, kind_code="backstop"
                ).ledger_no
            headers = {"X-Id-Number": example["id_number"]} if "id_number" in example else {}
            path = example["path"].replace("LEDGER", ledger_no).replace("APPLICATION", application_no)
            body = example.get("request")
            if example["operation"] == "ledger_confirm":
                body = {"content_hash": content_hash}
            answer = line.request(example["method"], path, json=body, headers=headers)
            assert answer.status_code < 500
            content_hash = answer.json().get("content_hash", content_hash)
            found.append({**example, "status": answer.status_code, "answer": answer.json()})
    return found


def lasting(value: Any) -> Any:
    """The value without what is another at each run."""
    if isinstance(value, dict):
        return {name: lasting(item) for name, item in value.items() if name not in MOMENTS | NUMBERS}
    return [lasting(item) for item in value] if isinstance(value, list) else value


def test_every_example_is_answered_as_the_document_says(example_desk: Desk) -> None:
    found = exchanged(example_desk)
    if os.environ.get("DOUDI_RECORD"):
        EXAMPLES.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    for now, example in zip(found, examples(), strict=True):
        assert (now["status"], lasting(now["answer"])) == (example["status"], lasting(example["answer"]))


def test_every_operation_has_an_example_of_success_and_of_a_refusal_that_it_lists(client) -> None:
    shown = {name: [row for row in examples() if row["operation"] == name] for name in ERRORS}
    for name, rows in shown.items():
        assert {row["status"] < 300 for row in rows} == {True, False}, name
        for row in rows:
            assert row["status"] < 300 or row["answer"]["code"] in codes_of(name)[row["status"]], name
    document = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    operations = [item for path in document["paths"].values() for item in path.values()]
    # The document itself is the one address that is no operation of a hospital's.
    assert {item["operationId"] for item in operations} == {*ERRORS, "schema_retrieve"}
    settle = next(item for item in operations if item["operationId"] == "claim_settle")
    assert "claim_conflict" in settle["responses"]["409"]["description"]
    assert "stay" in settle["requestBody"]["content"]["application/json"]["examples"]
    assert "404" not in next(item for item in operations if item["operationId"] == "ledger_list")["responses"]
    assert all("一" <= tag[0] <= "鿿" for item in operations for tag in item["tags"])
