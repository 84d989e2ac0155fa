"""Drawing inspections and following findings up (双随机抽取、问题整改)."""

import hashlib
import secrets
from datetime import date

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from organizations.models import Hospital, Region
from organizations.scope import Scope
from reporting.errors import AlreadyClosedError, AlreadyDrawnError, OutOfScopeError, TooFewError
from reporting.inspections.drawing import draw
from reporting.models import DrawFrame, Drawn, Finding, FindingStep, InspectionDraw, InspectionPlan, Inspector
from reporting.parts import in_parts
from reporting.selectors.inspections import CHUNK, frame_keys, inspector_keys, labels_of

SEED_BYTES = 16


@transaction.atomic
def plan_make(
    *,
    scope: Scope,
    county: Region,
    title: str,
    kind: str,
    since: date,
    until: date,
    object_count: int,
    inspector_count: int,
    by: User,
) -> InspectionPlan:
    """Fix what will be drawn (制定抽查计划).

    Raises:
        OutOfScopeError: the county is not the user's.
    """
    _must_be_county(scope, county.pk)
    return InspectionPlan.objects.create(
        county=county,
        title=title,
        kind=kind,
        since=since,
        until=until,
        object_count=object_count,
        inspector_count=inspector_count,
        made_by=by,
    )


@transaction.atomic
def plan_draw(*, scope: Scope, plan: InspectionPlan, by: User, seed: str = "") -> InspectionDraw:
    """Draw objects and inspectors, once and for good (抽取, 郑民文〔2017〕131号 四(九)).

    Args:
        scope: of whoever draws.
        plan: what to draw.
        by: who draws.
        seed: a number from outside, such as one drawn in public; chosen by the system unless given.

    Raises:
        OutOfScopeError: the plan is of another county.
        AlreadyDrawnError: the plan was drawn.
        TooFewError: a list is shorter than what is to be drawn.
    """
    _must_be_county(scope, plan.county_id)
    seed = seed or secrets.token_hex(SEED_BYTES)
    keys = list(frame_keys(plan=plan))
    inspectors = inspector_keys(plan=plan)
    if len(keys) < plan.object_count:
        raise TooFewError(what="检查对象", wanted=plan.object_count, found=len(keys))
    if len(inspectors) < plan.inspector_count:
        raise TooFewError(what="检查人员", wanted=plan.inspector_count, found=len(inspectors))
    try:
        with transaction.atomic():
            drawing = InspectionDraw.objects.create(
                plan=plan,
                seed=seed,
                frame_count=len(keys),
                frame_hash=hashlib.sha256("\n".join(keys).encode()).hexdigest(),
                inspector_keys=inspectors,
                drawn_by=by,
            )
    except IntegrityError:
        raise AlreadyDrawnError from None
    DrawFrame.objects.bulk_create(
        DrawFrame(draw=drawing, part=number, keys="\n".join(part))
        for number, part in enumerate(in_parts(keys, CHUNK), start=1)
    )
    objects = draw(seed=seed, keys=keys, wanted=plan.object_count)
    people = draw(seed=seed, keys=inspectors, wanted=plan.inspector_count)
    _keep(drawing, Drawn.Side.OBJECT, objects, labels_of(plan=plan, keys=[key for key, _ in objects]))
    _keep(drawing, Drawn.Side.INSPECTOR, people, _inspectors(plan))
    return drawing


@transaction.atomic
def finding_record(
    *,
    scope: Scope,
    county: Region,
    kind: str,
    inspected_by: str,
    found_on: date,
    what: str,
    responsible: str,
    due_on: date,
    by: User,
    hospital: Hospital | None = None,
    plan: InspectionPlan | None = None,
) -> Finding:
    """Write a problem down (登记问题, 郑民文〔2017〕131号 二(八)、四(九)).

    Raises:
        OutOfScopeError: the county or the plan is not the user's.
    """
    _must_be_county(scope, county.pk)
    if plan is not None and plan.county_id != county.pk:
        raise OutOfScopeError
    return Finding.objects.create(
        county=county,
        kind=kind,
        inspected_by=inspected_by,
        found_on=found_on,
        what=what,
        responsible=responsible,
        due_on=due_on,
        hospital=hospital,
        plan=plan,
        recorded_by=by,
    )


@transaction.atomic
def finding_step(*, scope: Scope, finding: Finding, kind: str, on: date, note: str, by: User) -> FindingStep:
    """Write down what was done about it (整改、复查、通报、销号).

    Raises:
        OutOfScopeError: the finding is of another county.
        AlreadyClosedError: it was closed before.
    """
    _must_be_county(scope, finding.county_id)
    if finding.steps.filter(kind=FindingStep.Kind.CLOSED).exists():
        raise AlreadyClosedError
    try:
        with transaction.atomic():
            return FindingStep.objects.create(finding=finding, kind=kind, on=on, note=note, by=by)
    except IntegrityError:
        raise AlreadyClosedError from None


def _keep(drawing: InspectionDraw, side: str, drawn: list[tuple[str, str]], labels: dict[str, str]) -> None:
    Drawn.objects.bulk_create(
        Drawn(
            draw=drawing, side=side, position=position, key=key, label=labels.get(key, key)[:200], hash=digest
        )
        for position, (key, digest) in enumerate(drawn, start=1)
    )


def _inspectors(plan: InspectionPlan) -> dict[str, str]:
    return {row.number: str(row) for row in Inspector.objects.filter(county=plan.county)}


def _must_be_county(scope: Scope, county_id: int) -> None:
    if not (scope.everything or county_id in scope.county_ids):
        raise OutOfScopeError
