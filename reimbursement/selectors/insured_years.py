"""What a pack says of being insured in a year (参保口径): who is to be, recognised until when."""

from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from beneficiaries.enrolment_rule import last_day_for
from beneficiaries.selectors.enrolment_gaps import GapTerms, day_of
from common.clock import business_date
from organizations.models import Region
from organizations.scope import Scope
from policies.codes import PremiumAidKind
from policies.models import Policy, PremiumAid
from policies.selectors import parameter_in_county
from reimbursement.premium.errors import InsuredYearError
from reimbursement.selectors.policy_terms import premium_policy

CUTOFF, TARGET = "enrolment-cutoff", "target-insured"


class InsuredYear(NamedTuple):
    """A year of insurance in a county by its city's pack.

    ``cutoff`` is the month and day up to which the newly recognised are insured this year, None where the
    documents name none; ``identities`` are those who are all to be insured.
    """

    policy: Policy
    year: int
    cutoff: tuple[int, int] | None
    identities: frozenset[str]

    @property
    def last_day(self) -> date:
        """The last day of recognition that counts for the year."""
        return last_day_for(year=self.year, cutoff=self.cutoff)


def gap_terms(held: InsuredYear) -> GapTerms:
    """The pack's terms as the list of who is missing takes them."""
    on = day_of(year=held.year, today=business_date())
    return GapTerms(year=held.year, identities=held.identities, last_day=held.last_day, on=on)


def counties_of(scope: Scope) -> QuerySet[Region]:
    """The counties of a scope; a hospital has none."""
    rows = Region.objects.filter(level=Region.Level.COUNTY).select_related("parent").order_by("code")
    if scope.everything:
        return rows
    return rows.none() if scope.hospital_id is not None else rows.filter(pk__in=scope.county_ids)


def city_of(county: Region) -> Region:
    """The city whose pack holds in a county."""
    if county.level == Region.Level.COUNTY and county.parent is not None:
        return county.parent
    return county


def insured_year_of(*, county: Region, year: int) -> InsuredYear:
    """What holds in a county for a year.

    Raises:
        InsuredYearError: no published pack holds, or its day is none.
    """
    city = city_of(county)
    policy = premium_policy(city_code=city.code, year=year)
    if policy is None:
        raise InsuredYearError("no_policy", f"{city.name}没有适用于 {year} 年的已发布政策包，请先发布。")
    return InsuredYear(policy, year, _cutoff(policy, county.code, year), _identities(policy, county.code))


def _cutoff(policy: Policy, county_code: str, year: int) -> tuple[int, int] | None:
    row = parameter_in_county(policy=policy, code=CUTOFF, county_code=county_code)
    if row is None:
        return None
    try:
        day = date.fromisoformat(f"{year}-{row.value}")
    except ValueError as error:
        raise InsuredYearError(
            "cutoff_invalid", f"政策包 {policy.code} 的参保认定截止日“{row.value}”不是“月-日”，请更正。"
        ) from error
    return day.month, day.day


def _identities(policy: Policy, county_code: str) -> frozenset[str]:
    """Those of the target of coverage; where a pack has none, those whose premium it aids."""
    target = parameter_in_county(policy=policy, code=TARGET, county_code=county_code)
    if target is not None and target.identities:
        return frozenset(target.identities)
    aided = PremiumAid.objects.filter(policy=policy).exclude(kind=PremiumAidKind.NONE)
    return frozenset(code for row in aided for code in row.identities)
