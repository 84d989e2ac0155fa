"""The hash that tells a repeated claim from another one stays the same over versions (内容指纹)."""

import hashlib
import json
from dataclasses import replace
from datetime import date

from settlement.engine.facts import GivenPayment
from settlement.intake import ClaimInput, LineDetail, LineInput

CLAIM = ClaimInput(
    claim_no="A-1",
    id_number="110101199003070011",
    visit_type="inpatient",
    admitted_on=date(2019, 5, 1),
    discharged_on=date(2019, 5, 10),
    bed_days=9,
    referral="none",
    diagnosis_code="C34.9",
    diagnosis_name="肺癌",
    lines=(LineInput(1, "western_drug", "药品", 10_000, 8_000, 1_000, 500, 500),),
    diseases=("as-40/9",),
    drug_lists=("as-targeted-37",),
    approval_no="2019-7",
    given=(GivenPayment(tier="basic", fund="residents_pool", amount_fen=100),),
)
DETAIL = LineDetail(1, "", "X1", None, "", None, "", None, date(2019, 5, 10))


def hashed(claim: ClaimInput) -> str:
    """As ``content_hash``, but for the person: the blind index depends on the installation's key."""
    content = {**claim.content(), "id_number": "0" * 64}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def test_a_claim_without_details_has_the_hash_it_had_before_lines_could_say_more():
    assert hashed(CLAIM) == "f17136e9bfc507ad780a5007616c8dfaaa9a48f1b20d807b0a2d5544dbeaec65"


def test_what_a_line_says_beyond_amounts_makes_another_claim():
    detailed = replace(CLAIM, details=(DETAIL,))
    other_drug = replace(CLAIM, details=(DETAIL._replace(drug_code="X2"),))
    assert len({hashed(CLAIM), hashed(detailed), hashed(other_drug)}) == 3
