"""Who gets how much of the contribution paid, by which funds (参保资助).

Of all rows that match a person the highest holds (就高), among equals the one listed first; nobody gets more
than the contribution (黔南医保发〔2019〕36号 二(三)). The funds' shares are exact to the fen: those left over
go to the largest remainders, ties to the fund listed first.
"""

from datetime import date

from common.money import split_by_weights
from policies.codes import PremiumAidKind
from reimbursement.premium.errors import (
    CentralSubsidyMissingError,
    ContributionMissingError,
    PremiumFundingMissingError,
)
from reimbursement.premium.terms import (
    AidCandidate,
    AidTerms,
    ContributionTerms,
    FundShare,
    InsuredFacts,
    PremiumAid,
    PremiumTerms,
    ShareTerms,
)


def premium_aid_of(*, terms: PremiumTerms, person: InsuredFacts, year: int) -> PremiumAid:
    """The aid of one person for one insured year (资助金额).

    Args:
        terms: of the pack and county, see ``selectors.premium_terms``.
        person: the facts that count for the year.
        year: the insured year (参保年度), not the year of paying.

    Raises:
        ContributionMissingError: the pack does not know what the person pays that year.
        CentralSubsidyMissingError: the aid depends on a central subsidy that nobody entered.
        PremiumFundingMissingError: no funding row says who bears it, e.g. for the county's class.
    """
    matching = [aid for aid in terms.aids if _matches(aid, person, year)]
    contribution = terms.contributions.get((year, person.insurance_type))
    if contribution is None:
        if any(aid.kind != PremiumAidKind.NONE for aid in matching):
            raise ContributionMissingError(year=year, insurance_type=person.insurance_type)
        contribution = ContributionTerms(amount_fen=0, central_subsidy_fen=None)
    amounts = [_amount(aid, contribution) for aid in matching]
    candidates = tuple(
        AidCandidate(
            row_code=aid.code,
            title=aid.title,
            clause=aid.clause,
            provisional=aid.provisional,
            amount_fen=amount_fen,
            counted=_counts(aid, person),
        )
        for aid, amount_fen in zip(matching, amounts, strict=True)
    )
    counted = [(aid, fen) for aid, fen in zip(matching, amounts, strict=True) if _counts(aid, person)]
    if not counted:
        return _nothing(contribution, candidates)
    # max takes the first of equals: the order of the pack.
    aid, amount_fen = max(counted, key=lambda found: found[1])
    return PremiumAid(
        contribution_fen=contribution.amount_fen,
        amount_fen=amount_fen,
        row_code=aid.code,
        clause=aid.clause,
        provisional=aid.provisional,
        shares=_shares(terms, aid, person, amount_fen),
        candidates=candidates,
    )


def age_on(*, born_on: date, year: int, month_day: tuple[int, int]) -> int:
    """Full years of age on a day of a year (周岁); nobody born on 29 February waits for the next."""
    return year - born_on.year - (month_day < (born_on.month, born_on.day))


def _matches(aid: AidTerms, person: InsuredFacts, year: int) -> bool:
    if aid.identities and not aid.identities & person.identities:
        return False
    if aid.insurance_types and person.insurance_type not in aid.insurance_types:
        return False
    if aid.age_from is None and aid.age_below is None:
        return True
    age = age_on(born_on=person.born_on, year=year, month_day=aid.age_on)
    return (aid.age_from is None or age >= aid.age_from) and (aid.age_below is None or age < aid.age_below)


def _counts(aid: AidTerms, person: InsuredFacts) -> bool:
    return person.unable_to_pay or not aid.needs_recognition


def _amount(aid: AidTerms, contribution: ContributionTerms) -> int:
    if aid.kind == PremiumAidKind.NONE:
        return 0
    if aid.kind == PremiumAidKind.FIXED:
        return min(aid.amount_fen or 0, contribution.amount_fen)
    if aid.kind == PremiumAidKind.LESS_CENTRAL_SUBSIDY:
        if contribution.central_subsidy_fen is None:
            raise CentralSubsidyMissingError(row=aid.title or aid.code)
        return max(0, contribution.amount_fen - contribution.central_subsidy_fen)
    return contribution.amount_fen


def _shares(
    terms: PremiumTerms, aid: AidTerms, person: InsuredFacts, amount_fen: int
) -> tuple[FundShare, ...]:
    if not amount_fen:
        return ()
    for funding in terms.fundings.get(aid.funding, ()):
        if _bears(funding, person):
            parts = split_by_weights(amount_fen, funding.weights)
            return tuple(
                FundShare(fund=fund, amount_fen=part) for fund, part in zip(funding.funds, parts, strict=True)
            )
    raise PremiumFundingMissingError(row=aid.title or aid.code, county_class=person.county_class)


def _bears(funding: ShareTerms, person: InsuredFacts) -> bool:
    return (
        (not funding.identities or bool(funding.identities & person.identities))
        and (not funding.insurance_types or person.insurance_type in funding.insurance_types)
        and (not funding.county_classes or person.county_class in funding.county_classes)
    )


def _nothing(contribution: ContributionTerms, candidates: tuple[AidCandidate, ...]) -> PremiumAid:
    return PremiumAid(
        contribution_fen=contribution.amount_fen,
        amount_fen=0,
        row_code="",
        clause="",
        provisional=False,
        shares=(),
        candidates=candidates,
    )
