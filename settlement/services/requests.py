"""What hospitals ask the office to decide (转诊登记、高值耗材审批): take it in once, decide it once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from beneficiaries.models import Enrolment, Person
from common.codes import HospitalLevel
from common.encryption import blind_index
from organizations.models import Hospital, Region
from settlement.errors import (
    Differing,
    NotEnrolledError,
    PersonNotFoundError,
    ReferralLevelError,
    RequestNoConflictError,
    ReviewError,
)
from settlement.models import ConsumableApproval, HospitalRequest, ReferralRegistration, ReviewState

RequestT = TypeVar("RequestT", bound=HospitalRequest)

BELOW_COUNTY = frozenset({HospitalLevel.VILLAGE, HospitalLevel.TOWNSHIP})


@dataclass(frozen=True, kw_only=True)
class RequestInput:
    """What every request says; ``valid_to`` is its last day."""

    request_no: str
    id_number: str
    diagnosis_code: str
    diagnosis_name: str
    reason: str
    valid_from: date
    valid_to: date

    def columns(self) -> dict[str, Any]:
        """The columns of the request besides its number, its person and its place."""
        return {
            "diagnosis_code": self.diagnosis_code,
            "diagnosis_name": self.diagnosis_name,
            "reason": self.reason,
            "valid": DateRange(self.valid_from, self.valid_to + timedelta(days=1)),
        }


@dataclass(frozen=True, kw_only=True)
class ReferralInput(RequestInput):
    """A referral; ``to_hospital`` is None where the hospital is not in the register."""

    to_hospital: Hospital | None
    to_place: str

    def columns(self) -> dict[str, Any]:
        """With where the patient is sent."""
        return {**super().columns(), "to_hospital_id": _key(self.to_hospital), "to_place": self.to_place}


@dataclass(frozen=True, kw_only=True)
class ApprovalInput(RequestInput):
    """A consumable that needs approval; the amount in fen."""

    item_code: str
    item_name: str
    quantity: int
    amount_fen: int

    def columns(self) -> dict[str, Any]:
        """With what is to be used."""
        names = ("item_code", "item_name", "quantity", "amount_fen")
        return {**super().columns(), **{name: getattr(self, name) for name in names}}


def referral_register(*, hospital: Hospital, referral: ReferralInput) -> tuple[ReferralRegistration, bool]:
    """Register a referral for the office to review (转诊登记); whether this call did it.

    Raises:
        ReferralLevelError: the hospital is below county level (黔南医保发〔2019〕36号 二(七)).
        PersonNotFoundError, NotEnrolledError: no office is in charge.
        RequestNoConflictError: the hospital used the number for another referral.
    """
    if hospital.level in BELOW_COUNTY:
        raise ReferralLevelError
    return _take_in(ReferralRegistration, hospital, referral)


def approval_request(*, hospital: Hospital, request: ApprovalInput) -> tuple[ConsumableApproval, bool]:
    """Ask for the use of a high-value consumable (高值医用耗材审批); whether this call did it.

    Raises:
        PersonNotFoundError, NotEnrolledError: no office is in charge.
        RequestNoConflictError: the hospital used the number for another request.
    """
    return _take_in(ConsumableApproval, hospital, request)


@transaction.atomic
def request_review(*, request: HospitalRequest, approve: bool, by: User, note: str) -> None:
    """Decide a request for good (审核).

    Raises:
        ReviewError: somebody decided it already, or it is refused without a reason.
    """
    row = type(request)._default_manager.select_for_update().select_related(None).get(pk=request.pk)
    if row.state != ReviewState.PENDING:
        raise ReviewError(f"申请 {row} 已由他人审核（{row.get_state_display()}），不再审核。")
    if not approve and not note.strip():
        raise ReviewError("不予通过须填写审核意见，医疗机构据此补正。")
    row.state = ReviewState.APPROVED if approve else ReviewState.REJECTED
    row.reviewed_by, row.reviewed_at, row.review_note = by, timezone.now(), note.strip()
    if approve and isinstance(row, ConsumableApproval):
        row.approval_no = f"{row.insured_county.code}-{timezone.localdate():%Y%m%d}-{row.pk:06d}"
    row.save()


@transaction.atomic
def _take_in(model: type[RequestT], hospital: Hospital, request: RequestInput) -> tuple[RequestT, bool]:
    person, county = _insured(request.id_number, request.valid_from)
    columns = request.columns()
    row, created = model._default_manager.get_or_create(
        hospital=hospital,
        request_no=request.request_no,
        defaults={"person": person, "insured_county": county, **columns},
    )
    differing = [name for name, value in columns.items() if getattr(row, name) != value]
    if row.person_id != person.pk:
        differing.insert(0, "id_number")
    if differing:
        raise RequestNoConflictError(
            request_no=request.request_no, differences=[Differing(name) for name in differing]
        )
    return row, created


def _insured(id_number: str, on: date) -> tuple[Person, Region]:
    person = Person.objects.filter(id_index=blind_index(id_number)).first()
    if person is None:
        raise PersonNotFoundError
    enrolment = Enrolment.objects.select_related("county").filter(person=person, year=on.year).first()
    if enrolment is None:
        raise NotEnrolledError(on.year)
    return person, enrolment.county


def _key(row: Hospital | None) -> int | None:
    return row.pk if row is not None else None
