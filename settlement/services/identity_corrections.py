"""Correct an identity and what was settled on it (更正身份并重算): shown first, posted on confirmation.

The list is made by doing it: the change is written, the years are folded on it, and all is rolled back.
So what is confirmed is what was shown, or the list is stale and asked for again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import IdentityChange, Person
from beneficiaries.services.identity_changes import (
    AskedChange,
    Bounds,
    identity_change_record,
    identity_periods_change,
    person_lock,
)
from common.codes import IdentityCategory
from settlement.differences import Difference
from settlement.engine.errors import EngineError
from settlement.errors import CorrectionRefusedError, CorrectionStaleError
from settlement.inputs import Inputs
from settlement.models import PersonYear
from settlement.selectors.identity_effects import held_by, replaced_inputs, state_of
from settlement.selectors.years import PostedYear, posted_year
from settlement.services.refolding import fold_from, post_differences

ALL = frozenset(IdentityCategory.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEffect:
    """What a correction means for one benefit year (年度影响).

    ``replaced`` are the claims that are settled on other identities; ``refused`` says why the year cannot be.
    """

    year: int
    posted: PostedYear
    replaced: Mapping[int, Inputs]
    differences: list[Difference]
    refused: str = ""

    @property
    def paid_fen(self) -> int:
        """By how much all payments change."""
        return sum(difference.figures.paid_fen for difference in self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The difference list (差额清单); ``digest`` is what a confirmation names."""

    years: tuple[YearEffect, ...]
    digest: str

    @property
    def claims(self) -> int:
        """On how many claims something is posted."""
        return sum(len(year.differences) for year in self.years)

    @property
    def paid_fen(self) -> int:
        """By how much all payments change, over all years."""
        return sum(year.paid_fen for year in self.years)

    @property
    def refused(self) -> str:
        """Why it cannot be posted; empty when it can."""
        return next((year.refused for year in self.years if year.refused), "")


def identity_correction_preview(*, person: Person, asked: AskedChange) -> Correction:
    """What a correction would post (预览差额); nothing stays written.

    Raises:
        IdentityChangeError: the change itself cannot be made.
    """
    with transaction.atomic():
        _, correction = _carried_out(person, asked)
        transaction.set_rollback(True)
    return correction


@transaction.atomic
def identity_correction_confirm(
    *, person: Person, asked: AskedChange, digest: str, by: User
) -> tuple[IdentityChange, bool]:
    """Make the change and post what follows; each difference is between fund and patient (确认更正).

    Returns:
        The change, and whether this call made it; confirming again does nothing.

    Raises:
        CorrectionStaleError: something was posted or changed since the list was shown.
        CorrectionRefusedError: a year cannot be settled on the new identities.
        IdentityChangeError: the change itself cannot be made.
    """
    person_lock(person_id=person.pk)
    earlier = IdentityChange.objects.filter(person=person, digest=digest).first()
    if earlier is not None:
        return earlier, False
    bounds, correction = _carried_out(person, asked)
    if correction.digest != digest:
        raise CorrectionStaleError
    if correction.refused:
        raise CorrectionRefusedError(correction.refused)
    change = identity_change_record(person=person, asked=asked, bounds=bounds, digest=digest, by=by)
    reason = f"身份更正第{change.pk}号：{asked.reason}"[:200]
    for year in correction.years:
        if year.differences:
            post_differences(year.posted, year.differences, reason=reason)
    return change, True


def _carried_out(person: Person, asked: AskedChange) -> tuple[Bounds, Correction]:
    """Change the periods and fold the years on them, under the locks that posting needs."""
    person_lock(person_id=person.pk)
    # In the order of their keys, like every job that holds several.
    rows = PersonYear.objects.select_for_update().filter(person=person).order_by("pk")
    years = {row.pk: row.year for row in rows}
    state = state_of(person_id=person.pk, year_ids=list(years))
    categories = ALL if asked.kind == IdentityChange.Kind.SETTLED else frozenset({asked.category})
    bounds = identity_periods_change(person=person, asked=asked)
    effects = tuple(_effect(key, number, person, categories) for key, number in years.items())
    return bounds, Correction(years=effects, digest=_digest(person, asked, state, effects))


def _effect(key: int, number: int, person: Person, categories: frozenset[str]) -> YearEffect:
    posted = posted_year(key)
    replaced = replaced_inputs(year=posted, held=held_by(person_id=person.pk), categories=categories)
    differences: list[Difference] = []
    refused = ""
    if replaced:
        try:
            differences = fold_from(posted, min(replaced), replaced)
        except EngineError as error:
            refused = str(error)
    return YearEffect(year=number, posted=posted, replaced=replaced, differences=differences, refused=refused)


def _digest(
    person: Person, asked: AskedChange, state: Mapping[str, object], effects: tuple[YearEffect, ...]
) -> str:
    """Of what is asked, what it rests on and what it posts."""
    due = [
        [effect.year, effect.refused, [[one.claim.id, one.figures, one.parts] for one in effect.differences]]
        for effect in effects
    ]
    content = json.dumps([person.pk, asdict(asked), state, due], default=str, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
