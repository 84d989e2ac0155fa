"""A preview answers what settling will answer, whatever the claim."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.codes import FeeCategory, Referral
from common.money import format_yuan
from settlement.models import Claim
from tests import factories
from tests.client.live import EFFORT, Desk, poor
from tests.settlement.support import findings

pytestmark = pytest.mark.django_db

_parts = st.tuples(*[st.integers(0, 3_000_000)] * 4)


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lines of up to 120,000 yuan, each with its four parts."""
    rows = []
    for number, parts in enumerate(draw(st.lists(_parts, min_size=1, max_size=4)), start=1):
        names = ("in_scope", "upfront", "over_limit", "excluded")
        amounts = {name: format_yuan(fen) for name, fen in zip(names, parts, strict=True)}
        category = draw(st.sampled_from(FeeCategory.values))
        rows.append(
            {
                "line_no": number,
                "category": category,
                "item_name": "项目",
                "amount": format_yuan(sum(parts)),
                **amounts,
            }
        )
    return rows


@st.composite
def visits(draw: st.DrawFn) -> dict[str, Any]:
    """A stay or an outpatient visit of 2018 or 2019, without person and number."""
    day = date(2018, 7, 1) + timedelta(days=draw(st.integers(0, 330)))
    visit = {
        "diagnosis_code": "I63.9",
        "diagnosis_name": "脑梗死",
        "discharged_on": day.isoformat(),
        "lines": draw(lines()),
    }
    kind = draw(st.sampled_from(["inpatient", "inpatient", "chronic_outpatient", "outpatient", "emergency"]))
    if kind == "inpatient":
        admitted = day - timedelta(days=draw(st.integers(0, 30)))
        visit |= {
            "admitted_on": admitted.isoformat(),
            "referral": draw(st.sampled_from([Referral.NOT_NEEDED, Referral.NOT_REFERRED])),
        }
    if kind == "chronic_outpatient":
        visit |= {"chronic_disease": "zz-37/12"}
    return {**visit, "visit_type": kind}


@settings(
    max_examples=12 * EFFORT,
    deadline=None,
    derandomize=EFFORT == 1,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=st.lists(visits(), min_size=1, max_size=4), is_poor=st.booleans())
def test_preview_is_what_settling_answers(desk: Desk, history: list[dict[str, Any]], is_poor: bool) -> None:
    person = poor() if is_poor else factories.person(identities=())
    with desk.open() as line:
        for number, visit in enumerate(history):
            body = {**visit, "claim_no": f"P{person.pk}-{number}", "id_number": person.id_number}
            preview, settled = line.post("/claims/preview/", json=body), line.post("/claims/", json=body)
            if preview.status_code != 200:
                assert (preview.status_code, preview.json()) == (settled.status_code, settled.json())
                assert not Claim.objects.filter(hospital=desk.hospital, claim_no=body["claim_no"]).exists()
                continue
            assert settled.status_code == 201
            assert preview.json() == settled.json() | {"status": "preview", "posted_on": None}
    assert findings() == []
