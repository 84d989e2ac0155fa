"""Handling flags (疑点处理): each step is a row of its own, with who and why."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from policies.advice_codes import AdviceSeverity
from settlement.errors import FlagError
from settlement.models import Claim, Flag, FlagStep
from settlement.models.flags import BY_HAND
from settlement.selectors.flags import flag_state

# Open flags of a claim taken back are closed, those decided stay as decided.
_CLOSE = """
INSERT INTO settlement_flagstep (flag_id, number, state, note, at)
SELECT flag.id, COALESCE(last.number, 0) + 1, 'reversed', %(reason)s, clock_timestamp()
FROM settlement_flag flag
LEFT JOIN LATERAL (SELECT number, state FROM settlement_flagstep WHERE flag_id = flag.id
    ORDER BY number DESC LIMIT 1) last ON true
WHERE flag.claim_id = ANY(%(claims)s) AND COALESCE(last.state, 'asked') IN ('asked', 'explained')
"""
State = FlagStep.State
# Which steps may follow a state; "" is open. What is decided stays decided.
FOLLOWING: dict[str, tuple[FlagStep.State, ...]] = {
    "": (State.ASKED, State.CONFIRMED, State.DISMISSED),
    State.ASKED: (State.EXPLAINED, State.CONFIRMED, State.DISMISSED),
    State.EXPLAINED: (State.ASKED, State.CONFIRMED, State.DISMISSED),
    State.CONFIRMED: (),
    State.DISMISSED: (),
    State.REVERSED: (),
}


@transaction.atomic
def flag_step(*, flag: Flag, state: str, note: str, by: User) -> FlagStep:
    """Take the next step with a flag: ask the hospital, note its answer, confirm or dismiss (办理疑点).

    Raises:
        FlagError: the step does not follow, lacks its note, or somebody was quicker.
    """
    now = flag_state(flag)
    if state not in FOLLOWING[now.state]:
        raise FlagError(f"疑点现为“{now.label}”，不能再作此处理。")
    note = note.strip()
    if not note:
        raise FlagError("请填写说明：要机构说明什么、机构怎样答复，或认定、排除的理由。")
    try:
        with transaction.atomic():
            return FlagStep.objects.create(flag=flag, number=now.number + 1, state=state, note=note, by=by)
    except IntegrityError as error:
        raise FlagError("此疑点刚由他人处理，请刷新后再办。") from error


def flag_record(*, claim: Claim, kind: str, evidence: str, by: User) -> Flag:
    """Record by hand what no rule can find: a false certificate, another breach (人工记录违规).

    Raises:
        FlagError: nothing is said, or the kind is not for people.
    """
    titles = dict(BY_HAND)
    if kind not in titles or not evidence.strip():
        raise FlagError("请选择种类并写明事实和依据。")
    return Flag.objects.create(
        claim=claim,
        county_id=claim.insured_county_id,
        hospital_id=claim.hospital_id,
        title=titles[kind],
        kind=kind,
        severity=AdviceSeverity.FLAG,
        evidence=evidence.strip(),
        raised_by=by,
    )


def flags_close(*, claim_ids: Sequence[int], reason: str) -> None:
    """Close the open flags of reversed claims (费用已冲销); one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"claims": list(claim_ids), "reason": reason})
