"""Assistance at the end of the year (年末补算): whoever never reached the start is paid now.

郑民文〔2017〕131号 三(六): the same ``F`` on the year's accumulated base, the same pools, minus the paid sum.
The run is one more entry at the end of a person's fold: a claim without hospital and cost. So verifying, a
reversal afterwards and a correction need nothing of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from common.clock import business_date
from organizations.models import Region
from settlement.compiler import compiled_policy
from settlement.engine.errors import EngineError
from settlement.engine.settle import settle
from settlement.errors import NoPolicyError, YearNotOverError
from settlement.figures import Part, added, figures_of, parts_of
from settlement.inputs import inputs_dump
from settlement.models import Claim, Payment, PoolEntry, Settlement
from settlement.selectors.year_end import YearEnd, year_end_inputs, year_end_of, year_ends
from settlement.services.locking import person_year_lock_by_key
from settlement.services.posting import Posting

REASON = "年末医疗救助补算"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one person gets from the run, fen, and from which funds.

    ``refused`` says why it could not be computed.
    """

    person_year_id: int
    person_id: int
    county_id: int
    amount_fen: int = 0
    parts: tuple[Part, ...] = ()
    refused: str = ""


@dataclass(slots=True, kw_only=True)
class YearEndSummary:
    """How far a run is: people looked at, granted and refused; what was granted, fen."""

    looked_at: int = 0
    granted: int = 0
    refused: int = 0
    amount_fen: int = 0

    def note(self, grant: Grant) -> None:
        """Count somebody who is due something or was refused."""
        self.granted += bool(grant.amount_fen)
        self.refused += bool(grant.refused)
        self.amount_fen += grant.amount_fen


def _ignore(_: object) -> None:
    """Nobody listens."""


def year_end_preview(
    *, city: Region, year: int, on_grant: Callable[[Grant], None] = _ignore
) -> YearEndSummary:
    """What the run would pay now (年末补算预览), as of one moment; writes nothing, locks nothing.

    Args:
        city: the prefecture of insurance.
        year: benefit year; it need not be over.
        on_grant: gets everybody who is due something or cannot be computed, in a stream.
    """
    summary = YearEndSummary()
    with transaction.atomic():
        for known in year_ends(city_id=city.pk, year=year):
            grant, _ = _grant_of(known)
            summary.looked_at += 1
            if grant.amount_fen or grant.refused:
                summary.note(grant)
                on_grant(grant)
    return summary


def year_end_run(
    *,
    city: Region,
    year: int,
    on_grant: Callable[[Grant], None] = _ignore,
    on_progress: Callable[[YearEndSummary], None] = _ignore,
) -> YearEndSummary:
    """Pay everybody insured in the city what assistance still owes for the year (年末补算).

    One transaction and one lock per person: a run that is killed leaves whole people, and a run started
    again, or beside another, posts only what is still due. Late claims are met by running again.

    Args:
        city: the prefecture of insurance.
        year: benefit year.
        on_grant: gets everybody who was paid or cannot be computed.
        on_progress: gets the counts after every person who was due something.

    Raises:
        YearNotOverError: the year's last day is still to come.
    """
    if business_date() < date(year, 12, 31):
        raise YearNotOverError(year)
    summary = YearEndSummary()
    due: list[int] = []
    with transaction.atomic():
        for known in year_ends(city_id=city.pk, year=year):
            grant, _ = _grant_of(known)
            summary.looked_at += 1
            if grant.amount_fen or grant.refused:
                due.append(known.person_year_id)
    for person_year_id in due:
        for grant in _person_pay(city=city, year=year, person_year_id=person_year_id):
            summary.note(grant)
            on_grant(grant)
        on_progress(summary)
    return summary


@transaction.atomic
def _person_pay(*, city: Region, year: int, person_year_id: int) -> list[Grant]:
    """Post what one person is due, if anything still is now that nobody else can move the year."""
    person_year_lock_by_key(person_year_id)
    known = year_end_of(city_id=city.pk, year=year, person_year_id=person_year_id)
    if known is None:
        return []
    grant, posting = _grant_of(known)
    if posting is not None and grant.amount_fen:
        _entry_post(known, posting, year)
    return [grant] if grant.amount_fen or grant.refused else []


def _grant_of(known: YearEnd) -> tuple[Grant, Posting | None]:
    grant = Grant(person_year_id=known.person_year_id, person_id=known.person_id, county_id=known.county_id)
    try:
        inputs = year_end_inputs(known)
        result = settle(inputs.claim, inputs.facts, known.pools, compiled_policy(inputs.policy_id))
    except (EngineError, NoPolicyError) as error:
        return replace(grant, refused=str(error)), None
    posting = Posting(
        figures=figures_of(result),
        parts=parts_of(result),
        entries=result.pool_entries,
        inputs=inputs_dump(inputs),
        explanation=result.explanation or {},
        pools_after=added(known.pools, result.pool_entries),
    )
    return replace(grant, amount_fen=result.account_fen, parts=tuple(posting.parts)), posting


def _entry_post(known: YearEnd, posting: Posting, year: int) -> None:
    """The entry with its settlement, payments to the patient and pool entries; four statements."""
    claim = Claim.objects.create(
        year_end=True,
        # Unique, so that two entries can never be the same one.
        claim_no=f"{year}年末补算-{known.person_year_id}-{known.entries + 1}",
        person_id=known.person_id,
        person_year_id=known.person_year_id,
        benefit_year=year,
        policy_id=posting.inputs["policy_id"],
        insured_county_id=known.county_id,
        visit_type=posting.inputs["claim"]["visit_type"],
        admitted_on=known.on,
        discharged_on=known.on,
        referral=posting.inputs["claim"]["referral"],
        total_fen=0,
    )
    settlement = Settlement.objects.create(
        claim=claim,
        person_year_id=known.person_year_id,
        kind=Settlement.Kind.ORIGINAL,
        reason=REASON,
        posted_on=business_date(),
        inputs=posting.inputs,
        explanation=posting.explanation,
        pools_after=posting.pools_after,
        **posting.figures._asdict(),
    )
    Payment.objects.bulk_create(
        Payment(
            settlement=settlement,
            claim=claim,
            county_id=known.county_id,
            benefit_year=year,
            posted_on=settlement.posted_on,
            **part._asdict(),
        )
        for part in posting.parts
    )
    PoolEntry.objects.bulk_create(
        PoolEntry(settlement=settlement, person_year_id=known.person_year_id, pool=pool, amount=amount)
        for pool, amount in posting.entries
    )
