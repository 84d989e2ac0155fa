"""A county's year, generated in the database: claims, reversals, late claims, refolds across quarters."""

from django.db import connection

from reimbursement.models import LedgerLine
from settlement.models import Payment
from tests.reimbursement.rows import World

# One template claim is copied; the serial decides hospital, day, amount. ``moved`` posts it late.
CLAIMS = """
WITH base AS (SELECT * FROM settlement_claim WHERE id = %(claim)s),
posted AS (SELECT * FROM settlement_settlement WHERE claim_id = %(claim)s),
number AS (
    SELECT serial, make_date(2019, 3 * %(quarter)s - 2 + serial %% 3, 1 + serial %% 28) AS day,
        CASE serial %% 5 WHEN 0 THEN %(other)s ELSE %(hospital)s END AS hospital,
        1 + (serial * 7919) %% 90000 AS fen
    FROM generate_series(%(first)s, %(last)s) AS serial
),
claim AS (
    INSERT INTO settlement_claim (hospital_id, claim_no, content_hash, person_id, person_year_id,
        benefit_year, policy_id, insured_county_id, visit_type, admitted_on, discharged_on, referral,
        diagnosis_code, diagnosis_name, chronic_disease, bed_days, total_fen, received_at)
    SELECT hospital, 'YEAR-' || serial, content_hash, person_id, person_year_id, benefit_year, policy_id,
        insured_county_id, visit_type, day, day, referral, diagnosis_code, diagnosis_name, chronic_disease,
        bed_days, total_fen, received_at
    FROM base, number
    RETURNING id, claim_no, hospital_id, discharged_on
),
settled AS (
    INSERT INTO settlement_settlement (claim_id, person_year_id, kind, reason, posted_on, posted_at,
        inputs, explanation, pools_after, total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen,
        in_scope_fen, over_quota_fen, hospital_borne_fen, paid_fen, account_fen, patient_fen)
    SELECT claim.id, person_year_id, kind, reason, discharged_on, posted_at, inputs, explanation, pools_after,
        total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen, in_scope_fen, over_quota_fen,
        hospital_borne_fen, paid_fen, account_fen, patient_fen
    FROM posted, claim
    RETURNING id, claim_id, posted_on
)
INSERT INTO settlement_payment (settlement_id, claim_id, hospital_id, county_id, benefit_year, posted_on,
    tier, benefit, rule, fund, payee, amount_fen)
SELECT settled.id, settled.claim_id, claim.hospital_id, county_id, benefit_year, settled.posted_on, tier,
    benefit, rule, fund, payee, CASE tier WHEN 'backstop' THEN number.fen ELSE amount_fen END
FROM settlement_payment copied, settled JOIN claim ON claim.id = settled.claim_id
JOIN number ON claim.claim_no = 'YEAR-' || serial
WHERE copied.claim_id = %(claim)s
"""
# Every ``every``-th claim is corrected: reversed whole, or refolded by a difference of a third.
CORRECTIONS = """
WITH wrong AS (
    SELECT posted.*, row_number() OVER (ORDER BY posted.id) AS n FROM settlement_settlement posted
    WHERE posted.kind = 'original' AND posted.posted_on < %(before)s AND posted.claim_id <> %(claim)s
        AND NOT EXISTS (
            SELECT 1 FROM settlement_settlement other WHERE other.claim_id = posted.claim_id
            AND other.kind <> 'original'
        )
),
correction AS (
    INSERT INTO settlement_settlement (claim_id, person_year_id, kind, reason, posted_on, posted_at,
        inputs, explanation, pools_after, total_fen, waived_fen, excluded_fen, over_limit_fen, upfront_fen,
        in_scope_fen, over_quota_fen, hospital_borne_fen, paid_fen, account_fen, patient_fen)
    SELECT claim_id, person_year_id, CASE n %% 2 WHEN 0 THEN 'reversal' ELSE 'adjustment' END, '更正', %(on)s,
        posted_at, inputs, explanation, pools_after, -total_fen, -waived_fen, -excluded_fen, -over_limit_fen,
        -upfront_fen, -in_scope_fen, -over_quota_fen, -hospital_borne_fen, -paid_fen, -account_fen,
        -patient_fen
    FROM wrong WHERE n %% %(every)s = 0
    RETURNING id, claim_id, kind
)
INSERT INTO settlement_payment (settlement_id, claim_id, hospital_id, county_id, benefit_year, posted_on,
    tier, benefit, rule, fund, payee, amount_fen)
SELECT correction.id, first.claim_id, hospital_id, county_id, benefit_year, %(on)s, tier, benefit, rule, fund,
    payee, CASE correction.kind WHEN 'reversal' THEN -amount_fen ELSE -(amount_fen / 3) END
FROM correction JOIN settlement_payment first ON first.claim_id = correction.claim_id
"""


def claims_post(world: World, *, template: Payment, quarter: int, first: int, last: int) -> None:
    """Settle the claims with these serial numbers on days of the quarter."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIMS,
            {
                "claim": template.claim_id,
                "quarter": quarter,
                "first": first,
                "last": last,
                "hospital": world.hospital.pk,
                "other": world.other_hospital.pk,
            },
        )
    statistics_refresh()


def statistics_refresh() -> None:
    """What autovacuum does within a minute in a running system: plans need to know the tables' sizes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE settlement_settlement, settlement_payment, settlement_claim, reimbursement_ledgerline"
        )


def corrections_post(*, template: Payment, on: str, before: str, every: int) -> None:
    """Correct every ``every``-th claim that was posted before a day and not corrected yet."""
    with connection.cursor() as cursor:
        cursor.execute(CORRECTIONS, {"claim": template.claim_id, "on": on, "before": before, "every": every})


def differing() -> list[tuple[str, int, int, int]]:
    """Funds and hospitals whose lines do not come to their payments: fund, hospital, payments, lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(owed.fund, listed.fund), coalesce(owed.hospital_id, listed.hospital_id),
                owed.fen, listed.fen
            FROM (
                SELECT fund, hospital_id, sum(amount_fen) AS fen FROM {Payment._meta.db_table}
                WHERE payee = 'hospital' AND tier = 'backstop' GROUP BY 1, 2
            ) owed
            FULL JOIN (
                SELECT line.fund, ledger.hospital_id, sum(line.amount_fen) AS fen
                FROM {LedgerLine._meta.db_table} line
                JOIN reimbursement_quarterlyledger ledger ON ledger.id = line.ledger_id
                WHERE line.payment_id IS NOT NULL GROUP BY 1, 2
            ) listed ON (listed.fund, listed.hospital_id) = (owed.fund, owed.hospital_id)
            WHERE owed.fen IS DISTINCT FROM listed.fen
            """
        )
        return cursor.fetchall()
