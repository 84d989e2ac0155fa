"""One step of the ledger benchmark, alone in its process: prints seconds, peak MiB, file MiB of Excel."""

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402 - models exist only after setup

from organizations.models import Hospital, Region  # noqa: E402
from organizations.scope import EVERYTHING  # noqa: E402
from policies.models import LedgerKind  # noqa: E402
from reimbursement.services import ledger_build  # noqa: E402
from reporting.services import quarter_workbook_write  # noqa: E402
from settlement.api.claim_in import read_claim  # noqa: E402
from settlement.models import Claim, Payment  # noqa: E402
from settlement.services import claim_settle  # noqa: E402
from tests.bench.world import claim_body, hospital_key, id_number, world_create  # noqa: E402

PEOPLE = 2_000

# Copies of one settled claim with its settlement and payments, for other people and under other numbers.
COPIES = """
WITH base AS (SELECT * FROM settlement_claim WHERE id = %(claim)s),
first AS (SELECT * FROM settlement_settlement WHERE claim_id = %(claim)s ORDER BY id LIMIT 1),
year AS (SELECT y.id, y.person_id, row_number() OVER (ORDER BY y.id) - 1 AS n FROM settlement_personyear y),
number AS (
    SELECT serial, year.id AS year_id, year.person_id
    FROM generate_series(%(have)s + 1, %(size)s) AS serial
    JOIN year ON year.n = serial %% (SELECT count(*) FROM year)
),
claim AS (
    INSERT INTO settlement_claim (hospital_id, claim_no, content_hash, person_id, person_year_id,
        benefit_year, policy_id, insured_county_id, visit_type, admitted_on, discharged_on, referral,
        diagnosis_code, diagnosis_name, chronic_disease, bed_days, total_fen, received_at)
    SELECT hospital_id, 'LEDGER-' || serial, content_hash, number.person_id, year_id, benefit_year,
        policy_id, insured_county_id, visit_type, admitted_on, discharged_on, referral, diagnosis_code,
        diagnosis_name, chronic_disease, bed_days, total_fen, received_at
    FROM base, number
    RETURNING id, person_year_id
),
settlement AS (
    INSERT INTO settlement_settlement (claim_id, person_year_id, kind, reason, posted_on, posted_at,
        inputs, explanation, pools_after, total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen,
        in_scope_fen, over_quota_fen, hospital_borne_fen, paid_fen, account_fen, patient_fen)
    SELECT claim.id, claim.person_year_id, kind, reason, posted_on, posted_at, inputs, explanation,
        pools_after, total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen, in_scope_fen,
        over_quota_fen, hospital_borne_fen, paid_fen, account_fen, patient_fen
    FROM first, claim
    RETURNING id, claim_id
)
INSERT INTO settlement_payment (settlement_id, claim_id, hospital_id, county_id, benefit_year, posted_on,
    tier, benefit, rule, fund, payee, amount_fen)
SELECT settlement.id, settlement.claim_id, hospital_id, county_id, benefit_year, posted_on, tier, benefit,
    rule, fund, payee, amount_fen
FROM settlement_payment, settlement
WHERE settlement_payment.claim_id = %(claim)s
"""


def prepare(size: int) -> None:
    """Have ``size`` backstop payments of the second quarter of 2019."""
    world_create(people=PEOPLE)
    hospital, _ = hospital_key()
    if not Claim.objects.filter(hospital=hospital, claim_no="LEDGER").exists():
        body = claim_body(id_number(0), claim_no="LEDGER", rng=random.Random(0))
        claim_settle(hospital=hospital, claim=read_claim(body))
    claim = Claim.objects.get(hospital=hospital, claim_no="LEDGER")
    have = Payment.objects.filter(tier="backstop", hospital=hospital).count()
    with connection.cursor() as cursor:
        cursor.execute(COPIES, {"claim": claim.pk, "have": have, "size": size})
        cursor.execute("ANALYZE")


def main(step: str, size: int) -> None:
    """Do ``prepare``, ``build`` or ``write``."""
    if step == "prepare":
        prepare(size)
        return
    kind = LedgerKind.objects.get(code="backstop", policy__code="zhengzhou-2019")
    county = Region.objects.get(code="410199")
    hospital = Hospital.objects.get(code="B00000000001")
    began = time.monotonic()
    if step == "build":
        ledger_build(kind=kind, county=county, hospital=hospital, year=2019, quarter=2)
        print(time.monotonic() - began, _peak_mib())
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        quarter_workbook_write(scope=EVERYTHING, kind=kind, county=county, year=2019, quarter=2, path=path)
        print(time.monotonic() - began, _peak_mib(), path.stat().st_size / 2**20)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
