"""The county merges and submits (县级汇总报送, 郑卫〔2017〕214号 三(四)). Locks: the ledgers' rows."""

import hashlib

from django.contrib.auth.models import User
from django.db import transaction

from common.clock import business_date
from common.money import split_by_weights
from common.working_days import calendar_overrides
from organizations.models import Region
from policies.codes import DisbursementSubject
from policies.models import LedgerKind
from reimbursement.disbursement import disbursement_dues, disbursement_parts
from reimbursement.errors import NothingToSubmitError, NotReviewedError, QuarterNotOverError
from reimbursement.models import LedgerStep, QuarterlyLedger, Submission, SubmissionItem
from reimbursement.quarters import Quarter
from reimbursement.selectors import disbursement_plan, kind_in_force
from reimbursement.selectors.flow import fund_sums, stages_of
from reimbursement.services.ledgers import ledger_freeze
from reimbursement.sources import SOURCES


@transaction.atomic
def county_submit(
    *, kind: LedgerKind, county: Region, year: int, quarter: int, by: User | None = None
) -> Submission:
    """Merge every hospital's ledger of a kind, county and quarter and submit them together (汇总报送).

    All or none: each ledger must be confirmed by its hospital and reviewed by the office as it stands. What
    is frozen is what was reviewed. A ledger that came later goes into a further submission.

    Raises:
        QuarterNotOverError: the quarter's last day is not past.
        NothingToSubmitError: there is no open ledger.
        NotReviewedError: some ledger was not confirmed and reviewed, or changed since.
        LedgerError: of :func:`ledger_freeze`, e.g. an earlier quarter is open.
    """
    period = Quarter(year, quarter)
    kind = kind_in_force(kind=kind, quarter=period)
    if business_date() < period.end:
        raise QuarterNotOverError(quarter=period)
    ledgers = _ledgers_lock(kind=kind, county=county, period=period)
    if not ledgers:
        raise NothingToSubmitError(quarter=period)
    open_names = [ledger.hospital.name for ledger in ledgers if not _ready(ledger)]
    if open_names:
        raise NotReviewedError(names=open_names)
    for ledger in ledgers:
        if ledger.status == QuarterlyLedger.Status.OPEN:
            ledger_freeze(ledger_id=ledger.pk, by=by)
    return _submission_write(kind=kind, county=county, period=period, ledgers=ledgers, by=by)


def _ready(ledger: QuarterlyLedger) -> bool:
    # Frozen before counties submitted together: it only waits to be merged.
    frozen = ledger.status == QuarterlyLedger.Status.SUBMITTED
    return frozen or getattr(ledger, "stage", None) == LedgerStep.Step.REVIEW


def _ledgers_lock(*, kind: LedgerKind, county: Region, period: Quarter) -> list[QuarterlyLedger]:
    mine = QuarterlyLedger.objects.filter(
        kind_code=kind.code, county=county, year=period.year, quarter=period.number
    )
    # First the locks, then the look: nobody builds or reviews between the two.
    list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    unmerged = mine.filter(items=None).select_related("hospital").order_by("hospital__code")
    return list(stages_of(ledgers=unmerged))


def _submission_write(
    *, kind: LedgerKind, county: Region, period: Quarter, ledgers: list[QuarterlyLedger], by: User | None
) -> Submission:
    plan = disbursement_plan(
        policy=kind.policy,
        subject=DisbursementSubject.HOSPITAL_ADVANCES,
        ledger=kind.code,
        county_code=county.code,
    )
    pays = SOURCES[kind.source].is_money
    today = business_date()
    dues = disbursement_dues(received_on=today, plan=plan, overrides=calendar_overrides())
    same = {"kind_code": kind.code, "county": county, "year": period.year, "quarter": period.number}
    submission = Submission.objects.create(
        **same,
        kind=kind,
        ordinal=Submission.objects.filter(**same).count() + 1,
        ledger_count=len(ledgers),
        total_fen=sum(ledger.total_fen for ledger in ledgers),
        content_hash=_hash(ledgers),
        due_on=ledgers[0].due_on,
        submitted_on=today,
        submitted_by=by,
        pays=pays,
        plan_clause=plan.clause if pays else "",
        first_due_on=dues.first.on if pays and dues.first else None,
        rest_due_on=dues.rest.on if pays and dues.rest else None,
        dues_provisional=pays and any(due.provisional for due in (dues.first, dues.rest) if due),
    )
    items = []
    for ledger in ledgers:
        sums = (fund_sums(ledger_id=ledger.pk) if pays else {}) or {"": 0}
        first_fen = (
            disbursement_parts(total_fen=ledger.total_fen, plan=plan).first_fen
            if ledger.total_fen > 0
            else None
        )
        items += [
            SubmissionItem(
                submission=submission,
                ledger=ledger,
                hospital=ledger.hospital,
                fund=fund,
                applied_fen=sums[fund],
                first_fen=fen,
            )
            for fund, fen in _first_parts(sums, first_fen).items()
        ]
    SubmissionItem.objects.bulk_create(items)
    return submission


def _first_parts(sums: dict[str, int], first_fen: int | None) -> dict[str, int]:
    """The first payment by fund; what a hospital owes back is due at once and whole."""
    positive = {fund: fen for fund, fen in sums.items() if fen > 0}
    if first_fen is None or not positive:
        return {fund: min(fen, 0) for fund, fen in sums.items()}
    parts = split_by_weights(min(first_fen, sum(positive.values())), list(positive.values()))
    by_fund = dict(zip(positive, parts, strict=True))
    return {fund: by_fund.get(fund, min(fen, 0)) for fund, fen in sums.items()}


def _hash(ledgers: list[QuarterlyLedger]) -> str:
    text = "\n".join(f"{ledger.ledger_no} {ledger.content_hash}" for ledger in ledgers)
    return hashlib.sha256(text.encode()).hexdigest()
