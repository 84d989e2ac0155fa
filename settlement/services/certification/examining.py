"""The exams of a certification (鉴定体检): what was done, what is waived, what the hospital advances."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import (
    AppliedDisease,
    CertificationApplication,
    CertificationExam,
    ExamAdvance,
)
from beneficiaries.services.identity_changes import person_lock
from common.clock import business_date
from common.money import format_yuan
from policies.certification import exam_items_split, exam_standard_of
from settlement.certification_errors import CertificationError
from settlement.selectors.certification import exam_of_person, exams_kept, policy_of, waived_identities
from settlement.services.certification.steps import Kind, State, locked, written

Standing = CertificationExam.Standing
# One exam above a million yuan is a slip of the keys.
MOST_FEN = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamInput:
    """One exam as it was done; ``disease`` is the key of a disease of the application."""

    disease: str
    item: str
    done_on: date
    amount_fen: int
    receipt_no: str = ""


@transaction.atomic
def exam_enter(
    *, application: CertificationApplication, exam: ExamInput, by: User | None
) -> tuple[CertificationExam, bool]:
    """Enter an exam (录入鉴定体检项目); a waived one becomes an advance of the hospital.

    郑卫〔2017〕214号 三(二): only items of the disease's standard are waived, for the poor; 三(四): what the
    hospital advances goes to the county's ledger of exam fees.

    Returns:
        The exam, and whether it is new: the same exam once more is answered with the first.

    Raises:
        CertificationStateError: the application does not wait for exams.
        CertificationError: another disease, an impossible day or amount, or another amount than before.
        PolicyNotFoundError: no pack was in force.
    """
    found = locked(application, Kind.EXAM_ENTERED, (State.CHECKED,))
    applied = _applied(found, exam)
    earlier = exams_kept(application=found)
    same = next((row for row in earlier if row.item == exam.item and row.done_on == exam.done_on), None)
    if same is not None:
        return _repeated(same, exam), False
    _elsewhere_refuse(found, exam)
    made = CertificationExam.objects.create(
        applied=applied,
        item=exam.item,
        done_on=exam.done_on,
        amount_fen=exam.amount_fen,
        receipt_no=exam.receipt_no,
        standing=_standing(found, exam, earlier=[row.item for row in earlier]),
    )
    if made.standing == Standing.WAIVED:
        _advance(found, made)
    written(found, Kind.EXAM_ENTERED, by=by, note=_said(made))
    return made, True


@transaction.atomic
def exam_cancel(*, exam: CertificationExam, by: User, note: str) -> CertificationExam:
    """Take a wrong entry back by a counter-entry (冲销体检项目); its advance goes with it.

    Raises:
        CertificationError: it was taken back before, or no reason is given.
    """
    found = locked(exam.applied.application, Kind.EXAM_CANCELLED, tuple(State))
    if exam.corrects_id is not None or CertificationExam.objects.filter(corrects=exam).exists():
        raise CertificationError("该体检项目已经冲销。")
    counter = CertificationExam.objects.create(
        applied=exam.applied,
        item=exam.item,
        done_on=exam.done_on,
        amount_fen=-exam.amount_fen,
        receipt_no=exam.receipt_no,
        standing=exam.standing,
        corrects=exam,
    )
    first = ExamAdvance.objects.filter(exam=exam).first()
    if first is not None:
        _advance(found, counter, corrects=first)
    said = f"{_said(exam)}原因：{note.strip()}" if note.strip() else ""
    written(found, Kind.EXAM_CANCELLED, by=by, note=said, needs_note=True)
    return counter


@transaction.atomic
def exams_finish(
    *, application: CertificationApplication, by: User, note: str = ""
) -> CertificationApplication:
    """Say that the exams are done (体检完成); a disease without any needs a reason.

    Raises:
        CertificationStateError: the application does not wait for exams.
        CertificationError: a disease has no exam and nothing says why.
    """
    found = locked(application, Kind.EXAMINED, (State.CHECKED,))
    examined = {exam.applied_id for exam in exams_kept(application=found)}
    without = [row.disease_name for row in found.diseases.exclude(pk__in=examined)]
    if without and not note.strip():
        raise CertificationError(f"{'、'.join(without)}没有体检项目，请在说明中写明依据（如住院病历）。")
    written(found, Kind.EXAMINED, by=by, note=note, state=State.EXAMINED)
    return found


def _applied(application: CertificationApplication, exam: ExamInput) -> AppliedDisease:
    applied = application.diseases.filter(disease=exam.disease).first()
    if applied is None:
        raise CertificationError("这份申请没有该病种，请核对病种。")
    if not application.applied_on <= exam.done_on <= business_date():
        raise CertificationError(
            f"体检日期须在申请日（{application.applied_on}）和今天（{business_date()}）之间。"
        )
    if not exam.item:
        raise CertificationError("请填写体检项目名称。")
    if not 0 < exam.amount_fen <= MOST_FEN:
        raise CertificationError("金额须大于 0，且不超过 100 万元。")
    return applied


def _repeated(first: CertificationExam, exam: ExamInput) -> CertificationExam:
    if (first.applied.disease, first.amount_fen) != (exam.disease, exam.amount_fen):
        raise CertificationError(
            f"{_said(first)}当日已录入该项目，病种或金额不同；录入有误请先冲销，一次检查只计一次费用。"
        )
    return first


def _elsewhere_refuse(application: CertificationApplication, exam: ExamInput) -> None:
    """One exam that serves two applications of a person is advanced once."""
    # Each application has a row of its own: two entries at once meet on the person's.
    person_lock(person_id=application.person_id)
    used = exam_of_person(
        person_id=application.person_id,
        hospital_id=application.hospital_id,
        item=exam.item,
        done_on=exam.done_on,
    )
    if used is not None:
        raise CertificationError(
            f"{exam.item}当日已录入申请 {used.applied.application.application_no}，一次检查只计一次费用；"
            "确须改记到本申请的，请先在那份申请中冲销。"
        )


def _standing(application: CertificationApplication, exam: ExamInput, *, earlier: list[str]) -> Standing:
    """Only what the standard gained by this exam is waived: an item done again is outside it."""
    policy = policy_of(county=application.county, on=application.applied_on)
    standard = exam_standard_of(policy=policy, disease=exam.disease)
    before = exam_items_split(standard=standard, items=earlier)
    after = exam_items_split(standard=standard, items=[*earlier, exam.item])
    if len(after.outside) > len(before.outside):
        return Standing.OUTSIDE
    if len(after.charged) > len(before.charged):
        return Standing.CHARGED
    held = application.person.identities.filter(valid__contains=exam.done_on)
    if waived_identities(policy=policy).isdisjoint(held.values_list("category", flat=True)):
        return Standing.NOT_ENTITLED
    return Standing.WAIVED


def _advance(
    application: CertificationApplication, exam: CertificationExam, corrects: ExamAdvance | None = None
) -> None:
    ExamAdvance.objects.create(
        hospital=application.hospital,
        county=application.county,
        application=application,
        exam=exam,
        item=exam.item,
        amount_fen=exam.amount_fen,
        posted_on=business_date(),
        corrects=corrects,
    )


def _said(exam: CertificationExam) -> str:
    amount = format_yuan(exam.amount_fen)
    return f"{exam.applied.disease_name}：{exam.item} {amount} 元，{exam.get_standing_display()}。"
