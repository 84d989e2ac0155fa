"""What the engine is told of a claim and a person (费用与人员事实)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from settlement.engine.terms import Tier

# Sums of money (fen) or counts that earlier settlements of the benefit year put into named pools.
Pools = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line of the bill (费用明细), all amounts fen; its parts make its amount.

    ``waived_fen`` is 0 on the way in; the engine moves waived parts there. ``drug_lists`` are the lists on
    which the line's drug stands.
    """

    line_no: int
    category: str
    amount_fen: int
    in_scope_fen: int
    excluded_fen: int = 0
    over_limit_fen: int = 0
    upfront_fen: int = 0
    waived_fen: int = 0
    drug_lists: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPayment:
    """What another system already paid on this claim (其他系统已结算)."""

    tier: Tier
    fund: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One visit or stay (就诊).

    ``on`` is the discharge date (outpatient: the visit). ``chronic_disease`` is the key ``list/number`` of
    the disease an outpatient chronic visit is for, ``diseases`` the keys of all diseases the claim names;
    ``disease_lists`` are the lists they are on, ``drug_lists`` those that claim or lines name.
    ``year_end`` marks the year-end assistance run: no cost, start thresholds are taken as reached.
    """

    on: date
    visit_type: str
    hospital_level: str
    place: str
    lines: tuple[CostLine, ...]
    ownership: str = "public"
    hospital_designations: frozenset[str] = frozenset()
    referral: str = "not_needed"
    chronic_disease: str = ""
    diseases: frozenset[str] = frozenset()
    disease_lists: frozenset[str] = frozenset()
    drug_lists: frozenset[str] = frozenset()
    bed_days: int = 0
    given: tuple[GivenPayment, ...] = ()
    out_of_catalogue_approved: bool = False
    year_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Who the person is on the day of the claim (人员事实)."""

    identities: frozenset[str]
    insurance_type: str
    age_years: int
    county_class: str = ""
    certified_diseases: frozenset[str] = frozenset()
