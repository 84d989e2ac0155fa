"""What is written when a claim is settled (记账): one statement however large the claim."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from organizations.models import Hospital
from settlement.advice.terms import Advice
from settlement.figures import Figures, Part
from settlement.intake import ClaimInput
from settlement.prepared import Prepared
from settlement.selectors.facts import Known

# One round trip however many lines, payments and pools. Foreign keys are checked at commit.
_SQL = """
WITH claim AS (
    INSERT INTO settlement_claim (hospital_id, claim_no, content_hash, person_id, person_year_id,
        benefit_year, policy_id, insured_county_id, visit_type, admitted_on, discharged_on, referral,
        diagnosis_code, diagnosis_name, chronic_disease, bed_days, total_fen, received_at)
    VALUES (%(hospital)s, %(claim_no)s, %(content_hash)s, %(person)s, %(person_year)s,
        %(year)s, %(policy)s, %(county)s, %(visit_type)s, %(admitted_on)s, %(discharged_on)s, %(referral)s,
        %(diagnosis_code)s, %(diagnosis_name)s, %(chronic_disease)s, %(bed_days)s, %(total_fen)s,
        clock_timestamp())
    RETURNING id
), line AS (
    INSERT INTO settlement_claimline (claim_id, line_no, category, item_name, amount_fen, in_scope_fen,
        upfront_fen, over_limit_fen, excluded_fen{detail_columns})
    SELECT claim.id, (part->>0)::int, part->>1, part->>2, (part->>3)::bigint, (part->>4)::bigint,
        (part->>5)::bigint, (part->>6)::bigint, (part->>7)::bigint{detail_values}
    FROM claim, json_array_elements(%(lines)s) AS part{detail_source}
), settlement AS (
    INSERT INTO settlement_settlement (claim_id, person_year_id, kind, reason, posted_on, posted_at,
        inputs, explanation, pools_after, total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen,
        in_scope_fen, over_quota_fen, hospital_borne_fen, paid_fen, account_fen, patient_fen)
    SELECT id, %(person_year)s, 'original', '', %(posted_on)s, clock_timestamp(),
        %(inputs)s, %(explanation)s, %(pools_after)s,
        %(total_fen)s, %(waived_fen)s, %(excluded_fen)s, %(over_limit_fen)s, %(upfront_fen)s,
        %(in_scope_fen)s, %(over_quota_fen)s, %(hospital_borne_fen)s, %(paid_fen)s, %(account_fen)s,
        %(patient_fen)s
    FROM claim
    RETURNING id, claim_id
), payment AS (
    INSERT INTO settlement_payment (settlement_id, claim_id, hospital_id, county_id, benefit_year, posted_on,
        tier, benefit, rule, fund, payee, amount_fen)
    SELECT settlement.id, claim_id, %(hospital)s, %(county)s, %(year)s, %(posted_on)s,
        part->>0, part->>1, part->>2, part->>3, part->>4, (part->>5)::bigint
    FROM settlement, json_array_elements(%(parts)s) AS part
)
INSERT INTO settlement_poolentry (settlement_id, person_year_id, pool, amount)
SELECT id, %(person_year)s, part->>0, (part->>1)::bigint
FROM settlement, json_array_elements(%(entries)s) AS part
"""
_TYPES = dict(
    hospital="bigint",
    claim_no="text",
    content_hash="text",
    person="bigint",
    person_year="bigint",
    year="smallint",
    policy="bigint",
    county="bigint",
    visit_type="text",
    admitted_on="date",
    discharged_on="date",
    referral="text",
    diagnosis_code="text",
    diagnosis_name="text",
    chronic_disease="text",
    bed_days="smallint",
    posted_on="date",
    lines="json",
    parts="json",
    entries="json",
    inputs="jsonb",
    explanation="jsonb",
    pools_after="jsonb",
    **dict.fromkeys(Figures._fields, "bigint"),
)
# Most bills say nothing beyond amounts: their lines leave the other columns at what the table says.
_POST = Prepared(
    "settlement_post", _SQL.format(detail_columns="", detail_values="", detail_source=""), **_TYPES
)
_DETAILS = {
    "item_code": "text", "drug_code": "text", "quantity": "numeric", "unit": "text", "dose": "numeric",
    "dose_unit": "text", "expires_on": "date", "serviced_on": "date",
}  # fmt: skip
_POST_DETAILED = Prepared(
    "settlement_post_detailed",
    _SQL.format(
        detail_columns="".join(f", {name}" for name in _DETAILS),
        detail_values="".join(
            f", COALESCE(detail.{name}, '')" if kind == "text" else f", detail.{name}"
            for name, kind in _DETAILS.items()
        ),
        detail_source=" LEFT JOIN json_to_recordset(%(details)s) AS detail (line_no int, "
        + ", ".join(f"{name} {kind}" for name, kind in _DETAILS.items())
        + ") ON detail.line_no = (part->>0)::int",
    ),
    details="json",
    **_TYPES,
)


class Posting(NamedTuple):
    """One row of ``settlement`` with its payments and pool entries, before it is written."""

    figures: Figures
    parts: Sequence[Part]
    entries: Sequence[tuple[str, int]]
    inputs: Mapping[str, Any]
    explanation: Mapping[str, Any]
    pools_after: Mapping[str, int]
    advice: Sequence[Advice] = ()


def claim_post(
    *,
    claim: ClaimInput,
    hospital: Hospital,
    known: Known,
    person_year_id: int,
    posting: Posting,
    posted_on: date,
) -> None:
    """Write a claim with its lines, first settlement, payments and pool entries.

    Raises:
        django.db.IntegrityError: the hospital used the claim number meanwhile.
    """
    statement = _POST_DETAILED if claim.details else _POST
    with connection.cursor() as cursor:
        statement.run(
            cursor,
            {
                "hospital": hospital.pk,
                "claim_no": claim.claim_no,
                "content_hash": claim.content_hash,
                "person": known.person_id,
                "person_year": person_year_id,
                "year": claim.benefit_year,
                "policy": known.policy_id,
                "county": known.county_id,
                "visit_type": claim.visit_type,
                "admitted_on": claim.admitted_on,
                "discharged_on": claim.discharged_on,
                "referral": claim.referral,
                "diagnosis_code": claim.diagnosis_code,
                "diagnosis_name": claim.diagnosis_name,
                "chronic_disease": claim.chronic_disease,
                "bed_days": claim.bed_days,
                "posted_on": posted_on,
                "lines": json.dumps(claim.lines),
                "details": json.dumps([detail.plain() for detail in claim.details]),
                "parts": json.dumps(posting.parts),
                "entries": json.dumps(posting.entries),
                "inputs": json.dumps(posting.inputs),
                "explanation": json.dumps(posting.explanation),
                "pools_after": json.dumps(posting.pools_after),
                **posting.figures._asdict(),
            },
        )
