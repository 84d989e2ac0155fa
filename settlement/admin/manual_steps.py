"""The steps that staff take on a claim from papers (零星报销办理步骤): when, by whom, asking what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest

from settlement.models import ManualClaim
from settlement.services.manual import (
    manual_claim_approve,
    manual_claim_first_review,
    manual_claim_investigate,
    manual_claim_reject,
    manual_claim_resume,
    manual_claim_return,
    manual_claim_reverse,
    manual_claim_suspend,
)

Status = ManualClaim.Status
ENTER = "settlement.add_manualclaim"
FIRST = "settlement.first_review_manualclaim"
SECOND = "settlement.second_review_manualclaim"
SUSPEND = "settlement.suspend_manualclaim"
WAITING = (Status.RECEIVED, Status.FIRST_REVIEWED)
SETTLED = (Status.SETTLED, Status.PAID, Status.NOTHING_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualAction:
    """One step: ``decides`` tells what the user must have looked at and what follows."""

    slug: str
    title: str
    icon: str
    permissions: Sequence[str]
    states: Sequence[Status]
    run: Callable[..., ManualClaim]
    decides: str
    needs_note: bool = True
    primary: bool = False

    def open_to(self, request: HttpRequest, manual: ManualClaim) -> bool:
        """Whether the user may take the step now; the first reviewer is not offered the second review."""
        if manual.status not in self.states:
            return False
        if self.run is manual_claim_approve and manual.first_reviewed_by_id == request.user.pk:
            return False
        return any(request.user.has_perm(permission) for permission in self.permissions)

    def take(self, manual: ManualClaim, *, by: User, note: str) -> ManualClaim:
        """Take it."""
        return self.run(manual=manual, by=by, note=note)


ACTIONS = (
    ManualAction(
        slug="first-review",
        title="初审通过",
        icon="task_alt",
        permissions=(FIRST,),
        states=(Status.RECEIVED,),
        run=manual_claim_first_review,
        decides="请核对身份和参保、材料原件、发票真伪、费用明细与清单是否一致，以及各层次的计算依据。通过后由另一人复审。",
        needs_note=False,
        primary=True,
    ),
    ManualAction(
        slug="approve",
        title="复审通过并结算",
        icon="verified",
        permissions=(SECOND,),
        states=(Status.FIRST_REVIEWED,),
        run=manual_claim_approve,
        decides="请复核初审结论和各层次金额。通过后立即结算记账，款项进入待支付清单，支付到患者一卡通账户。",
        needs_note=False,
        primary=True,
    ),
    ManualAction(
        slug="investigate",
        title="登记调查",
        icon="search_insights",
        permissions=(FIRST, SECOND),
        states=WAITING,
        run=manual_claim_investigate,
        decides="请写明调查方式和结果，例如向就诊机构电话核实、查看病历。",
    ),
    ManualAction(
        slug="return",
        title="退回初审",
        icon="undo",
        permissions=(SECOND,),
        states=(Status.FIRST_REVIEWED,),
        run=manual_claim_return,
        decides="请写明须重新审核的内容；退回后须重新初审。",
    ),
    ManualAction(
        slug="suspend",
        title="中止",
        icon="pause_circle",
        permissions=(SUSPEND,),
        states=WAITING,
        run=manual_claim_suspend,
        decides="仅用于特殊病案、疑问病案。中止期间的工作日不计入办结期限，请写明原因。",
    ),
    ManualAction(
        slug="resume",
        title="恢复办理",
        icon="play_circle",
        permissions=(SUSPEND,),
        states=(Status.SUSPENDED,),
        run=manual_claim_resume,
        decides="恢复到中止前的状态，自次日起继续计算工作日。请写明恢复的依据。",
        primary=True,
    ),
    ManualAction(
        slug="reject",
        title="不予支付",
        icon="block",
        permissions=(FIRST, SECOND),
        states=WAITING,
        run=manual_claim_reject,
        decides="请写明理由，将告知申请人；发票退还申请人，可以重新申报。录入有误的也在此退回，再重新录入。",
    ),
    ManualAction(
        slug="reverse",
        title="冲销",
        icon="settings_backup_restore",
        permissions=(SECOND,),
        states=SETTLED,
        run=manual_claim_reverse,
        decides="撤回已结算的金额，本年度以后的费用随之重算；已支付的列入待追回。请写明理由。",
    ),
)
BY_SLUG = {action.slug: action for action in ACTIONS}


class NoteForm(forms.Form):
    """What the user says about the step."""

    note = forms.CharField(
        label="说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )
