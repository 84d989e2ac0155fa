"""Enrolling one person by hand, correcting it, taking it back (登记参保、更正、撤销登记).

Settlement asks for the year, the kind of insurance and the county: none of them changes under claims of the
year that were settled (decision 0025). Why something was corrected stands on the audit trail.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from beneficiaries.later_facts import facts_of_people, year_lock
from beneficiaries.models import Enrolment, Person
from beneficiaries.rosters.insured import enrolled_in_time
from beneficiaries.services.identity_changes import person_lock
from beneficiaries.services.people import person_enrol
from common.audit.context import because
from common.clock import business_date


class EnrolmentError(Exception):
    """Not possible so; ``code`` is stable, the message says in Chinese what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedEnrolment:
    """What is to stand in the records (参保内容)."""

    insurance_type: str
    enrolled_on: date
    paid_by: str


def enrolment_record(*, person: Person, year: int, asked: AskedEnrolment) -> Enrolment:
    """Enrol a person in the county where he is registered (登记参保).

    Raises:
        EnrolmentError: enrolled for the year already, or the day is impossible.
    """
    try:
        with transaction.atomic():
            locked = person_lock(person_id=person.pk)
            _check_day(locked, year, asked.enrolled_on)
            if Enrolment.objects.filter(person=locked, year=year).exists():
                raise _enrolled_already(year)
            return person_enrol(
                person=locked,
                year=year,
                insurance_type=asked.insurance_type,
                county=locked.county,
                enrolled_on=asked.enrolled_on,
                paid_by=asked.paid_by,
            )
    except IntegrityError as error:
        # A list of the insured that is applied at the same moment asks for no lock of each person.
        raise _enrolled_already(year) from error


@transaction.atomic
def enrolment_correct(*, enrolment: Enrolment, asked: AskedEnrolment, reason: str) -> Enrolment:
    """Correct what stands of a year (更正参保登记); the county and the year are corrected by taking it back.

    Raises:
        EnrolmentError: without a reason, the day is impossible, or claims rest on the kind of insurance.
    """
    held = _locked(enrolment, reason)
    _check_day(held.person, held.year, asked.enrolled_on)
    if asked.insurance_type != held.insurance_type:
        _refuse_settled(held, "险种不能更改")
    held.insurance_type, held.enrolled_on = asked.insurance_type, asked.enrolled_on
    held.paid_by = asked.paid_by
    held.full_clean()
    held.save(update_fields=["insurance_type", "enrolled_on", "paid_by"])
    return held


@transaction.atomic
def enrolment_withdraw(*, enrolment: Enrolment, reason: str) -> None:
    """Take a wrong record back (撤销参保登记); the audit trail keeps it.

    Raises:
        EnrolmentError: without a reason, or claims rest on it.
    """
    held = _locked(enrolment, reason)
    _refuse_settled(held, "登记不能撤销")
    held.delete()


def _locked(enrolment: Enrolment, reason: str) -> Enrolment:
    if not reason.strip():
        raise EnrolmentError("reason_missing", "请填写更正或撤销的事由。")
    person = person_lock(person_id=enrolment.person_id)
    # A claim of the year that settles just now counts; the next one sees what is corrected.
    year_lock(id_index=person.id_index, year=enrolment.year)
    held = Enrolment.objects.select_for_update(of=("self",)).select_related("person", "county")
    found = held.filter(pk=enrolment.pk).first()
    if found is None:
        raise EnrolmentError("enrolment_gone", "该参保登记已被撤销，请返回人员页面查看。")
    because(reason)
    return found


def _check_day(person: Person, year: int, enrolled_on: date) -> None:
    if enrolled_on > business_date():
        raise EnrolmentError("enrolled_in_future", "参保日期晚于今天，请核对。")
    if not enrolled_in_time(enrolled_on=enrolled_on, year=year):
        raise EnrolmentError(
            "enrolled_outside_year", f"{year}年参保的日期须在{year - 1}年或{year}年内，请核对年度和日期。"
        )
    if person.died_on is not None and person.died_on <= enrolled_on:
        raise EnrolmentError("person_died", "参保日期不早于该人员登记的死亡日期，请核对。")


def _refuse_settled(held: Enrolment, what: str) -> None:
    for facts in facts_of_people():
        # The parts are constants: the apps above name their own tables.
        query = (
            f"SELECT count(*) FROM ({facts}) t "  # noqa: S608
            "WHERE t.person_id = %s AND extract(year FROM t.happened_on) = %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [held.person_id, held.year])
            count = cursor.fetchone()[0]
        if count:
            raise EnrolmentError(
                "enrolment_settled",
                f"该人员{held.year}年已有{count}笔费用按此参保登记结算，{what}；确有错误的，先冲销这些费用。",
            )


def _enrolled_already(year: int) -> EnrolmentError:
    return EnrolmentError("already_enrolled", f"该人员{year}年已登记参保，一年只参一次；有误的请更正该登记。")
