"""What waits in settlement (结算待办): flags, requests, claims from papers, payments to patients."""

from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from beneficiaries.models import Person
from organizations.due_work import Desk, DueWork
from settlement.models import (
    ConsumableApproval,
    Flag,
    HospitalRequest,
    ManualClaim,
    PayoutBatch,
    ReferralRegistration,
    ReviewState,
)
from settlement.selectors.flags import flags_pending
from settlement.selectors.manual import OPEN, manual_claims
from settlement.selectors.payouts import open_entries, payout_batches, without_result

MANUAL = "admin:settlement_manualclaim_changelist"
PAYOUTS = "admin:settlement_payoutbatch_changelist"
FIRST_REVIEW = "settlement.first_review_manualclaim"
Status = ManualClaim.Status
Rows = Callable[[Desk], QuerySet[Any]]


def _flags(desk: Desk) -> QuerySet[Flag]:
    return flags_pending(scope=desk.scope)


def _requests(model: type[HospitalRequest]) -> Rows:
    def rows(desk: Desk) -> QuerySet[HospitalRequest]:
        within = desk.scope.limit(county="insured_county", hospital="")
        return model._default_manager.filter(within, state=ReviewState.PENDING)

    return rows


def _manual(status: str) -> Rows:
    def rows(desk: Desk) -> QuerySet[ManualClaim]:
        return manual_claims(scope=desk.scope).filter(status=status)

    return rows


def _second_review(desk: Desk) -> QuerySet[ManualClaim]:
    """Without those that the user reviewed first: somebody else reviews them again."""
    return _manual(Status.FIRST_REVIEWED)(desk).exclude(first_reviewed_by=desk.user)


def _received(desk: Desk) -> QuerySet[ManualClaim]:
    """What the first review waits for; who only watches is shown whatever is not paid yet."""
    if not desk.user.has_perm(FIRST_REVIEW):
        return manual_claims(scope=desk.scope).filter(status__in=OPEN)
    return _manual(Status.RECEIVED)(desk)


def _people_to_pay(desk: Desk) -> QuerySet[Person]:
    """Whom the next batch pays: what is in no batch yet, bounced or was paid back is above nothing."""
    payments, bounced, repaid = open_entries(desk.scope)
    of_person = OuterRef("pk")
    due = (
        _sum(payments.filter(claim__person=of_person), "claim__person")
        + _sum(bounced.filter(person=of_person), "person")
        + _sum(repaid.filter(person=of_person), "person")
    )
    waiting = payments.order_by().values("claim__person").union(bounced.order_by().values("person"))
    return Person.objects.filter(pk__in=waiting).alias(due_fen=due).filter(due_fen__gt=0)


def _sum(rows: QuerySet[Any], person: str) -> Coalesce:
    sums = rows.order_by().values(person).annotate(fen=Sum("amount_fen")).values("fen")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), 0)


def _batches(desk: Desk) -> QuerySet[PayoutBatch]:
    return without_result(payout_batches(scope=desk.scope))


def _claims_from_papers(code: str, title: str, status: str, permission: str, rows: Rows) -> DueWork:
    return DueWork(
        code=f"manual-{code}", title=title, permission=f"settlement.{permission}", page=MANUAL,
        query=f"status__exact={status}", rows=rows, due="due_on",
        watched_with="settlement.view_manualclaim" if code == "first" else "",
    )  # fmt: skip


DUE_WORK: tuple[DueWork, ...] = (
    DueWork(
        code="flags", title="待核查的疑点", permission="settlement.handle_flag",
        page="admin:settlement_flag_changelist", query="state=pending", rows=_flags,
    ),
    DueWork(
        code="referrals", title="待审核的转诊登记", permission="settlement.change_referralregistration",
        page="admin:settlement_referralregistration_changelist", query="state__exact=pending",
        rows=_requests(ReferralRegistration),
    ),
    DueWork(
        code="consumables", title="待审批的高值耗材", permission="settlement.change_consumableapproval",
        page="admin:settlement_consumableapproval_changelist", query="state__exact=pending",
        rows=_requests(ConsumableApproval),
    ),
    _claims_from_papers(
        "first", "待初审的零星报销", Status.RECEIVED, "first_review_manualclaim", _received
    ),
    _claims_from_papers(
        "second", "待复审的零星报销", Status.FIRST_REVIEWED, "second_review_manualclaim", _second_review
    ),
    _claims_from_papers(
        "suspended", "已中止的零星报销", Status.SUSPENDED, "suspend_manualclaim", _manual(Status.SUSPENDED)
    ),
    _claims_from_papers(
        "to-pay", "待支付的零星报销", Status.SETTLED, "add_payoutbatch", _manual(Status.SETTLED)
    ),
    DueWork(
        code="people-to-pay", title="待支付给个人的待遇", unit="人", permission="settlement.add_payoutbatch",
        page=PAYOUTS, rows=_people_to_pay,
    ),
    DueWork(
        code="batches", title="待登记银行结果的支付批次", unit="批",
        permission="settlement.confirm_payoutbatch", page=PAYOUTS, query="bank=waiting", rows=_batches,
    ),
)  # fmt: skip
