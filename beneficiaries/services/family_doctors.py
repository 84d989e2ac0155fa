"""Family doctors (家庭医生签约服务): contracts, follow-ups, funds; one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from beneficiaries.models import DoctorContract, FollowUp, Person, ServiceFee
from common.clock import business_date
from organizations.models import Hospital


class FamilyDoctorError(Exception):
    """The contract does not allow this; the message is Chinese and says what to do."""

    code = "family_doctor_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """What is agreed; ``fee_fen`` a year, ``until`` the first day without service, None: open."""

    doctor: str
    team: str
    signed_on: date
    since: date
    until: date | None
    package: str
    fee_fen: int
    payer: str


@transaction.atomic
def contract_sign(*, person: Person, hospital: Hospital, terms: ContractTerms, by: User) -> DoctorContract:
    """Sign a person on with a family doctor (签约).

    Raises:
        FamilyDoctorError: the person has a contract in that time, is dead, or the days do not fit.
    """
    if person.died_on is not None and person.died_on <= terms.since:
        raise FamilyDoctorError(f"该人员已于 {person.died_on} 死亡，不能签约。")
    if terms.signed_on > business_date():
        raise FamilyDoctorError(f"签约日期不能晚于今天（{business_date()}）。")
    if terms.until is not None and terms.until <= terms.since:
        raise FamilyDoctorError("服务期的止日不能早于起日。")
    contract = DoctorContract(
        person=person,
        hospital=hospital,
        doctor=terms.doctor.strip(),
        team=terms.team.strip(),
        signed_on=terms.signed_on,
        valid=DateRange(terms.since, terms.until),
        package=terms.package.strip(),
        fee_fen=terms.fee_fen,
        payer=terms.payer,
        recorded_by=by,
    )
    _save(contract)
    return contract


@transaction.atomic
def contract_end(*, contract: DoctorContract, last_day: date, reason: str, by: User) -> DoctorContract:
    """End a contract early (终止签约); planned follow-ups after its last day fall away.

    Raises:
        FamilyDoctorError: no reason, or the day lies outside the contract.
    """
    locked = DoctorContract.objects.select_for_update().get(pk=contract.pk)
    end = last_day + timedelta(days=1)
    if not reason.strip():
        raise FamilyDoctorError("请写明终止签约的原因。")
    if not _covers(locked, last_day) or end == locked.valid.upper:
        raise FamilyDoctorError("终止日期须在服务期内，且早于原止日。")
    if locked.follow_ups.filter(done_on__gt=last_day).exists():
        raise FamilyDoctorError("终止日期之后已有完成的随访，请核对日期。")
    locked.valid = DateRange(locked.valid.lower, end)
    locked.ended_because = f"{reason.strip()[:160]}（{by.get_username()[:30]}）"
    locked.save(update_fields=["valid", "ended_because"])
    locked.follow_ups.filter(done_on=None, planned_on__gt=last_day).delete()
    return locked


@transaction.atomic
def follow_up_plan(*, contract: DoctorContract, kind: str, planned_on: date, by: User) -> FollowUp:
    """Plan a follow-up (安排随访).

    Raises:
        FamilyDoctorError: outside the contract's time, or the same is planned that day.
    """
    if not _covers(contract, planned_on):
        raise FamilyDoctorError("计划日期须在签约服务期内。")
    follow_up = FollowUp(contract=contract, kind=kind, planned_on=planned_on, planned_by=by)
    # What is filled in when it is done.
    _save(follow_up, later=("done_on", "done_by", "done_at"))
    return follow_up


@transaction.atomic
def follow_up_done(
    *, follow_up: FollowUp, done_on: date, content: str, by: User, next_on: date | None = None
) -> FollowUp | None:
    """Write down a follow-up that was done (登记随访), once; the next one is planned with it.

    Returns:
        The next one; None where none was planned.

    Raises:
        FamilyDoctorError: it is done already, nothing was said, or a day does not fit.
    """
    locked = FollowUp.objects.select_for_update(of=("self",)).select_related("contract").get(pk=follow_up.pk)
    if locked.done_on is not None:
        raise FamilyDoctorError(f"该随访已于 {locked.done_on} 登记，不能再登记；如有补充请另行安排随访。")
    if not content.strip():
        raise FamilyDoctorError("请填写随访内容。")
    if done_on > business_date() or not _covers(locked.contract, done_on):
        raise FamilyDoctorError(f"完成日期须在签约服务期内，且不晚于今天（{business_date()}）。")
    if next_on is not None and next_on <= done_on:
        raise FamilyDoctorError("下次随访日期须晚于本次完成日期。")
    locked.done_on, locked.done_by, locked.done_at = done_on, by, timezone.now()
    locked.content = content.strip()[:1000]
    locked.save(update_fields=["done_on", "done_by", "done_at", "content"])
    if next_on is None:
        return None
    return follow_up_plan(contract=locked.contract, kind=locked.kind, planned_on=next_on, by=by)


@transaction.atomic
def service_fee_post(*, contract: DoctorContract, item: str, amount_fen: int, by: User) -> ServiceFee:
    """Enter what the hospital advanced for one person (签约服务经费记账), posted today.

    A contract's year takes no more than its yearly fee.

    Raises:
        FamilyDoctorError: nothing, without a name, or more than the year's fee.
    """
    locked = (
        DoctorContract.objects.select_for_update(of=("self",)).select_related("person").get(pk=contract.pk)
    )
    today = business_date()
    posted = sum(locked.fees.filter(posted_on__year=today.year).values_list("amount_fen", flat=True))
    if amount_fen <= 0 or not item.strip():
        raise FamilyDoctorError("请填写项目和大于0的金额。")
    if posted + amount_fen > locked.fee_fen:
        raise FamilyDoctorError("本年记账合计超过签约约定的年服务费，请核对金额。")
    return ServiceFee.objects.create(
        contract=locked,
        hospital_id=locked.hospital_id,
        county_id=locked.person.county_id,
        payer=locked.payer,
        identities=sorted(
            locked.person.identities.filter(valid__contains=today).values_list("category", flat=True)
        ),
        item=item.strip()[:60],
        amount_fen=amount_fen,
        posted_on=today,
        posted_by=by,
    )


@transaction.atomic
def service_fee_reverse(*, fee: ServiceFee, reason: str, by: User) -> ServiceFee:
    """Take a posting back by its negative (冲销).

    Raises:
        FamilyDoctorError: no reason, it is a reversal itself, or it was reversed.
    """
    DoctorContract.objects.select_for_update().get(pk=fee.contract_id)
    if not reason.strip():
        raise FamilyDoctorError("请写明冲销原因。")
    if fee.corrects_id is not None or ServiceFee.objects.filter(corrects=fee).exists():
        raise FamilyDoctorError("该笔已冲销，或本身就是冲销，不能再冲销。")
    return ServiceFee.objects.create(
        contract_id=fee.contract_id,
        hospital_id=fee.hospital_id,
        county_id=fee.county_id,
        payer=fee.payer,
        identities=fee.identities,
        item=fee.item,
        amount_fen=-fee.amount_fen,
        posted_on=business_date(),
        posted_by=by,
        reason=reason.strip()[:200],
        corrects=fee,
    )


def _covers(contract: DoctorContract, day: date) -> bool:
    lower, upper = contract.valid.lower, contract.valid.upper
    return lower is not None and lower <= day and (upper is None or day < upper)


def _save(row: DoctorContract | FollowUp, *, later: Sequence[str] = ()) -> None:
    try:
        row.full_clean(exclude=later)
    except ValidationError as error:
        raise FamilyDoctorError("；".join(error.messages)) from error
    row.save()
