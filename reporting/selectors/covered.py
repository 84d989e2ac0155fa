"""Covered people, their insurance and a quarter's visits (参保、就医信息, 鞍医保发〔2019〕37号 四(四)).

Everybody who is to be covered stands in it, visit or not: what a ledger of postings cannot show.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When

from beneficiaries.models import Enrolment, Identity, NotInsured, Person
from common.codes import Tier, VisitType
from organizations.models import Region
from organizations.scope import Scope
from reimbursement.models import PremiumSheet, PremiumSheetLine
from reimbursement.quarters import Quarter
from reimbursement.selectors.insured_years import InsuredYear
from reporting.covered_rows import CoveredRow
from settlement.models import Payment, Settlement

CHUNK = 2_000
INSURED, MISSING = "已参保", "未参保"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredSums:
    """What the sheets must come to, added up by the database, fen."""

    people: int
    insured: int
    total_fen: int
    patient_fen: int
    aid_fen: int


class _Visits(NamedTuple):
    """What was posted on a person's visits in the quarter, signed."""

    visits: int = 0
    stays: int = 0
    total_fen: int = 0
    hospital_fen: int = 0
    patient_fen: int = 0


def covered_people(*, scope: Scope, county: Region, held: InsuredYear, quarter: Quarter) -> QuerySet[Person]:
    """Whoever of a county was to be covered on some day of the quarter and lived on its first."""
    of_the_quarter = Identity.objects.filter(
        person=OuterRef("pk"),
        category__in=held.identities,
        valid__overlap=DateRange(quarter.first_day, quarter.end),
    )
    rows = Person.objects.filter(
        scope.limit(county="county", hospital=""),
        Q(died_on=None) | Q(died_on__gte=quarter.first_day),
        Exists(of_the_quarter),
        county=county,
    )
    return rows.none() if scope.hospital_id is not None else rows


def covered_rows(*, people: QuerySet[Person], held: InsuredYear, quarter: Quarter) -> Iterator[CoveredRow]:
    """One row per person, by village and household; one server-side cursor, six look-ups a chunk."""
    ordered = people.select_related("household").order_by(
        "household__township", "household__village", "household__household_no", "pk"
    )
    rows, number = ordered.iterator(chunk_size=CHUNK), 0
    while chunk := list(islice(rows, CHUNK)):
        looked = _look(chunk, held, quarter)
        for person in chunk:
            number += 1
            yield _row(person, number, looked)


def covered_sums(*, people: QuerySet[Person], held: InsuredYear, quarter: Quarter) -> CoveredSums:
    """The same from the entries themselves."""
    posted = _posted(quarter).filter(claim__person__in=people.values("pk"))
    sums = posted.aggregate(total=Sum("total_fen"), patient=Sum("patient_fen"))
    aid = _aid(held).filter(person__in=people.values("pk")).aggregate(fen=Sum("due_fen"))
    insured = Enrolment.objects.filter(person=OuterRef("pk"), year=held.year)
    return CoveredSums(
        people=people.count(),
        insured=people.filter(Exists(insured)).count(),
        total_fen=sums["total"] or 0,
        patient_fen=sums["patient"] or 0,
        aid_fen=aid["fen"] or 0,
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    identities: dict[int, list[str]]
    enrolled: dict[int, Enrolment]
    excused: dict[int, str]
    aid_fen: dict[int, int]
    visits: dict[int, _Visits]
    paid_fen: dict[tuple[int, str], int]


def _look(people: Sequence[Person], held: InsuredYear, quarter: Quarter) -> _Looked:
    keys = [person.pk for person in people]
    identities: dict[int, list[str]] = defaultdict(list)
    standing = Identity.objects.filter(
        person__in=keys, valid__overlap=DateRange(quarter.first_day, quarter.end)
    ).order_by("person", "pk")
    for identity in standing:
        identities[identity.person_id].append(identity.get_category_display())
    enrolments = Enrolment.objects.filter(person__in=keys, year=held.year)
    excused = NotInsured.objects.filter(person__in=keys, year=held.year, withdrawn_at=None).order_by("pk")
    aid = _aid(held).filter(person__in=keys).order_by().values_list("person").annotate(fen=Sum("due_fen"))
    paid = (
        Payment.objects.filter(claim__person__in=keys, **_of(quarter))
        .order_by()
        .values_list("claim__person", "tier")
        .annotate(fen=Sum("amount_fen"))
    )
    return _Looked(
        identities=identities,
        enrolled={enrolment.person_id: enrolment for enrolment in enrolments},
        excused={row.person_id: row.get_reason_display() for row in excused},
        aid_fen=dict(aid),
        visits=_visits(keys, quarter),
        paid_fen={(person, tier): fen for person, tier, fen in paid},
    )


def _visits(keys: Sequence[int], quarter: Quarter) -> dict[int, _Visits]:
    # A visit that was taken back is none.
    counted = Case(
        When(claim__year_end=True, then=Value(0)),
        When(kind=Settlement.Kind.ORIGINAL, then=Value(1)),
        When(kind=Settlement.Kind.REVERSAL, then=Value(-1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    sums = (
        _posted(quarter)
        .filter(claim__person__in=keys)
        .order_by()
        .values_list("claim__person")
        .annotate(
            visits=Sum(counted),
            stays=Sum(counted, filter=Q(claim__visit_type=VisitType.INPATIENT), default=0),
            total=Sum("total_fen"),
            waived=Sum("waived_fen"),
            borne=Sum("hospital_borne_fen"),
            patient=Sum("patient_fen"),
        )
    )
    return {
        person: _Visits(visits, stays, total, waived + borne, patient)
        for person, visits, stays, total, waived, borne, patient in sums
    }


def _row(person: Person, number: int, looked: _Looked) -> CoveredRow:
    home, enrolment = person.household, looked.enrolled.get(person.pk)
    excuse = looked.excused.get(person.pk)
    visits = looked.visits.get(person.pk, _Visits())
    paid: dict[str, Any] = {
        f"{tier.value}_fen": looked.paid_fen.get((person.pk, tier.value), 0) for tier in Tier
    }
    return CoveredRow(
        number=number,
        township=home.township if home else "",
        village=home.village if home else "",
        head_name=home.head_name if home else "",
        name=person.name,
        id_encrypted=bytes(person.id_encrypted),
        identities="、".join(dict.fromkeys(looked.identities[person.pk])),
        standing=INSURED if enrolment else f"合理未参保：{excuse}" if excuse else MISSING,
        insurance=enrolment.get_insurance_type_display() if enrolment else "",
        enrolled_on=enrolment.enrolled_on if enrolment else None,
        aid_fen=looked.aid_fen.get(person.pk, 0),
        visits=visits.visits,
        stays=visits.stays,
        total_fen=visits.total_fen,
        hospital_fen=visits.hospital_fen,
        patient_fen=visits.patient_fen,
        **paid,
    )


def _of(quarter: Quarter) -> dict[str, Any]:
    return {"posted_on__gte": quarter.first_day, "posted_on__lt": quarter.end}


def _posted(quarter: Quarter) -> QuerySet[Settlement]:
    return Settlement.objects.filter(**_of(quarter))


def _aid(held: InsuredYear) -> QuerySet[PremiumSheetLine]:
    """What was applied for the year's premiums; supplements add up."""
    return PremiumSheetLine.objects.filter(sheet__year=held.year, sheet__status=PremiumSheet.Status.SUBMITTED)
