"""What a policy grants, in the form the engine computes with (政策条款).

Rows of the policy tables are compiled into these values once per policy version. All amounts are fen, all
ratios basis points (10 000 = 100 %).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tier = Literal["basic", "critical", "supplementary", "assistance", "backstop"]
TIERS: tuple[Tier, ...] = ("basic", "critical", "supplementary", "assistance", "backstop")

Measure = Literal["visit", "year"]
Accrual = Literal["incremental", "catch_up"]
QuotaPeriod = Literal["visit", "month", "quarter", "year"]
WaiverStage = Literal["bill", "before_assistance", "patient_share"]
UpliftKind = Literal[
    "deductible_scale",  # value: bp of the ordinary deductible that remains
    "deductible_waive",  # no value
    "deductible_waive_first",  # value: number of admissions of the benefit year
    "rate_add",  # value: bp added to every band
    "drug_rate_add",  # value: bp added for the drugs of the condition's lists only
    "rate_floor",  # value: lowest rate of every band, bp
    "rate_cut",  # value: bp taken from every band (a penalty of ordinary terms, e.g. not referred)
    "no_cap",  # no value
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The clause a number stands on, or the mark that no document states it (待核实)."""

    clause: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a row applies; an empty field matches everything (适用条件).

    ``certified`` asks that the claim's chronic disease is certified for the person on the day;
    ``total_from_fen``/``total_below_fen`` are a half-open range of the bill's total.
    """

    identities: frozenset[str] = frozenset()
    insurance_types: frozenset[str] = frozenset()
    visit_types: frozenset[str] = frozenset()
    hospital_levels: frozenset[str] = frozenset()
    hospital_designations: frozenset[str] = frozenset()
    ownerships: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    referrals: frozenset[str] = frozenset()
    disease_lists: frozenset[str] = frozenset()
    drug_lists: frozenset[str] = frozenset()
    county_classes: frozenset[str] = frozenset()
    certified: bool = False
    age_from: int | None = None
    age_below: int | None = None
    total_from_fen: int | None = None
    total_below_fen: int | None = None


EVERYONE = Condition()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A half-open slice ``[floor, ceiling)`` of the measured amount and its rate (分段)."""

    floor_fen: int
    ceiling_fen: int | None
    rate_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deductible:
    """The amount below which nothing is paid (起付线).

    ``amounts_fen[i]`` holds for admission i + 1 of the benefit year, the last one for all later admissions.
    ``threshold_only``: below it nothing, from it on the whole amount counts.
    """

    amounts_fen: tuple[int, ...] = (0,)
    threshold_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit on payments (封顶线): of one visit (``pool`` empty) or of a pool of the benefit year."""

    limit_fen: int
    pool: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartThreshold:
    """Catch-up waits until ``pool``, this claim included, reaches ``reaches_fen``."""

    pool: str
    reaches_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way a tier pays (待遇规则).

    Rules of a tier with the same ``benefit`` compete, the one that pays most holds; different benefits of a
    tier pay one after the other on what is left, in the order of their first rule.
    A rule pays either by bands or ``bed_day_fen`` per bed-day. ``scale_bp`` scales rates and caps
    (employees: 5 000). ``base_pool`` is needed when measured per year, ``paid_pool`` for catch-up.
    ``requires_quota``: pays only within the quota of the claim's chronic disease.
    """

    code: str
    tier: Tier
    benefit: str = ""
    condition: Condition = EVERYONE
    measured: Measure = "visit"
    accrual: Accrual = "incremental"
    base_pool: str = ""
    paid_pool: str = ""
    starts: StartThreshold | None = None
    deductible: Deductible = Deductible()
    bands: tuple[Band, ...] = ()
    bands_on_excess: bool = False
    bed_day_fen: int | None = None
    caps: tuple[Cap, ...] = ()
    scale_bp: int = 10_000
    requires_quota: bool = False
    funding: str
    citation: Citation = Citation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplift:
    """A change of a rule's terms for some (倾斜), a row of its own so that it moves with ordinary terms.

    ``rules`` names the rules it changes; empty means every rule of the tier.
    """

    code: str
    tier: Tier
    kind: UpliftKind
    value: int = 0
    condition: Condition = EVERYONE
    rules: frozenset[str] = frozenset()
    lost_without_referral: bool = False
    citation: Citation = Citation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A reduction of the bill that the hospital bears (减免). Empty ``categories``: the whole bill."""

    code: str
    rate_bp: int
    categories: frozenset[str] = frozenset()
    stage: WaiverStage = "bill"
    condition: Condition = EVERYONE
    citation: Citation = Citation()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLimit:
    """A share of the bill: out-of-catalogue control (目录外占比) or overall ceiling (总报销比例上限)."""

    code: str
    share_bp: int
    condition: Condition = EVERYONE
    citation: Citation = Citation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a disease may cost in scope per period (病种限额); ``amount_fen`` None: not entered.

    A chronic disease's quota limits its outpatient visits; one per ``visit`` also limits stays (定（限）额).
    """

    disease: str
    period: QuotaPeriod
    amount_fen: int | None
    citation: Citation = Citation()


@dataclass(frozen=True, slots=True, kw_only=True)
class FundShare:
    """A fund and its weight in a split, e.g. 5 of 5:2:3."""

    fund: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Which funds bear a payment (资金来源); the first row of a code whose condition matches holds."""

    code: str
    shares: tuple[FundShare, ...]
    condition: Condition = EVERYONE
    citation: Citation = Citation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One city's terms of one period, compiled (政策包)."""

    code: str
    city: str
    tiers: tuple[Tier, ...]
    rules: tuple[Rule, ...]
    fundings: tuple[Funding, ...]
    uplifts: tuple[Uplift, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    out_of_catalogue: tuple[ShareLimit, ...] = ()
    overall_ceilings: tuple[ShareLimit, ...] = ()
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    quota_visit_types: frozenset[str] = frozenset()
    admission_visit_types: frozenset[str] = frozenset({"inpatient"})
    rounding_unit_fen: int = 1
