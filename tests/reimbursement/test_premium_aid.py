"""Premium aid by the shipped packs: worked cases, and what holds for everybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from common.codes import IdentityCategory
from policies.models import Clause, Policy, PremiumAid
from policies.pack.rows import Row
from reimbursement.premium.aid import age_on, premium_aid_of
from reimbursement.premium.errors import (
    CentralSubsidyMissingError,
    ContributionMissingError,
    PremiumFundingMissingError,
)
from reimbursement.premium.terms import InsuredFacts, PremiumTerms
from reimbursement.premium.terms import PremiumAid as PremiumAidResult
from reimbursement.selectors import premium_policy, premium_terms
from tests import factories
from tests.policies.packs import PACKS, only_shipped_packs
from tests.reimbursement.procedure_cases import PREMIUMS, cases_of

CASES = cases_of("premiums.yaml", PREMIUMS)
CODES = ["anshan-2019", "qiannan-2019", "zhengzhou-2017", "zhengzhou-2018", "zhengzhou-2019"]


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, PremiumTerms]]:
    with django_db_blocker.unblock(), only_shipped_packs([PACKS]):
        yield {policy.code: premium_terms(policy=policy) for policy in Policy.objects.all()}


def facts(*identities: str, **values: object) -> InsuredFacts:
    plain = {
        "identities": frozenset(identities),
        "insurance_type": "residents",
        "county_class": "",
        "born_on": date(1980, 6, 1),
    }
    return InsuredFacts(**plain | values)


def year_of(terms: PremiumTerms) -> int:
    (year,) = {year for year, _ in terms.contributions}
    return year


def for_case(case: Row, terms: PremiumTerms) -> PremiumTerms:
    """The pack's terms with the amounts that the case puts in place of unconfirmed ones."""
    given_fen = {
        "amount_fen": case.number("contribution"),
        "central_subsidy_fen": case.number("central_subsidy"),
    }
    changed = {name: fen for name, fen in given_fen.items() if fen is not None}
    contributions = {at: replace(known, **changed) for at, known in terms.contributions.items()}
    return replace(terms, contributions=contributions)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text("code"))
def test_a_worked_case_comes_out(case, terms):
    pack = terms[case.text("pack")]
    person = facts(
        *case.texts("identities"),
        insurance_type=case.text("insurance"),
        county_class=case.text("county_class"),
        unable_to_pay=case.values["unable"],
        born_on=case.values["born"] or date(1980, 6, 1),
    )
    aid = premium_aid_of(terms=for_case(case, pack), person=person, year=year_of(pack))
    assert {"资助": aid.amount_fen, "个人实缴": aid.own_fen} == case.values["expect"]
    assert aid.row_code == case.text("row")
    assert {share.fund: share.amount_fen for share in aid.shares} == case.values["funds"]
    assert [one.row_code for one in aid.candidates if not one.counted] == list(case.texts("awaiting"))
    if aid.amount_fen:
        assert aid.clause == case.text("clause")


def test_the_figures_c35_to_c37_are_among_the_cases():
    assert {"C35a", "C35b", "C35c", "C36", "C37"} <= {case.text("code") for case in CASES}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(CODES),
    identities=st.frozensets(st.sampled_from(IdentityCategory.values), max_size=5),
    more=st.sampled_from(IdentityCategory.values),
    born_on=st.dates(date(1930, 1, 1), date(2017, 12, 31)),
    unable=st.booleans(),
    amount_fen=st.integers(3_000, 30_000),
)
def test_aid_is_borne_to_the_fen_and_more_identities_never_give_less(
    terms, *, code, identities, more, born_on, unable, amount_fen
):
    pack = terms[code]
    contributions = {at: replace(one, amount_fen=amount_fen) for at, one in pack.contributions.items()}
    pack = replace(pack, contributions=contributions)

    def aid_of(held: frozenset[str]) -> PremiumAidResult:
        person = facts(*held, county_class="贫困县", born_on=born_on, unable_to_pay=unable)
        return premium_aid_of(terms=pack, person=person, year=year_of(pack))

    aid = aid_of(identities)
    assert sum(share.amount_fen for share in aid.shares) == aid.amount_fen
    assert 0 <= aid.amount_fen <= amount_fen
    assert aid_of(identities | {more}).amount_fen >= aid.amount_fen
    assert aid_of(frozenset()).amount_fen == 0


def test_what_is_not_entered_is_named(terms):
    qiannan, zhengzhou = terms["qiannan-2019"], terms["zhengzhou-2018"]
    poor = facts("registered_poor")
    with pytest.raises(ContributionMissingError, match=r"没有 2020 年“城乡居民基本医疗保险”的个人缴费标准"):
        premium_aid_of(terms=qiannan, person=replace(poor, county_class="贫困县"), year=2020)
    with pytest.raises(PremiumFundingMissingError, match=r"“资助参保定额（建档立卡）”没有适用于未分类的县区"):
        premium_aid_of(terms=qiannan, person=poor, year=2019)
    unknown = {at: replace(one, central_subsidy_fen=None) for at, one in zhengzhou.contributions.items()}
    with pytest.raises(CentralSubsidyMissingError, match=r"“资助参保（低保）”须扣除中央财政补助"):
        premium_aid_of(
            terms=replace(zhengzhou, contributions=unknown), person=facts("minimum_living"), year=2018
        )


@pytest.mark.parametrize(
    ("born_on", "age"),
    [
        (date(1958, 1, 1), 60),
        (date(1958, 1, 2), 59),
        (date(1957, 12, 31), 60),
        (date(2018, 1, 1), 0),
    ],
)
def test_age_counts_on_the_fixed_day(born_on, age):
    assert age_on(born_on=born_on, year=2018, month_day=(1, 1)) == age


def test_who_is_born_on_a_leap_day_is_older_on_the_first_of_march():
    assert age_on(born_on=date(1960, 2, 29), year=2019, month_day=(2, 28)) == 58
    assert age_on(born_on=date(1960, 2, 29), year=2019, month_day=(3, 1)) == 59


def test_a_county_gives_more_on_a_document_of_its_own(terms, db):
    pack = Policy.objects.get(code="qiannan-2019")
    PremiumAid.objects.create(
        policy=pack, code="registered-poor-duyun", title="资助参保（都匀市另加）", position=90,
        identities=["registered_poor"], insurance_types=["residents"], kind="full",
        funding="premium-aid-registered-poor", county_code="522701", overrides="registered-poor",
        clause=Clause.objects.get(document__number="黔南医保发〔2019〕36号", path="二(三)"),
    )  # fmt: skip
    person = facts("registered_poor", county_class="非贫困县")

    def aid_in(county_code: str) -> tuple[str, int, list[str]]:
        held = premium_terms(policy=pack, county_code=county_code)
        aid = premium_aid_of(terms=held, person=person, year=2019)
        return aid.row_code, aid.amount_fen, [one.row_code for one in aid.candidates]

    assert aid_in("522701") == ("registered-poor-duyun", 22_000, ["registered-poor-duyun"])
    assert aid_in("522702") == ("registered-poor", 10_000, ["registered-poor"])


def test_terms_take_few_queries(terms, db, django_assert_num_queries):
    pack = Policy.objects.get(code="zhengzhou-2019")
    with django_assert_num_queries(5):
        premium_terms(policy=pack)


def test_the_pack_of_a_year_is_the_last_published_that_holds_in_it(terms, db):
    assert premium_policy(city_code="410100", year=2017) is None
    for pack in Policy.objects.filter(city_code="410100"):
        factories.publish(pack)
    packs = {year: premium_policy(city_code="410100", year=year).code for year in (2017, 2018, 2019)}
    assert packs == {2017: "zhengzhou-2017-11", 2018: "zhengzhou-2018", 2019: "zhengzhou-2019"}
    assert premium_policy(city_code="410100", year=2030) is None
