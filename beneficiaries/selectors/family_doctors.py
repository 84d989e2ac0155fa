"""Family doctors as offices and hospitals read them (家庭医生签约): contracts, what is due, coverage."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from beneficiaries.models import DoctorContract, FollowUp, Identity, Person, ServiceFee
from common.codes import IdentityCategory
from organizations.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of a county's poor people have a family doctor (签约率)."""

    county_id: int
    county: str
    poor: int
    contracted: int


def doctor_contracts(*, scope: Scope) -> QuerySet[DoctorContract]:
    """Contracts of the scope's people, or of the scope's hospital."""
    return DoctorContract.objects.filter(
        scope.limit(county="person__county", hospital="hospital")
    ).select_related("person__county", "hospital")


def follow_ups(*, scope: Scope) -> QuerySet[FollowUp]:
    """Follow-ups of these contracts."""
    return FollowUp.objects.filter(
        scope.limit(county="contract__person__county", hospital="contract__hospital")
    ).select_related("contract__person", "contract__hospital")


def service_fees(*, scope: Scope) -> QuerySet[ServiceFee]:
    """Postings of service fees."""
    return ServiceFee.objects.filter(scope.limit(county="county", hospital="hospital")).select_related(
        "contract__person", "hospital", "county"
    )


def fees_per_person(*, scope: Scope, year: int) -> QuerySet[ServiceFee, Any]:
    """What was posted for each person in a year, net (按人核算, 郑卫农卫〔2019〕5号 二(二))."""
    rows = service_fees(scope=scope).filter(posted_on__year=year).order_by()
    grouped = rows.values("contract__person", "contract__person__name", "hospital__name", "payer")
    return grouped.annotate(amount_fen=Sum("amount_fen")).order_by("contract__person__name", "hospital__name")


def family_doctor_coverage(scope: Scope, on: date) -> list[Coverage]:
    """Registered poor people of each county, and those of them with a valid contract; one query.

    郑卫农卫〔2019〕5号 一: 贫困人口家庭医生签约服务率 100%.
    """
    poor = Identity.objects.filter(
        person=OuterRef("pk"), category=IdentityCategory.REGISTERED_POOR, valid__contains=on
    )
    contract = DoctorContract.objects.filter(person=OuterRef("pk"), valid__contains=on)
    people = Person.objects.filter(scope.limit(county="county", hospital=""), Exists(poor)).exclude(
        died_on__lte=on
    )
    rows = (
        people.order_by()
        .annotate(has_contract=Exists(contract))
        .values("county_id", "county__name")
        .annotate(poor=Count("pk"), contracted=Count("pk", filter=Q(has_contract=True)))
        .order_by("county__code")
    )
    return [
        Coverage(
            county_id=row["county_id"],
            county=row["county__name"],
            poor=row["poor"],
            contracted=row["contracted"],
        )
        for row in rows
    ]
