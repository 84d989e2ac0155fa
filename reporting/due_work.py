"""What waits at the finance bureau and in supervision (财政、监督待办)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from organizations.due_work import Desk, DueWork
from reporting.models import InspectionPlan
from reporting.selectors.finance_desk import due_rows
from reporting.selectors.inspections import finding_list, plan_list
from reporting.selectors.notices import objection_list


def _to_pay(desk: Desk) -> Sequence[date | None]:
    return [row.due_on for row in due_rows(scope=desk.scope, today=desk.today) if row.next_step == "待拨付"]


def _to_approve(desk: Desk) -> Sequence[date | None]:
    return [row.due_on for row in due_rows(scope=desk.scope, today=desk.today) if row.next_step != "待拨付"]


def _findings(desk: Desk) -> QuerySet[Any]:
    rows: QuerySet[Any] = finding_list(scope=desk.scope)
    return rows.filter(closed=False)


def _objections(desk: Desk) -> QuerySet[Any]:
    rows: QuerySet[Any] = objection_list(scope=desk.scope)
    return rows.filter(closed=False)


def _plans(desk: Desk) -> QuerySet[InspectionPlan]:
    return plan_list(scope=desk.scope).filter(draw=None)


DUE_WORK: tuple[DueWork, ...] = (
    DueWork(
        code="submissions-to-approve", title="待核定的申报", permission="reimbursement.approve_submission",
        page="finance:desk", rows=_to_approve, due="due",
    ),
    DueWork(
        code="submissions-to-pay", title="待拨付的申报", permission="reimbursement.pay_submission",
        page="finance:desk", rows=_to_pay, due="due",
    ),
    DueWork(
        code="findings", title="未销号的检查问题", unit="个", permission="reporting.add_findingstep",
        page="admin:reporting_finding_changelist", query="due=undone", rows=_findings, due="due_on",
    ),
    DueWork(
        code="objections", title="待答复的公示异议", permission="reporting.add_noticeobjectionstep",
        page="admin:reporting_noticeobjection_changelist", query="due=undone", rows=_objections,
    ),
    DueWork(
        code="plans", title="待抽取的抽查计划", unit="份", permission="reporting.draw_inspectionplan",
        page="admin:reporting_inspectionplan_changelist", query="due=undone", rows=_plans,
    ),
)  # fmt: skip
