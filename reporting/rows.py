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
        claimed_fen: what the hospital claims here, a part of its tier's amount.
    """

    number: int
    name: str
    id_encrypted: bytes
    identities: str
    address: str
    disease: str
    visit_type: str
    admitted_on: date
    discharged_on: date
    total_fen: int
    in_scope_fen: int
    basic_fen: int
    critical_fen: int
    supplementary_fen: int
    assistance_fen: int
    backstop_fen: int
    hospital_fen: int
    patient_fen: int
    claimed_fen: int
    basis: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """What stands above and below one hospital's detail, and in its line of the summary (台账表头).

    Attributes:
        period: ``2019年第2季度（2019-04-01 至 2019-06-30）``.
        status: submitted with its date, or that it is a draft.
        row_count: postings, which are the rows of the detail sheet.
        total_fen: sum of the lines, as the ledger states it.
    """

    ledger_id: int
    ledger_no: str
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
