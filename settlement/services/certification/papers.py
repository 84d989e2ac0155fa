"""Check the papers of an application (核对申请材料, 郑卫〔2017〕214号 四(三))."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import CertificationApplication, CertificationPaper, CertificationStep
from settlement.certification_errors import CertificationError
from settlement.services.certification.steps import Kind, State, locked, written

Paper, Result = CertificationPaper.Paper, CertificationPaper.Result
# Not everybody was in hospital, not everybody came as an outpatient; one of the two there must be.
RECORDS = frozenset({Paper.OUTPATIENT_RECORD, Paper.INPATIENT_RECORD})


@transaction.atomic
def papers_check(
    *, application: CertificationApplication, results: Mapping[str, str], by: User, note: str = ""
) -> CertificationStep:
    """Write down what was found of each paper; complete: on to the exams, else the applicant brings more.

    Args:
        application: waits for its papers.
        results: one result for each paper of the list.
        by: who looked.
        note: what there is to say; missing papers are named by themselves.

    Raises:
        CertificationStateError: the papers were found complete before.
        CertificationError: a paper has no result, or is said not to be needed though it is.
    """
    found = locked(application, Kind.CHECKED, (State.RECEIVED, State.PAPERS_MISSING))
    _complete(results)
    missing = [paper.label for paper in Paper if results[paper] == Result.MISSING]
    if missing:
        said = f"缺少或不符：{'、'.join(missing)}。{note.strip()}"
        step = written(found, Kind.PAPERS_MISSING, by=by, note=said, state=State.PAPERS_MISSING)
    else:
        step = written(found, Kind.CHECKED, by=by, note=note, state=State.CHECKED, checked_by=by)
    CertificationPaper.objects.bulk_create(
        CertificationPaper(step=step, paper=paper, result=results[paper]) for paper in Paper
    )
    return step


def _complete(results: Mapping[str, str]) -> None:
    if set(results) != set(Paper) or not set(results.values()) <= set(Result):
        raise CertificationError("请为每一项材料选择核对结果。")
    spared = {paper for paper, result in results.items() if result == Result.NOT_NEEDED}
    if not spared <= RECORDS:
        raise CertificationError("只有门诊病历或住院病历可以选“不需要”。")
    if spared == RECORDS:
        raise CertificationError("门诊病历和住院病历须至少有一项。")
