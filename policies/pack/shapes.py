"""The keys of every section of a pack file, listed once for reading, writing and storing (政策包格式)."""

from common.codes import FeeCategory, IdentityCategory, Place, Tier, VisitType
from policies import codes
from policies import models as tables
from policies.pack import checks
from policies.pack.advice import ADVICE
from policies.pack.keys import CITED, CONDITION, NAMED, OF_COUNTY, REQUIRED, Key, Shape, key, reference
from policies.pack.kinds import DAY, FLAG, PERCENT, TEXT, WHOLE, YUAN, choice, list_of
from policies.pack.procedures import PROCEDURES

__all__ = [
    "BANDS",
    "CAPS",
    "CONDITION",
    "PARAMETERS",
    "POLICY",
    "REQUIRED",
    "Key",
    "Shape",
    "key",
    "reference",
]

BANDS = Shape(
    section="bands",
    model=tables.Band,
    named_by="",
    keys=(
        key("from", YUAN, attribute="floor_fen"),
        key("to", YUAN, None, attribute="ceiling_fen"),
        key("rate", PERCENT, attribute="rate_bp"),
    ),
    checks=(checks.band_is_a_slice,),
)
CAPS = Shape(
    section="caps",
    model=tables.RuleCap,
    named_by="",
    keys=(key("limit", YUAN, attribute="limit_fen"), key("pool", TEXT, "")),
)
RULES = Shape(
    section="rules",
    model=tables.Rule,
    conditioned=True,
    keys=(
        *NAMED,
        key("tier", choice(Tier)),
        key("benefit", TEXT, ""),
        key("measured", choice(codes.Measure), codes.Measure.VISIT),
        key("accrual", choice(codes.Accrual), codes.Accrual.INCREMENTAL),
        key("base_pool", TEXT, ""),
        key("paid_pool", TEXT, ""),
        key("starts_pool", TEXT, ""),
        key("starts_reaches", YUAN, None, attribute="starts_reaches_fen"),
        # [] is not yet entered (a claim is refused); no key is no deductible.
        key("deductible", list_of(YUAN), [0], attribute="deductible_amounts_fen"),
        key("deductible_threshold_only", FLAG, False),
        key("bands_on_excess", FLAG, False),
        key("bed_day", YUAN, None, attribute="bed_day_fen"),
        key("scale", PERCENT, 10_000, attribute="scale_bp"),
        key("requires_quota", FLAG, False),
        key("funding", TEXT),
        *CITED,
    ),
    children=(BANDS, CAPS),
    checks=(checks.is_cited, checks.bands_do_not_overlap, checks.rule_is_complete),
)
UPLIFTS = Shape(
    section="uplifts",
    model=tables.Uplift,
    conditioned=True,
    keys=(
        *NAMED,
        key("tier", choice(Tier)),
        key("kind", choice(codes.UpliftKind)),
        key("rate", PERCENT, None, attribute="value_bp"),
        key("admissions", WHOLE, None),
        key("rules", list_of(TEXT), []),
        key("lost_without_referral", FLAG, False),
        *CITED,
    ),
    checks=(checks.is_cited, checks.uplift_value_fits_kind),
)
WAIVERS = Shape(
    section="waivers",
    model=tables.Waiver,
    conditioned=True,
    keys=(
        *NAMED,
        key("rate", PERCENT, attribute="rate_bp"),
        key("categories", list_of(choice(FeeCategory)), []),
        key("stage", choice(codes.WaiverStage), codes.WaiverStage.BILL),
        *CITED,
    ),
    checks=(checks.is_cited, checks.waiver_is_possible),
)
SHARE_LIMITS = Shape(
    section="share_limits",
    model=tables.ShareLimit,
    conditioned=True,
    keys=(
        *NAMED,
        key("kind", choice(codes.ShareLimitKind)),
        key("share", PERCENT, attribute="share_bp"),
        *CITED,
    ),
    checks=(checks.is_cited,),
)
QUOTAS = Shape(
    section="quotas",
    model=tables.Quota,
    named_by="disease",
    keys=(
        reference("disease", REQUIRED),
        key("period", choice(codes.QuotaPeriod)),
        key("amount", YUAN, attribute="amount_fen"),
        *CITED,
    ),
    checks=(checks.is_cited,),
)
SHARES = Shape(
    section="shares",
    model=tables.FundingShare,
    named_by="",
    keys=(reference("fund", REQUIRED), key("weight", WHOLE)),
    checks=(checks.weight_is_positive,),
)
FUNDINGS = Shape(
    section="fundings",
    model=tables.Funding,
    conditioned=True,
    keys=(*NAMED, key("group", TEXT, ""), *CITED),
    children=(SHARES,),
    checks=(checks.is_cited,),
)
NOT_GRANTED = Shape(
    section="not_granted",
    model=tables.NotGranted,
    keys=(
        *NAMED,
        key("tier", choice(Tier)),
        key("identities", list_of(choice(IdentityCategory)), []),
        *CITED,
    ),
    checks=(checks.is_cited,),
)
LEDGERS = Shape(
    section="ledgers",
    model=tables.LedgerKind,
    keys=(
        *NAMED,
        key("source", choice(codes.LedgerSource), codes.LedgerSource.PAYMENTS),
        key("tier", choice(Tier), ""),
        reference("fund"),
        key("identities", list_of(choice(IdentityCategory)), []),
        key("disease_lists", list_of(TEXT), []),
        key("places", list_of(choice(Place)), []),
        key("payer_level", choice(codes.FundLevel), ""),
        key("deadline_working_days", WHOLE, None),
        *CITED,
    ),
    checks=(checks.is_cited,),
)
PARAMETERS = Shape(
    section="parameters",
    model=tables.PolicyParameter,
    keys=(
        *NAMED,
        key("value", TEXT),
        key("unit", TEXT, ""),
        key("identities", list_of(choice(IdentityCategory)), []),
        *OF_COUNTY,
        *CITED,
    ),
    checks=(checks.is_cited, checks.override_names_a_county),
)
POLICY = Shape(
    section="policy",
    model=tables.Policy,
    keys=(
        key("code", TEXT),
        key("title", TEXT),
        key("city_code", TEXT),
        key("city_name", TEXT),
        key("from", DAY, attribute="valid_from"),
        key("to", DAY, None, attribute="valid_to"),
        key("rounding_unit", YUAN, 1, attribute="rounding_unit_fen"),
        key("tiers", list_of(choice(Tier))),
        key("quota_visit_types", list_of(choice(VisitType)), []),
        key("admission_visit_types", list_of(choice(VisitType)), []),
        key("note", TEXT, ""),
    ),
    children=(
        RULES,
        UPLIFTS,
        WAIVERS,
        SHARE_LIMITS,
        QUOTAS,
        FUNDINGS,
        NOT_GRANTED,
        LEDGERS,
        *PROCEDURES,
        ADVICE,
        PARAMETERS,
    ),
    checks=(checks.period_is_a_period, checks.city_code_is_a_number),
)
