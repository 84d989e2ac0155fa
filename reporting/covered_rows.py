"""Rows of the ledger of covered people (参保、就医信息行): by person, by township."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredRow:
    """A covered person's insurance and the visits posted in a quarter (参保、就医信息行), fen."""

    number: int
    township: str
    village: str
    head_name: str
    name: str
    id_encrypted: bytes
    identities: str
    standing: str
    insurance: str
    enrolled_on: date | None
    aid_fen: int
    visits: int
    stays: int
    total_fen: int
    basic_fen: int
    critical_fen: int
    supplementary_fen: int
    assistance_fen: int
    backstop_fen: int
    hospital_fen: int
    patient_fen: int


@dataclass(slots=True, kw_only=True)
class TownshipRow:
    """A township's covered people in one line (乡镇汇总行), added up row by row."""

    number: int
    township: str
    people: int = 0
    insured: int = 0
    excused: int = 0
    missing: int = 0
    aided: int = 0
    aid_fen: int = 0
    patients: int = 0
    visits: int = 0
    stays: int = 0
    total_fen: int = 0
    basic_fen: int = 0
    critical_fen: int = 0
    supplementary_fen: int = 0
    assistance_fen: int = 0
    backstop_fen: int = 0
    hospital_fen: int = 0
    patient_fen: int = 0
