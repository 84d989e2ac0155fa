"""Changing an identity by hand (身份更正): a period closes, another opens, and the change is written down.

What follows for settled claims belongs to settlement, which shows it first and calls this on confirmation.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from beneficiaries.models import Identity, IdentityChange, Person

Kind = IdentityChange.Kind


class IdentityChangeError(Exception):
    """The change cannot be made so; ``code`` is stable, the message says in Chinese what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedChange:
    """What is asked for (更正内容): ``[since, until)``; ``identity_id`` is the period that is corrected.

    ``lifted_on`` is the day a registered poor person was lifted from poverty.
    """

    kind: str
    category: str
    identity_id: int | None = None
    since: date | None = None
    until: date | None = None
    lifted_on: date | None = None
    recognised_by: str
    basis: str
    reason: str


def person_lock(*, person_id: int) -> Person:
    """Queue for changes of a person's identities; claims of the person go on meanwhile."""
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


class Bounds(NamedTuple):
    """The period that ended and the one that was opened (更正前后)."""

    before: DateRange | None
    after: DateRange | None


@transaction.atomic
def identity_periods_change(*, person: Person, asked: AskedChange) -> Bounds:
    """Close a period, open another; the caller writes the change down in the same transaction.

    Raises:
        IdentityChangeError: the period is none, overlaps another of the category, or is gone.
    """
    person_lock(person_id=person.pk)
    after = _period(asked)
    old = _old(person, asked)
    if old is not None:
        # The row stays readable in the change; the table of identities says what holds.
        old.delete()
    if after is not None:
        _open(person, asked, old, after)
    return Bounds(old.valid if old is not None else None, after)


def identity_change_record(
    *, person: Person, asked: AskedChange, bounds: Bounds, digest: str, by: User
) -> IdentityChange:
    """Write down who changed what, and why."""
    return IdentityChange.objects.create(
        person=person,
        kind=asked.kind,
        category=asked.category,
        before=bounds.before,
        after=bounds.after,
        recognised_by=asked.recognised_by,
        basis=asked.basis,
        reason=asked.reason,
        digest=digest,
        made_by=by,
    )


def _period(asked: AskedChange) -> DateRange | None:
    if asked.kind not in (Kind.RECOGNISED, Kind.CORRECTED):
        return None
    if asked.since is None:
        raise IdentityChangeError("identity_since_missing", "请填写认定（生效）日期。")
    if asked.until is not None and asked.until <= asked.since:
        raise IdentityChangeError("identity_period_empty", "终止日期不能早于生效日期，请核对。")
    if asked.lifted_on is not None and asked.category != "registered_poor":
        raise IdentityChangeError("identity_not_registered_poor", "只有建档立卡贫困人口填写脱贫日期。")
    return DateRange(asked.since, asked.until)


def _old(person: Person, asked: AskedChange) -> Identity | None:
    if asked.kind not in (Kind.CORRECTED, Kind.WITHDRAWN):
        return None
    held = Identity.objects.filter(person=person, category=asked.category)
    found = held.filter(pk=asked.identity_id or 0).first()
    if found is None:
        raise IdentityChangeError("identity_gone", "该身份记录已被更正或撤销，请返回人员页面重新选择。")
    return found


def _open(person: Person, asked: AskedChange, old: Identity | None, after: DateRange) -> None:
    others = Identity.objects.filter(person=person, category=asked.category, valid__overlap=after)
    if others.exists():
        raise IdentityChangeError(
            "identity_overlaps", "该身份在这段时间已有记录，有效期不能重叠：请改为更正已有记录的起止日期。"
        )
    Identity.objects.create(
        person=person,
        category=asked.category,
        valid=after,
        recognised_by=asked.recognised_by,
        source=asked.basis[:100],
        lifted_on=asked.lifted_on if old is None else asked.lifted_on or old.lifted_on,
    )
