"""Sections of a pack that settlements do not use: premiums, paying out, certification (参保、拨付、鉴定)."""

from common.codes import IdentityCategory, InsuranceType
from policies import codes
from policies import models as tables
from policies.pack import checks
from policies.pack.keys import CITED, NAMED, OF_COUNTY, REQUIRED, Shape, key, reference
from policies.pack.kinds import FLAG, PERCENT, TEXT, WHOLE, YUAN, choice, list_of

CONTRIBUTIONS = Shape(
    section="contributions",
    model=tables.Contribution,
    keys=(
        *NAMED,
        key("year", WHOLE),
        key("insurance_type", choice(InsuranceType)),
        key("amount", YUAN, attribute="amount_fen"),
        key("central_subsidy", YUAN, None, attribute="central_subsidy_fen"),
        *CITED,
    ),
    checks=(checks.is_cited, checks.contribution_is_complete),
)
PREMIUM_AIDS = Shape(
    section="premium_aids",
    model=tables.PremiumAid,
    keys=(
        *NAMED,
        key("identities", list_of(choice(IdentityCategory)), []),
        key("insurance_types", list_of(choice(InsuranceType)), []),
        key("kind", choice(codes.PremiumAidKind)),
        key("amount", YUAN, None, attribute="amount_fen"),
        key("needs_recognition", FLAG, False),
        key("age_from", WHOLE, None),
        key("age_below", WHOLE, None),
        key("age_on", TEXT, ""),
        key("funding", TEXT, ""),
        *OF_COUNTY,
        *CITED,
    ),
    checks=(
        checks.is_cited,
        checks.aid_fits_kind,
        checks.aid_ages_have_a_day,
        checks.override_names_a_county,
    ),
)
DISBURSEMENTS = Shape(
    section="disbursements",
    model=tables.Disbursement,
    keys=(
        *NAMED,
        key("subject", choice(codes.DisbursementSubject)),
        key("ledgers", list_of(TEXT), []),
        key("first_share", PERCENT, 10_000, attribute="first_share_bp"),
        key("first_working_days", WHOLE, None),
        key("rest_working_days", WHOLE, None),
        *OF_COUNTY,
        *CITED,
    ),
    checks=(checks.is_cited, checks.disbursement_has_its_days, checks.override_names_a_county),
)
EXAM_STANDARDS = Shape(
    section="exam_standards",
    model=tables.ExamStandard,
    named_by="disease",
    keys=(
        reference("disease", REQUIRED),
        key("items", list_of(TEXT)),
        key("charged_items", list_of(TEXT), []),
        *CITED,
    ),
    checks=(checks.is_cited, checks.exam_items_are_named_once),
)
APPLICATIONS = Shape(
    section="applications",
    model=tables.ApplicationRule,
    keys=(
        *NAMED,
        key("disease_lists", list_of(TEXT)),
        key("at_any_time_only", FLAG, False),
        key("timing", choice(codes.ApplicationTiming)),
        key("months", list_of(WHOLE), []),
        *CITED,
    ),
    checks=(checks.is_cited, checks.months_are_months),
)
PROCEDURES = (CONTRIBUTIONS, PREMIUM_AIDS, DISBURSEMENTS, EXAM_STANDARDS, APPLICATIONS)
