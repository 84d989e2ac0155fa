"""Rows of the quarterly workbook (台账行): frozen, as the selectors read them and the sheets show them."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One posting on one visit, with what this ledger claims of it (台账明细).

    All amounts are those of this posting, in signed fen: a reversal shows its original with the opposite
    sign, so that every column nets to what holds now. ``total_fen`` is the sum of the tiers, the hospital's
    and the patient's part.

    Attributes:
        id_encrypted: decrypted only where the cell is written.
        insurance: the scheme that the person was insured in.
        deductible_fen: of the basic insurance, as it held for the visit; only on first settlements.
        waived_fen: taken off the bill by the hospital.
        borne_fen: cost outside the catalogue that the hospital bears.
        claimed_fen: what the hospital claims here, a part of its tier's amount.
    """

    number: int
    name: str
    id_encrypted: bytes
    identities: str
    insurance: str
    address: str
    disease: str
    visit_type: str
    admitted_on: date
    discharged_on: date
    total_fen: int
    in_scope_fen: int
    deductible_fen: int | None
    over_limit_fen: int
    excluded_fen: int
    basic_fen: int
    critical_fen: int
    supplementary_fen: int
    assistance_fen: int
    backstop_fen: int
    waived_fen: int
    patient_fen: int
    borne_fen: int
    claimed_fen: int
    basis: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRow(LedgerRow):
    """What the hospital took off one bill, by what it was taken off (七免一减台账明细); signed fen."""

    free_registration_fen: int
    free_injection_fen: int
    free_dressing_fen: int
    free_ambulance_fen: int
    reduction_fen: int
    free_other_fen: int
    free_deductible_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """An exam fee or a service of a family doctor (费用明细), signed fen.

    Attributes:
        subject: the disease appraised, or the package of services.
        since: the day of the contract; none for exam fees.
    """

    number: int
    name: str
    id_encrypted: bytes
    identities: str
    address: str
    document_no: str
    doctor: str
    subject: str
    since: date | None
    item: str
    posted_on: date
    payer: str
    claimed_fen: int
    basis: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """What stands above and below one hospital's detail, and in its line of the summary (台账表头).

    Attributes:
        source: what the ledger lists.
        period: ``2019年第2季度（2019-04-01 至 2019-06-30）``.
        status: submitted with its date, or that it is a draft.
        row_count: postings, which are the rows of the detail sheet.
        total_fen: sum of the lines, as the ledger states it.
    """

    ledger_id: int
    ledger_no: str
    source: str
    title: str
    period: str
    county: str
    hospital: str
    hospital_code: str
    bank_account: str
    due: str
    status: str
    built_at: datetime
    content_hash: str
    row_count: int
    total_fen: int
    capital: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One hospital in the county's summary (汇总行)."""

    number: int
    hospital: str
    hospital_code: str
    bank_account: str
    row_count: int
    total_fen: int
    capital: str
    ledger_no: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One indicator of one region in the roll-up (指标汇总行); numbers as text, with their unit."""

    number: int
    indicator: str
    level: str
    region: str
    numerator: str
    above: str
    denominator: str
    below: str
    value: str
    target: str
    met: str
    clauses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One row of a score sheet, or a subject's sum (考核表行)."""

    number: int
    subject: str
    county: str
    name: str
    indicator: str
    value: str
    target: str
    points: str
    got: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """What one hospital applied for from one fund, and what became of it (财政汇总行), fen."""

    number: int
    hospital: str
    hospital_code: str
    bank_account: str
    kind: str
    fund: str
    applied_fen: int
    deducted_fen: int
    due_fen: int
    approved_fen: int
    paid_fen: int
    received_fen: int
    outstanding_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUpRow:
    """One posting in the county's roll-up (县级汇总明细), with the amounts of :class:`LedgerRow`.

    Attributes:
        ledger_id: which ledger claims it; not shown.
        id_encrypted: decrypted only where the cell is written.
        basic_rate: what the basic insurance paid of the amount in its scope, ``65%``.
        claimed_fen: what the ledger claims.
        deducted_fen: what the office took off it.
    """

    ledger_id: int
    number: int
    township: str
    village: str
    head_name: str
    name: str
    id_encrypted: bytes
    hospital: str
    visit_type: str
    disease: str
    admitted_on: date | None
    settled_on: date
    total_fen: int
    basic_fen: int | None
    critical_fen: int | None
    supplementary_fen: int | None
    assistance_fen: int | None
    backstop_fen: int | None
    borne_fen: int | None
    waived_fen: int | None
    patient_fen: int | None
    basic_rate: str
    year: int
    month: int
    claimed_fen: int
    deducted_fen: int
    basis: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """A line that corrects an earlier one (更正行)."""

    number: int
    hospital: str
    name: str
    id_encrypted: bytes
    document_no: str
    what: str
    posted_on: date
    ledger_no: str
    amount_fen: int
    corrected_ledger_no: str
    corrected_line: str
    corrected_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffRow:
    """One submission on the page to sign (签章页)."""

    number: int
    submission_no: str
    kind: str
    hospitals: int
    submitted_on: date
    first_due: str
    rest_due: str
    applied_fen: int
    due_fen: int
    approved_fen: int
    paid_fen: int
    outstanding_fen: int
    clause: str
    content_hash: str
