"""Reads of inspections (检查查询): lists to draw from, plans, findings."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet

from beneficiaries.models import Identity, Person
from organizations.models import Hospital
from organizations.scope import Scope
from reporting.inspections.drawing import draw
from reporting.models import Drawn, Finding, FindingStep, InspectionDraw, InspectionPlan, Inspector
from settlement.models import Claim

CHUNK = 5000
Side = Drawn.Side


def plan_list(*, scope: Scope) -> QuerySet[InspectionPlan]:
    """Plans of the scope; hospitals do not see who will be inspected."""
    if scope.hospital_id is not None:
        return InspectionPlan.objects.none()
    return InspectionPlan.objects.filter(scope.limit(county="county", hospital=""))


def finding_list(*, scope: Scope) -> QuerySet[Finding]:
    """Findings of the scope, each knowing whether it was closed; a hospital sees its own."""
    closed = FindingStep.objects.filter(finding=OuterRef("pk"), kind=FindingStep.Kind.CLOSED)
    return Finding.objects.filter(scope.limit(county="county", hospital="hospital")).annotate(
        closed=Exists(closed)
    )


def frame_keys(*, plan: InspectionPlan) -> Iterator[str]:
    """The keys of the plan's list, in order, streamed; a claim's or person's key is its number here."""
    rows: QuerySet[Hospital, str] | QuerySet[Claim, int] | QuerySet[Person, int]
    if plan.kind == InspectionPlan.Kind.HOSPITALS:
        rows = Hospital.objects.filter(county=plan.county).order_by("code").values_list("code", flat=True)
    elif plan.kind == InspectionPlan.Kind.CLAIMS:
        claims = Claim.objects.filter(
            insured_county=plan.county,
            year_end=False,
            discharged_on__gte=plan.since,
            discharged_on__lte=plan.until,
        )
        rows = claims.order_by("pk").values_list("pk", flat=True)
    else:
        recognised = Identity.objects.filter(person=OuterRef("pk"), valid__contains=plan.until)
        people = Person.objects.filter(Exists(recognised), county=plan.county, died_on=None)
        rows = people.order_by("pk").values_list("pk", flat=True)
    return map(str, rows.iterator(chunk_size=CHUNK))


def inspector_keys(*, plan: InspectionPlan) -> list[str]:
    """Who may be drawn: the county's active inspectors."""
    rows = Inspector.objects.filter(county=plan.county, active=True).order_by("number")
    return list(rows.values_list("number", flat=True))


def labels_of(*, plan: InspectionPlan, keys: list[str]) -> dict[str, str]:
    """What people call the drawn objects: a hospital, a claim, a person with the last four digits."""
    if plan.kind == InspectionPlan.Kind.HOSPITALS:
        return dict(Hospital.objects.filter(code__in=keys).values_list("code", "name"))
    if plan.kind == InspectionPlan.Kind.CLAIMS:
        claims = Claim.objects.filter(pk__in=keys).values_list("pk", "claim_no", "hospital__name")
        return {str(key): f"{hospital} {number}" for key, number, hospital in claims}
    people = Person.objects.filter(pk__in=keys).values_list("pk", "name", "id_last4")
    return {str(key): f"{name}（尾号{last4}）" for key, name, last4 in people}


def frame_of(*, drawing: InspectionDraw) -> Iterator[str]:
    """The kept list of objects, in order, a part in memory at a time."""
    parts = drawing.frame.order_by("part").values_list("keys", flat=True).iterator()
    return chain.from_iterable(part.split("\n") for part in parts)


def draw_repeats(*, drawing: InspectionDraw) -> bool:
    """Draw again from the kept list with the kept seed: whether the same come out (复核)."""
    kept = {
        side: list(drawing.drawn.filter(side=side).order_by("position").values_list("key", flat=True))
        for side in Side
    }
    again = {
        Side.OBJECT: draw(seed=drawing.seed, keys=frame_of(drawing=drawing), wanted=len(kept[Side.OBJECT])),
        Side.INSPECTOR: draw(
            seed=drawing.seed, keys=drawing.inspector_keys, wanted=len(kept[Side.INSPECTOR])
        ),
    }
    return all([key for key, _ in again[side]] == kept[side] for side in Side)
