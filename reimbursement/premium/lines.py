"""What a sheet says of one person (资助明细的计算): what is due now, less what was applied for before."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from reimbursement.premium.aid import premium_aid_of
from reimbursement.premium.people import InsuredPerson
from reimbursement.premium.terms import InsuredFacts, PremiumAid, PremiumTerms


class SheetLine(NamedTuple):
    """A line before it is written; amounts in fen, shares by fund."""

    person_id: int
    change: str
    insurance_type: str
    row_code: str
    clause: str
    contribution_fen: int
    amount_fen: int
    previous_fen: int
    shares: Mapping[str, int]
    due_shares: Mapping[str, int]
    candidates: list[dict[str, Any]]


def line_of(person: InsuredPerson, *, terms: PremiumTerms, year: int, county_class: str) -> SheetLine | None:
    """The line of a person; None where nothing is due that earlier sheets did not apply for.

    Raises:
        PremiumError: the pack does not say enough to compute the aid.
    """
    aid = _aid(person, terms, year, county_class)
    shares = {share.fund: share.amount_fen for share in aid.shares if share.amount_fen} if aid else {}
    amount_fen = aid.amount_fen if aid else 0
    row_code = aid.row_code if aid and amount_fen else ""
    earlier = person.earlier
    if (row_code, amount_fen, shares) == (earlier.row_code, earlier.amount_fen, dict(earlier.shares)):
        return None
    return SheetLine(
        person_id=person.person_id,
        change=_change(amount_fen, earlier.amount_fen),
        insurance_type=person.insurance_type or "",
        row_code=row_code,
        clause=aid.clause if aid and amount_fen else "",
        contribution_fen=aid.contribution_fen if aid else 0,
        amount_fen=amount_fen,
        previous_fen=earlier.amount_fen,
        shares=shares,
        due_shares=_differences(shares, earlier.shares),
        candidates=_candidates(aid),
    )


def _aid(person: InsuredPerson, terms: PremiumTerms, year: int, county_class: str) -> PremiumAid | None:
    waits = person.applied_elsewhere and not person.earlier.amount_fen
    if person.insurance_type is None or waits:
        return None
    facts = InsuredFacts(
        identities=person.identities,
        insurance_type=person.insurance_type,
        county_class=county_class,
        born_on=person.born_on,
        unable_to_pay=person.unable_to_pay,
    )
    return premium_aid_of(terms=terms, person=facts, year=year)


def _change(amount_fen: int, earlier_fen: int) -> str:
    if not earlier_fen:
        return "new"
    return "corrected" if amount_fen else "left"


def _differences(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    due = {fund: now.get(fund, 0) - before.get(fund, 0) for fund in {**before, **now}}
    return {fund: fen for fund, fen in due.items() if fen}


def _candidates(aid: PremiumAid | None) -> list[dict[str, Any]]:
    return [
        {"row": one.row_code, "title": one.title, "amount_fen": one.amount_fen, "counted": one.counted}
        for one in (aid.candidates if aid else ())
    ]
