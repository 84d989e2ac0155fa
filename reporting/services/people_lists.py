"""Lists of people around insurance (参保名单): streamed, written aside, logged, handed over."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from beneficiaries.models import Enrolment, Identity, Person
from beneficiaries.selectors.enrolment_gaps import GapTerms, people_missing
from common.codes import Tier
from organizations.models import Region
from organizations.scope import Scope
from policies.models import Rule
from reimbursement.selectors.insured_years import InsuredYear
from reporting.errors import ReportError
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.people_lists import ListedPerson, write_people_list

CHUNK = 2_000
GAP, INSURED = "已认定未参保人员名单", "大病补充保险参保名单"


class NoSupplementaryError(ReportError):
    """The city has no supplementary insurance."""

    def __init__(self, *, city: str, year: int) -> None:
        super().__init__(f"{city} {year} 年的政策包没有大病补充保险，没有参保名单")


def gap_list_write(*, scope: Scope, county: Region, terms: GapTerms, path: Path, by: User | None) -> Path:
    """Who is recognised and not insured, without an accepted reason (参保缺口名单, R45)."""
    people = people_missing(scope=scope, county_id=county.pk, terms=terms)
    basis = f"{terms.last_day} 前认定，{terms.on} 仍有效，无合理未参保登记"
    return _write(people, title=GAP, county=county, terms=terms, basis=basis, path=path, by=by)


def insured_list_write(
    *, scope: Scope, county: Region, held: InsuredYear, terms: GapTerms, path: Path, by: User | None
) -> Path:
    """Enrolled people whom the supplementary insurance covers (郑民文〔2017〕131号 二(三), R107).

    Raises:
        NoSupplementaryError: the pack grants no supplementary insurance.
    """
    rules = Rule.objects.filter(policy=held.policy, tier=Tier.SUPPLEMENTARY)
    categories = {code for rule in rules for code in rule.identities}
    if not categories:
        raise NoSupplementaryError(city=held.policy.city_name, year=held.year)
    enrolled = Enrolment.objects.filter(person=OuterRef("pk"), year=held.year, county=county)
    covered = Identity.objects.filter(
        person=OuterRef("pk"), category__in=categories, valid__contains=terms.on
    )
    people = Person.objects.filter(Exists(enrolled), Exists(covered), died_on=None)
    people = people.none() if scope.hospital_id is not None else people
    people = people.filter(scope.limit(county="enrolments__county", hospital=""), enrolments__year=held.year)
    basis = f"{terms.on} 的困难群众，当年已参保"
    return _write(people, title=INSURED, county=county, terms=terms, basis=basis, path=path, by=by)


def _write(
    people: QuerySet[Person], *, title: str, county: Region, terms: GapTerms, basis: str, path: Path,
    by: User | None,
) -> Path:  # fmt: skip
    with written_aside(path) as draft:
        totals = write_people_list(
            path=draft,
            title=title,
            county=county.name,
            year=terms.year,
            basis=basis,
            people=_listed(people, terms),
            made_at=timezone.localtime(),
        )
        subject = f"{county.name} {terms.year}年"
        export_log(draft=draft, by=by, report=title, subject=subject, rows=totals.rows)
    return path


def _listed(people: QuerySet[Person], terms: GapTerms) -> Iterator[ListedPerson]:
    held = Prefetch(
        "identities", queryset=Identity.objects.filter(valid__contains=terms.on), to_attr="held_then"
    )
    rows = (
        people.select_related("household")
        .prefetch_related(held)
        .order_by("household__township", "household__village", "household__household_no", "pk")
    )
    for number, person in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
        household = person.household
        identities: list[Identity] = person.held_then
        yield ListedPerson(
            number=number,
            name=person.name,
            id_encrypted=bytes(person.id_encrypted),
            township=household.township if household else "",
            village=household.village if household else "",
            household_no=household.household_no if household else "",
            head_name=household.head_name if household else "",
            identities="、".join(dict.fromkeys(one.get_category_display() for one in identities)),
            note="、".join(filter(None, [one.standing_on(terms.on) for one in identities])),
        )
