"""What advice needs beyond the claim (疑点检查所需的既往情况), and what was found (疑点查询)."""

import json
from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.backends.utils import CursorWrapper

from policies.advice_codes import AdviceKind
from settlement.advice.terms import Advice, Drug, DrugDay, History, Rule
from settlement.intake import ClaimInput
from settlement.models import Flag
from settlement.prepared import Prepared

# A person's drugs of the year: as many rows as drugs.
_DRUGS = Prepared(
    "settlement_advice_drugs",
    """
SELECT line.drug_code, line.item_name, line.dose_unit, sum(line.dose)
FROM settlement_claim claim JOIN settlement_claimline line ON line.claim_id = claim.id
WHERE claim.person_id = %(person)s AND claim.benefit_year = %(year)s AND line.dose IS NOT NULL
    AND NOT EXISTS (SELECT FROM settlement_settlement WHERE claim_id = claim.id AND kind = 'reversal')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""",
    person="bigint",
    year="smallint",
)
_DRUG_DAYS = Prepared(
    "settlement_advice_drug_days",
    """
SELECT line.drug_code, line.serviced_on, count(DISTINCT claim.person_id), array_agg(DISTINCT claim.id)
FROM settlement_claimline line JOIN settlement_claim claim ON claim.id = line.claim_id
JOIN json_to_recordset(%(given)s) AS given (code text, day date)
    ON given.code = line.drug_code AND given.day = line.serviced_on
WHERE line.drug_code <> '' AND claim.hospital_id = %(hospital)s AND claim.person_id <> %(person)s
    AND NOT EXISTS (SELECT FROM settlement_settlement WHERE claim_id = claim.id AND kind = 'reversal')
GROUP BY 1, 2 ORDER BY 1, 2
""",
    given="json",
    hospital="bigint",
    person="bigint",
)
_IDENTITY_ENDED = """
SELECT max(upper(valid)) FROM beneficiaries_identity WHERE person_id = %(person)s AND upper(valid) <= %(on)s
"""


def history_of(
    *, rules: Sequence[Rule], claim: ClaimInput, hospital_id: int, person_id: int, identified: bool
) -> History:
    """What the rules compare with: at most three statements, none where nothing asks for them."""
    kinds = {rule.kind for rule in rules}
    doses = AdviceKind.YEARLY_DOSE in kinds and any(detail.dose is not None for detail in claim.details)
    given = {(detail.drug_code, detail.serviced_on) for detail in claim.details if detail.drug_code}
    days = AdviceKind.SAME_DRUG_SEVERAL_NAMES in kinds and bool(given)
    ended = AdviceKind.AFTER_REMOVAL in kinds and not identified
    if not (doses or days or ended):
        return History()
    with connection.cursor() as cursor:
        return History(
            drugs=_drugs(cursor, person_id, claim.benefit_year) if doses else (),
            drug_days=_drug_days(cursor, sorted(given), hospital_id, person_id) if days else (),
            identity_ended_on=_ended_on(cursor, person_id, claim.discharged_on) if ended else None,
        )


def _drugs(cursor: CursorWrapper, person_id: int, year: int) -> list[Drug]:
    _DRUGS.run(cursor, {"person": person_id, "year": year})
    return [Drug(*row) for row in cursor.fetchall()]


def _drug_days(
    cursor: CursorWrapper, given: Sequence[tuple[str, date]], hospital_id: int, person_id: int
) -> list[DrugDay]:
    asked = json.dumps([{"code": code, "day": day.isoformat()} for code, day in given])
    _DRUG_DAYS.run(cursor, {"given": asked, "hospital": hospital_id, "person": person_id})
    return [DrugDay(code, day, people, tuple(ids)) for code, day, people, ids in cursor.fetchall()]


def _ended_on(cursor: CursorWrapper, person_id: int, on: date) -> date | None:
    cursor.execute(_IDENTITY_ENDED, {"person": person_id, "on": on})
    (ended_on,) = cursor.fetchone()
    return ended_on if isinstance(ended_on, date) else None


def advice_on(claim_id: int) -> tuple[Advice, ...]:
    """What the rules found when the claim was settled, in their order; what people recorded is not told."""
    flags = Flag.objects.filter(claim_id=claim_id, raised_by=None).order_by("id")
    return tuple(
        Advice(
            rule=flag.rule,
            title=flag.title,
            kind=flag.kind,
            severity=flag.severity,
            clause=flag.clause,
            provisional=flag.provisional,
            evidence=flag.evidence,
            line_nos=tuple(flag.line_nos),
            related=tuple(flag.related),
        )
        for flag in flags
    )
