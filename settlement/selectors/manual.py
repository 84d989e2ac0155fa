"""Reads of claims from papers (零星报销查询): terms, people, overlaps, work lists, handling times."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from beneficiaries.models import Enrolment, Identity, Person
from common.codes import VisitType
from common.encryption import blind_index
from common.working_days import calendar_overrides
from organizations.models import Region
from organizations.scope import Scope
from policies.codes import DisbursementSubject
from policies.models import Disbursement, Policy, PolicyRow
from policies.selectors import policy_in_force, policy_parameters
from settlement.errors import PersonNotFoundError
from settlement.manual_clock import days_used
from settlement.manual_entry import APPLICATION, pauses_of
from settlement.manual_errors import ManualDaysMissingError
from settlement.models import Claim, ManualClaim, ManualInvoice, ManualStep, Settlement

PAPERS = "manual-claim-papers"
ASSISTANCE_PAPERS = "manual-claim-assistance-papers"
# What 黔南医保发〔2019〕36号 二(五)3 lists; packs that say nothing take it as provisional.
USUAL_PAPERS = (
    "医保证（卡）复印件", "身份证或户口簿复印件", "住院发票原件", "出院小结", "费用清单",
    "一卡通存折（卡）复印件",
)  # fmt: skip
OPEN = (
    ManualClaim.Status.RECEIVED,
    ManualClaim.Status.FIRST_REVIEWED,
    ManualClaim.Status.SUSPENDED,
    ManualClaim.Status.SETTLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTerms:
    """What the pack asks of claims from papers; ``provisional`` where it is silent or unconfirmed.

    ``papers`` are asked of everybody, ``assistance_papers`` beside them of those who hold an identity.
    """

    days: int
    days_clause: str
    days_provisional: bool
    papers: tuple[str, ...]
    assistance_papers: tuple[str, ...]
    papers_clause: str
    papers_provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """How long a paid claim from papers took (办理用时), in working days without its pauses."""

    number: str
    county: str
    complete_on: date
    paid_on: date
    used_days: int
    granted_days: int

    @property
    def in_time(self) -> bool:
        """Whether it was paid within the granted days."""
        return self.used_days <= self.granted_days


def manual_terms(*, county: Region, on: date) -> ManualTerms:
    """The days and papers that hold in a county on a day.

    Raises:
        PolicyNotFoundError: nothing is published for the day.
        ManualDaysMissingError: the pack says no number of days.
    """
    city = county.parent if county.level == Region.Level.COUNTY and county.parent else county
    policy = policy_in_force(city_code=city.code, on=on)
    rows = policy_parameters(policy=policy)
    days = _days(policy, county)
    if days is None or days.first_working_days is None:
        raise ManualDaysMissingError(policy=policy.code)
    papers, assistance = rows.get(PAPERS), rows.get(ASSISTANCE_PAPERS)
    return ManualTerms(
        days=days.first_working_days,
        days_clause=_clause(days),
        days_provisional=days.provisional,
        papers=_listed(papers.value) if papers else USUAL_PAPERS,
        assistance_papers=_listed(assistance.value) if assistance else () if papers else (APPLICATION,),
        papers_clause="、".join(filter(None, (_clause(papers), _clause(assistance)))),
        papers_provisional=papers is None or papers.provisional,
    )


def manual_terms_kept(*, county: Region, on: date) -> ManualTerms | None:
    """The terms beside a claim that was accepted with days of its own; None where the pack says none."""
    try:
        return manual_terms(county=county, on=on)
    except ManualDaysMissingError:
        return None


def papers_required(*, terms: ManualTerms, person: Person, on: date) -> tuple[str, ...]:
    """The checklist for one person: the application only of whom assistance is for (R105)."""
    if Identity.objects.filter(person=person, valid__contains=on).exists():
        return (*terms.papers, *terms.assistance_papers)
    return terms.papers


def manual_enrolment(*, scope: Scope, id_number: str, year: int) -> Enrolment:
    """The enrolment of whoever has the ID number, if the scope may see it.

    Raises:
        PersonNotFoundError: nobody in the scope is enrolled in the year under the number.
    """
    rows = Enrolment.objects.filter(scope.limit(county="county", hospital=""))
    found = (
        rows.select_related("person", "county__parent")
        .filter(person__id_index=blind_index(id_number), year=year)
        .first()
    )
    if found is None:
        raise PersonNotFoundError
    return found


def overlapping_stays(*, person: Person, admitted_on: date, discharged_on: date) -> list[str]:
    """Stays of the person that share a night with these dates, settled or entered, in words."""
    settled = settled_stays(person=person, admitted_on=admitted_on, discharged_on=discharged_on)
    entered = (
        ManualClaim.objects.filter(_shares(admitted_on, discharged_on), person=person, claim=None)
        .exclude(status=ManualClaim.Status.REJECTED)
        .select_related("hospital")
    )
    found: list[Claim | ManualClaim] = [*settled, *entered]
    return [stay_in_words(row) for row in found]


def settled_stays(*, person: Person, admitted_on: date, discharged_on: date) -> QuerySet[Claim]:
    """Settled stays of the person that share a night with these dates."""
    return (
        Claim.objects.filter(_shares(admitted_on, discharged_on), person=person)
        .exclude(settlements__kind=Settlement.Kind.REVERSAL)
        .select_related("hospital")
    )


def stay_in_words(row: Claim | ManualClaim) -> str:
    """Where and when, and the number."""
    return f"{row.hospital}（{row.admitted_on} 至 {row.discharged_on}，单据 {row}）"


def _shares(admitted_on: date, discharged_on: date) -> Q:
    return Q(admitted_on__lt=discharged_on, discharged_on__gt=admitted_on, visit_type=VisitType.INPATIENT)


def invoice_holder(*, issuer: str, number: str) -> ManualInvoice | None:
    """The live entry of an invoice."""
    rows = ManualInvoice.objects.select_related("manual")
    return rows.filter(issuer=issuer, number=number, released=False).first()


def manual_claims(*, scope: Scope) -> QuerySet[ManualClaim]:
    """The claims from papers of the scope; hospitals see none."""
    return ManualClaim.objects.filter(scope.limit(county="county", hospital="")).select_related(
        "person", "county", "hospital", "claim"
    )


def manual_counts(*, scope: Scope, today: date, soon_on: date) -> dict[str, int]:
    """How many claims wait, by state, and how many are overdue, due by ``soon_on``, or marked urgent."""
    waiting = Q(status__in=OPEN)
    rows = manual_claims(scope=scope)
    counts = {str(status): Count("pk", filter=Q(status=status)) for status in OPEN}
    return rows.aggregate(
        **counts,
        overdue=Count("pk", filter=waiting & Q(due_on__lt=today)),
        soon=Count("pk", filter=waiting & Q(due_on__gte=today, due_on__lte=soon_on)),
        urgent=Count("pk", filter=waiting & Q(fast_track=True)),
    )


def manual_handled(*, scope: Scope, since: date, until: date) -> list[Handled]:
    """How long the claims took that were paid from ``since`` up to ``until`` inclusive (R126, R175)."""
    paid = list(manual_claims(scope=scope).filter(paid_on__range=(since, until)).order_by("paid_on", "pk"))
    steps: dict[int, list[ManualStep]] = defaultdict(list)
    for step in ManualStep.objects.filter(manual__in=paid).order_by("id"):
        steps[step.manual_id].append(step)
    overrides = calendar_overrides()
    return [
        Handled(
            number=row.number,
            county=row.county.name,
            complete_on=row.complete_on,
            paid_on=row.paid_on,
            used_days=days_used(
                complete_on=row.complete_on,
                until=row.paid_on,
                pauses=pauses_of(steps[row.pk]),
                overrides=overrides,
            ),
            granted_days=row.days,
        )
        for row in paid
        if row.paid_on is not None
    ]


def _days(policy: Policy, county: Region) -> Disbursement | None:
    """The row of claims from papers: the county's own before the city's."""
    rows = Disbursement.objects.filter(policy=policy, subject=DisbursementSubject.MANUAL_CLAIMS)
    found = rows.filter(county_code__in=("", county.code)).select_related("clause__document")
    return found.order_by("-county_code", "position").first()


def _clause(row: PolicyRow | None) -> str:
    return str(row.clause) if row is not None and row.clause is not None else ""


def _listed(value: str) -> tuple[str, ...]:
    return tuple(value.split("、"))
