"""Advice on a claim about to be settled, and its flags (疑点提示): after the money, and moving none."""

import json
from collections.abc import Sequence

from django.db import connection

from organizations.models import Hospital
from policies.advice_codes import AdviceSeverity
from settlement.advice.checks import advise
from settlement.advice.compiler import advice_rules
from settlement.advice.terms import Advice, Case
from settlement.engine.matching import matches, situation_of
from settlement.errors import AdviceBlockedError
from settlement.inputs import Inputs
from settlement.intake import ClaimInput
from settlement.selectors.advice import history_of
from settlement.selectors.facts import Known

_RAISE = """
INSERT INTO settlement_flag (claim_id, county_id, hospital_id, rule, title, kind, severity, clause,
    provisional, evidence, line_nos, related, raised_at)
SELECT claim.id, claim.insured_county_id, claim.hospital_id, advice.rule, advice.title, advice.kind,
    advice.severity, advice.clause, advice.provisional, advice.evidence, advice.line_nos, advice.related,
    clock_timestamp()
FROM settlement_claim claim, json_to_recordset(%(advice)s) AS advice (rule text, title text, kind text,
    severity text, clause text, provisional boolean, evidence text, line_nos int[], related bigint[])
WHERE claim.hospital_id = %(hospital)s AND claim.claim_no = %(claim_no)s
"""


def advice_for(*, claim: ClaimInput, hospital: Hospital, known: Known, inputs: Inputs) -> tuple[Advice, ...]:
    """What the policy's rules find on a claim, in their order.

    Raises:
        AdviceBlockedError: a rule that refuses such claims found something.
    """
    # Most rules are for other visits: that is told first, for it costs nothing.
    rules = tuple(
        rule
        for rule in advice_rules(inputs.policy_id)
        if not rule.condition.visit_types or claim.visit_type in rule.condition.visit_types
    )
    if not rules:
        return ()
    total_fen = sum(line.amount_fen for line in claim.lines)
    situation = situation_of(inputs.claim, inputs.facts, total_fen=total_fen, admission=0, within_quota=False)
    rules = tuple(rule for rule in rules if matches(rule.condition, situation))
    case = Case(
        situation=situation,
        hospital_id=hospital.pk,
        admitted_on=claim.admitted_on,
        discharged_on=claim.discharged_on,
        diagnosis_code=claim.diagnosis_code,
        chronic_disease=claim.chronic_disease,
        disease_keys=claim.disease_keys,
        approval_no=claim.approval_no,
        lines=claim.lines,
        details={detail.line_no: detail for detail in claim.details},
        died_on=known.died_on,
        visits=known.visits,
        diseases=known.diseases,
        history=history_of(
            rules=rules,
            claim=claim,
            hospital_id=hospital.pk,
            person_id=known.person_id,
            identified=bool(known.identities),
        ),
    )
    found = tuple(advice for rule in rules if (advice := advise(rule, case)) is not None)
    if blocking := [advice for advice in found if advice.severity == AdviceSeverity.BLOCK]:
        raise AdviceBlockedError([(advice.title, advice.evidence) for advice in blocking])
    return found


def flags_raise(*, claim: ClaimInput, hospital: Hospital, advice: Sequence[Advice]) -> None:
    """Store what was found on a claim that was just posted; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "advice": json.dumps([one.plain() for one in advice], ensure_ascii=False),
                "hospital": hospital.pk,
                "claim_no": claim.claim_no,
            },
        )
