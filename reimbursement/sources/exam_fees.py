"""Exam fees that hospitals advance for certifications (鉴定体检费用, 郑卫〔2017〕214号 三(四))."""

from django.db.models import Q, Value

from beneficiaries.models import ExamAdvance
from policies.codes import LedgerSource
from policies.models import LedgerKind
from reimbursement.sources.base import LineKind, Source


def _condition(kind: LedgerKind) -> Q:
    # Whom and which diseases the waiver is for was decided when the fee was advanced.
    return Q(county__parent__code=kind.policy.city_code)


def _fund(kind: LedgerKind) -> Value:
    return Value(kind.fund.code if kind.fund is not None else "")


EXAM_FEES = Source(
    code=LedgerSource.APPRAISALS,
    line_kind=LineKind.EXAM_ADVANCE,
    is_money=True,
    model=ExamAdvance,
    condition=_condition,
    always=Q(),
    noun="垫付鉴定费用",
    amount_field="amount_fen",
    fund=_fund,
    county="county",
    hospital="hospital",
    original=Q(corrects=None),
    sound_line=Q(),
    corrected=(("exam_advance", "corrects"),),
)
