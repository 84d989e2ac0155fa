"""The steps that staff take on a certification (鉴定办理步骤): when, by whom, asking what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from beneficiaries.models import CertificationApplication
from organizations.admin.scoped import within
from settlement.admin.certification_forms import DecisionForm, ExamForm, PapersForm, StepForm
from settlement.services.certification import (
    application_decide,
    application_return,
    application_review,
    application_withdraw,
    certificates_issue,
    exam_enter,
    exams_finish,
    papers_check,
)

State = CertificationApplication.State
APPLY = "beneficiaries.add_certificationapplication"
CHECK = "beneficiaries.check_papers_certification"
EXAMINE = "beneficiaries.examine_certification"
REVIEW = "beneficiaries.review_certification"
DECIDE = "beneficiaries.decide_certification"
ISSUE = "beneficiaries.issue_certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationAction:
    """One step; ``by_office`` keeps it from hospitals, ``again`` returns to its form for the next entry."""

    slug: str
    title: str
    icon: str
    permission: str
    states: Sequence[State]
    run: Callable[..., Any]
    explains: str
    form: type[StepForm] = StepForm
    by_office: bool = False
    again: bool = False
    primary: bool = False

    def open_to(self, request: HttpRequest, application: CertificationApplication) -> bool:
        """Whether the user may take the step now."""
        return application.state in self.states and self.allowed(request, application)

    def allowed(self, request: HttpRequest, application: CertificationApplication) -> bool:
        """Whether it is the user's to take; who checked or reviewed is not offered the decision."""
        if not request.user.has_perm(self.permission):
            return False
        if self.by_office and not within(request, application, county_id=application.county_id):
            return False
        return self.run is not application_decide or request.user.pk not in {
            application.checked_by_id,
            application.reviewed_by_id,
        }

    def take(self, application: CertificationApplication, form: StepForm, *, by: User) -> Any:
        """Take it."""
        return self.run(application=application, by=by, **form.arguments())


def _issue(*, application: CertificationApplication, by: User, note: str) -> Any:
    """The form's note says nothing that the certificates do not."""
    return certificates_issue(application=application, by=by)


ACTIONS = (
    CertificationAction(
        slug="papers",
        title="核对材料",
        icon="fact_check",
        permission=CHECK,
        states=(State.RECEIVED, State.PAPERS_MISSING),
        run=papers_check,
        form=PapersForm,
        explains="请逐项核对原件。有缺少或不符的，申请人补齐后再次核对；门诊病历、住院病历至少一项。",
        primary=True,
    ),
    CertificationAction(
        slug="exam",
        title="录入体检",
        icon="stethoscope",
        permission=EXAMINE,
        states=(State.CHECKED,),
        run=exam_enter,
        form=ExamForm,
        explains="每次录入一个项目。只有病种鉴定标准内的项目对减免对象免收，由机构垫付、县级财政承担；标准外的项目不减免。",
        again=True,
        primary=True,
    ),
    CertificationAction(
        slug="finish",
        title="体检完成",
        icon="task_alt",
        permission=EXAMINE,
        states=(State.CHECKED,),
        run=exams_finish,
        explains="转经办机构审核。没有体检项目的病种，请在说明中写明依据（如住院病历）。",
    ),
    CertificationAction(
        slug="review",
        title="审核",
        icon="rate_review",
        permission=REVIEW,
        states=(State.EXAMINED,),
        run=application_review,
        explains="请核对材料、体检结果和鉴定标准，写明审核意见；由另一人决定。",
        by_office=True,
        primary=True,
    ),
    CertificationAction(
        slug="decide",
        title="决定",
        icon="gavel",
        permission=DECIDE,
        states=(State.REVIEWED,),
        run=application_decide,
        form=DecisionForm,
        explains="逐个病种作出结论。通过的自今天起有效（续期的自原证到期起）；不予通过的须写明理由。",
        by_office=True,
        primary=True,
    ),
    CertificationAction(
        slug="return",
        title="退回补充体检",
        icon="undo",
        permission=REVIEW,
        states=(State.EXAMINED, State.REVIEWED),
        run=application_return,
        explains="请写明须补充的内容；补充后须重新审核。",
        by_office=True,
    ),
    CertificationAction(
        slug="issue",
        title="发证",
        icon="badge",
        permission=ISSUE,
        states=(State.APPROVED,),
        run=_issue,
        explains="为每个通过的病种发放门诊规定病种就医证，编号自动生成。发出的证不能修改，只能终止。",
        by_office=True,
        primary=True,
    ),
    CertificationAction(
        slug="withdraw",
        title="撤回申请",
        icon="block",
        permission=APPLY,
        states=(State.RECEIVED, State.PAPERS_MISSING, State.CHECKED, State.EXAMINED, State.REVIEWED),
        run=application_withdraw,
        explains="申请人放弃或录入有误时撤回，请写明原因；已减免的体检费用仍由县级财政承担，可另行冲销。",
    ),
)
BY_SLUG = {action.slug: action for action in ACTIONS}
