"""The finance bureau's start page with 8,000 and 80,000 items behind it, one quarter in each still open.

A county's own page and a province's; ms are medians. (Aim: no more queries, and time that what is settled
hardly adds to.)
"""

from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from organizations.models import Hospital, Region
from organizations.scope import EVERYTHING, Scope
from policies.models import LedgerKind
from reimbursement.models import SubmissionItem
from reimbursement.selectors import overdue_list
from reporting.selectors.finance_desk import due_rows
from tests.bench.world import world_create

COUNTIES = 20
HOSPITALS_EACH = 20
KINDS = ("backstop", "assistance", "supplementary", "critical", "basic")
# 8,000 items a year.
YEARS = (1, 10)
LAST_YEAR = 2019
TODAY = date(2020, 2, 1)
TURNS = 9

LEDGERS = """
INSERT INTO reimbursement_quarterlyledger (kind_id, kind_code, county_id, hospital_id, year, quarter, status,
    line_count, total_fen, content_hash, due_provisional, built_at, submitted_at)
SELECT kind.id, kind.code, hospital.county_id, hospital.id, year, quarter, 'submitted', 1,
    100000 + hospital.id, '', false, now(), now()
FROM policies_ledgerkind kind, organizations_hospital hospital, generate_series(%(first)s, %(last)s) AS year,
    generate_series(1, 4) AS quarter
WHERE kind.id = ANY(%(kinds)s) AND hospital.code LIKE 'DESK%%'
"""
SUBMISSIONS = """
INSERT INTO reimbursement_submission (kind_id, kind_code, county_id, year, quarter, ordinal, ledger_count,
    total_fen, content_hash, submitted_on, submitted_at, pays, plan_clause, first_due_on, dues_provisional)
SELECT kind_id, kind_code, county_id, year, quarter, 1, count(*), sum(total_fen), '',
    make_date(year, quarter * 3, 28), now(), true, '', make_date(year, quarter * 3, 28) + 14, false
FROM reimbursement_quarterlyledger GROUP BY kind_id, kind_code, county_id, year, quarter
"""
ITEMS = """
INSERT INTO reimbursement_submissionitem (submission_id, ledger_id, hospital_id, fund, applied_fen, first_fen)
SELECT sent.id, ledger.id, ledger.hospital_id, 'county_finance', ledger.total_fen, ledger.total_fen
FROM reimbursement_quarterlyledger ledger
JOIN reimbursement_submission sent USING (kind_code, county_id, year, quarter)
"""
SETTLED = """
FROM reimbursement_submissionitem item JOIN reimbursement_submission sent ON sent.id = item.submission_id
WHERE NOT (sent.year = %(last)s AND sent.quarter = 4)
"""
APPROVALS = f"""
INSERT INTO reimbursement_approval (item_id, amount_fen, note, by_id, at)
SELECT item.id, item.applied_fen, '', %(by)s, now() {SETTLED}
"""
PAYMENTS = f"""
INSERT INTO reimbursement_ledgerpayment (item_id, amount_fen, paid_on, bank_reference, note, by_id, at)
SELECT item.id, item.applied_fen, sent.submitted_on, 'B' || item.id, '', %(by)s, now() {SETTLED}
"""


def main() -> None:
    """Print one line per number of years and scope."""
    world_create(people=1)
    counties = _places()
    print(f"{'items':>8} {'scope':>9} {'due ms':>8} {'late ms':>8} {'rows':>6} {'queries':>8}")
    for years in YEARS:
        _history(years)
        items = SubmissionItem.objects.count()
        for name, scope in (("county", Scope(county_ids=frozenset(counties[:1]))), ("province", EVERYTHING)):
            rows = due_rows(scope=scope, today=TODAY)
            with CaptureQueriesContext(connection) as asked:
                due_ms = _median_ms(lambda scope=scope: due_rows(scope=scope, today=TODAY))
            late_ms = _median_ms(lambda scope=scope: overdue_list(scope=scope, today=TODAY))
            print(
                f"{items:>8} {name:>9} {due_ms:>8.1f} {late_ms:>8.1f} {len(rows):>6} "
                f"{len(asked) // TURNS:>8}",
                flush=True,
            )


def _places() -> list[int]:
    city = Region.objects.get(code="410100")
    counties = Region.objects.bulk_create(
        [
            Region(code=f"4199{number:02d}", name=f"测试县{number}", level=Region.Level.COUNTY, parent=city)
            for number in range(COUNTIES)
        ]
    )
    Hospital.objects.bulk_create(
        [
            Hospital(
                code=f"DESK{county.code}{number:02d}", name=f"医院{number}", county=county, level="county_2"
            )
            for county in counties
            for number in range(HOSPITALS_EACH)
        ]
    )
    return [county.pk for county in counties]


def _history(years: int) -> None:
    """``years`` of submitted quarters, all but the last one paid, written past the guards."""
    kinds = LedgerKind.objects.filter(policy__code="zhengzhou-2019", code__in=KINDS)
    clerk, _ = User.objects.get_or_create(username="bench")
    asked = {
        "kinds": list(kinds.values_list("pk", flat=True)),
        "first": LAST_YEAR - years + 1,
        "last": LAST_YEAR,
        "by": clerk.pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("ledgerpayment", "approval", "submissionitem", "submission", "quarterlyledger"):
            cursor.execute(f"DELETE FROM reimbursement_{table}")
        for statement in (LEDGERS, SUBMISSIONS, ITEMS, APPROVALS, PAYMENTS):
            cursor.execute(statement, asked)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _median_ms(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(TURNS):
        began = perf_counter()
        work()
        spent.append(perf_counter() - began)
    return median(spent) * 1_000
