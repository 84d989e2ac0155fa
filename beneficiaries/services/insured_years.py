"""Recording why somebody is not insured, or that he cannot pay (参保年度登记); withdrawing it."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from beneficiaries.models import Enrolment, NotInsured, Person, UnableToPay
from beneficiaries.services.identity_changes import person_lock

Record = NotInsured | UnableToPay


class YearlyRecordError(Exception):
    """The record cannot be made so; ``code`` is stable, the message says in Chinese what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@transaction.atomic
def not_insured_record(*, person: Person, year: int, reason: str, evidence: str, by: User) -> NotInsured:
    """Accept a reason for not being insured (登记合理未参保).

    Raises:
        YearlyRecordError: the person is insured for the year, or recorded already, or nothing proves it.
    """
    _check(NotInsured, person, year, evidence)
    if Enrolment.objects.filter(person=person, year=year).exists():
        raise YearlyRecordError("person_insured", f"该人员 {year} 年已参保，不需要登记未参保原因。")
    return NotInsured.objects.create(
        person=person, year=year, reason=reason, evidence=evidence.strip(), recorded_by=by
    )


@transaction.atomic
def unable_to_pay_record(
    *, person: Person, year: int, recognised_by: str, evidence: str, by: User
) -> UnableToPay:
    """Write down that the authorities recognised inability to pay (登记无力缴费认定).

    Raises:
        YearlyRecordError: recorded already, or nothing proves it.
    """
    _check(UnableToPay, person, year, evidence)
    return UnableToPay.objects.create(
        person=person, year=year, recognised_by=recognised_by, evidence=evidence.strip(), recorded_by=by
    )


@transaction.atomic
def yearly_record_withdraw(*, record: Record, by: User) -> Record:
    """Take a record back (撤销登记); withdrawn twice, it stays as it was.

    The row stays: it says who recorded what, and who withdrew it.
    """
    held = type(record).objects.select_for_update().get(pk=record.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by = timezone.now(), by
        held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return held


def _check(model: type[Record], person: Person, year: int, evidence: str) -> None:
    person_lock(person_id=person.pk)
    if not evidence.strip():
        raise YearlyRecordError("evidence_missing", "请填写凭证，例如入伍通知书编号。")
    if model.objects.filter(person=person, year=year, withdrawn_at=None).exists():
        raise YearlyRecordError("already_recorded", f"该人员 {year} 年已登记过，有误请先撤销。")
