"""Rows that do not fit the rows they belong to (错位的记账): what folding a year again cannot see."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection, transaction

# A payment says again whose claim it belongs to and when it was posted, so that ledgers read one table.
_PAYMENT = """
SELECT claim.person_year_id, claim.claim_no, '支付的医疗机构、县区、年度和记账日期',
    concat_ws(' ', claim.hospital_id, claim.insured_county_id, claim.benefit_year, settlement.posted_on),
    concat_ws(' ', payment.hospital_id, payment.county_id, payment.benefit_year, payment.posted_on),
    ARRAY[payment.id]
FROM settlement_payment payment
JOIN settlement_settlement settlement ON settlement.id = payment.settlement_id
JOIN settlement_claim claim ON claim.id = settlement.claim_id
WHERE (payment.claim_id, payment.hospital_id, payment.county_id, payment.benefit_year, payment.posted_on)
    IS DISTINCT FROM (claim.id, claim.hospital_id, claim.insured_county_id, claim.benefit_year,
        settlement.posted_on)
"""
# First the hospital gets all but what goes to the account, or nothing of a claim from papers; later
# differences are the patient's.
_PAYEE = """
SELECT claim.person_year_id, claim.claim_no, '付给医疗机构或患者的金额', due.fen::text, got.fen::text, got.ids
FROM settlement_settlement settlement
JOIN settlement_claim claim ON claim.id = settlement.claim_id
CROSS JOIN LATERAL (SELECT settlement.kind = 'original' AND NOT EXISTS (
    SELECT FROM settlement_manualclaim manual WHERE manual.claim_id = claim.id) AS advanced) bill
CROSS JOIN LATERAL (SELECT CASE WHEN advanced THEN settlement.account_fen ELSE 0 END AS fen) due
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_fen), 0) AS fen, coalesce(array_agg(id), '{}') AS ids
    FROM settlement_payment WHERE settlement_id = settlement.id
        AND payee = CASE WHEN advanced THEN 'patient' ELSE 'hospital' END) got
WHERE settlement.kind <> 'reversal' AND got.fen <> due.fen
"""
# Nothing per fund is what folding finds; here, nothing per payee and rule too.
_TAKEN_BACK = """
SELECT person_year_id, claim_no, '冲销后分收款方和规则的金额（' || fund || '）', '0.00', '一正一负',
    array_agg(id)
FROM (
    SELECT claim.person_year_id, claim.claim_no, claim.id AS claim_id, payment.id, payment.amount_fen,
        payment.tier, payment.benefit, payment.fund,
        sum(payment.amount_fen) OVER (PARTITION BY claim.id, payment.tier, payment.benefit, payment.fund,
            payment.payee, payment.rule) AS net_fen
    FROM settlement_settlement reversal
    JOIN settlement_claim claim ON claim.id = reversal.claim_id
    JOIN settlement_payment payment ON payment.claim_id = claim.id
    WHERE reversal.kind = 'reversal'
) taken
GROUP BY person_year_id, claim_no, claim_id, tier, benefit, fund
HAVING sum(amount_fen) = 0 AND bool_or(net_fen <> 0)
"""
_CLAIM = """
SELECT claim.person_year_id, claim.claim_no, '首次结算的总费用（分）和政策包',
    concat_ws(' ', claim.total_fen, claim.policy_id),
    concat_ws(' ', original.total_fen, original.inputs ->> 'policy_id'), '{}'::bigint[]
FROM settlement_claim claim
LEFT JOIN settlement_settlement original ON original.claim_id = claim.id AND original.kind = 'original'
WHERE (original.total_fen, (original.inputs ->> 'policy_id')::bigint)
    IS DISTINCT FROM (claim.total_fen, claim.policy_id)
"""
_YEAR = """
SELECT year.id, claim.claim_no, '费用的人员和年度', concat_ws(' ', year.person_id, year.year),
    concat_ws(' ', claim.person_id, claim.benefit_year), '{}'::bigint[]
FROM settlement_claim claim JOIN settlement_personyear year ON year.id = claim.person_year_id
WHERE (claim.person_id, claim.benefit_year) IS DISTINCT FROM (year.person_id, year.year)
"""
_YEAR_OF_SETTLEMENT = """
SELECT claim.person_year_id, claim.claim_no, '结算的人员年度', claim.person_year_id::text,
    settlement.person_year_id::text, '{}'::bigint[]
FROM settlement_settlement settlement JOIN settlement_claim claim ON claim.id = settlement.claim_id
WHERE settlement.person_year_id <> claim.person_year_id
"""
_YEAR_OF_ENTRY = """
SELECT settlement.person_year_id, claim.claim_no, '累计明细的人员年度', settlement.person_year_id::text,
    entry.person_year_id::text, '{}'::bigint[]
FROM settlement_poolentry entry
JOIN settlement_settlement settlement ON settlement.id = entry.settlement_id
JOIN settlement_claim claim ON claim.id = settlement.claim_id
WHERE entry.person_year_id <> settlement.person_year_id
"""
_READ = "\nUNION ALL\n".join(
    (_PAYMENT, _PAYEE, _TAKEN_BACK, _CLAIM, _YEAR, _YEAR_OF_SETTLEMENT, _YEAR_OF_ENTRY)
)


class Astray(NamedTuple):
    """One row that does not fit: what it should say and what it says."""

    person_year_id: int
    claim_no: str
    what: str
    expected: str
    posted: str
    payment_ids: list[int]


def rows_astray(*, chunk: int = 200) -> Iterator[Astray]:
    """All such rows as of one moment, streamed."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_READ)
        while rows := cursor.fetchmany(chunk):
            yield from map(Astray._make, rows)
