"""The finance bureau's own pages (财政拨付): what is due, approving, paying, history, workbooks.

Whoever may approve or pay, and only in the counties of the scope; the services are those of the admin.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.admin_panels import grouped_yuan
from common.clock import business_date
from common.money import format_yuan
from organizations.models import Region
from organizations.scope import scope_of_user
from policies.models import Fund
from reimbursement.admin.asking import NoteForm, PayForm, ReturnForm
from reimbursement.errors import LedgerError
from reimbursement.models import Approval, LedgerPayment, Submission
from reimbursement.selectors import budget_use, item_list, payment_list, submission_list
from reimbursement.services import (
    approval_undo,
    item_pay,
    payment_return,
    payment_undo,
    submission_approve,
)
from reporting.downloads import workbook_response
from reporting.errors import NothingToReportError
from reporting.selectors.finance_desk import due_rows, quarter_files
from reporting.services.finance_workbooks import REPORT, finance_workbook_write

APPROVE = "reimbursement.approve_submission"
PAY = "reimbursement.pay_submission"
FILES_SHOWN = 12
PAYMENTS_SHOWN = 10
PAYMENTS_ON_A_PAGE = 50

View = Callable[..., HttpResponse | FileResponse]


def finance_only(*rights: str) -> Callable[[View], View]:
    """Signed in, and with one of ``rights``; nothing is kept by the browser."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:
            if not any(request.user.has_perm(right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return never_cache(login_required(checked))

    return decorate


@require_GET
@finance_only(APPROVE, PAY)
def desk(request: HttpRequest) -> HttpResponse:
    """The start page: due, budgets, files, the last payments."""
    scope, today = scope_of_user(request.user), business_date()
    due = due_rows(scope=scope, today=today)
    context = {
        "due": due,
        "today": today,
        "figures": (
            ("待核定（元）", sum([row.due_fen - row.approved_fen for row in due])),
            ("已核定待拨付（元）", sum([row.approved_fen - row.paid_fen for row in due])),
            ("未付合计（元）", sum([row.outstanding_fen for row in due])),
        ),
        "late": len([row for row in due if row.days_late]),
        "budgets": budget_use(scope=scope, year=today.year),
        "files": quarter_files(scope=scope, latest=FILES_SHOWN),
        "payments": payment_list(scope=scope)[:PAYMENTS_SHOWN],
        "funds": _funds(),
    }
    return render(request, "reporting/finance/desk.html", context)


@require_GET
@finance_only(APPROVE, PAY)
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission: by hospital and fund, with the next step."""
    sent = _submission(request, pk)
    items: list[Any] = list(
        item_list(scope=scope_of_user(request.user))
        .filter(submission=sent)
        .order_by("hospital__code", "fund")
    )
    names = ("applied_fen", "deducted_fen", "approved_fen", "paid_fen", "received_fen")
    sums = {name: sum([getattr(item, name) for item in items]) for name in names}
    context = {
        "sent": sent,
        "items": items,
        "sums": sums,
        "outstanding_fen": sums["applied_fen"] - sums["deducted_fen"] - sums["paid_fen"],
        "to_approve": [item for item in items if item.approved_fen != item.applied_fen - item.deducted_fen],
        "first_left": sent.rest_due_on is not None and not any(item.approved_fen for item in items),
        "approvals": Approval.objects.filter(item__in=items)
        .select_related("item__hospital", "by", "undone_by")
        .order_by("-pk"),
        "payments": payment_list(scope=scope_of_user(request.user)).filter(item__in=items),
        "funds": _funds(),
        "may_approve": request.user.has_perm(APPROVE),
        "may_pay": request.user.has_perm(PAY),
        "today": business_date(),
    }
    return render(request, "reporting/finance/submission.html", context)


@finance_only(APPROVE)
@require_POST
def approve(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Approve the first part, or all that is due (核定)."""
    sent = _submission(request, pk)
    first_only = part == "first"
    _tried(
        request,
        lambda: submission_approve(submission_id=sent.pk, first_only=first_only, by=_user(request)),
        done="已核定首付，请按银行流水号登记拨付。" if first_only else "已核定应付金额，请登记拨付。",
    )
    return redirect("finance:submission", pk=sent.pk)


@require_http_methods(["GET", "POST"])
@finance_only(PAY)
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a payment of an item by its bank reference (登记拨付)."""
    items = item_list(scope=scope_of_user(request.user)).filter(submission__pays=True)
    item: Any = get_object_or_404(items, pk=pk)
    open_fen = item.approved_fen - item.paid_fen
    form = PayForm(request.POST or None, initial={"amount": format_yuan(open_fen)})
    form.fields["paid_on"].initial = business_date().isoformat()
    facts = (
        ("医疗机构", f"{item.hospital.name}（{item.hospital.code}）"),
        ("收款账户", item.hospital.bank_account or "未登记"),
        ("资金来源", _funds().get(item.fund, item.fund)),
        ("申报编号", item.submission.number),
        ("应付（元）", grouped_yuan(item.applied_fen - item.deducted_fen)),
        ("已核定（元）", grouped_yuan(item.approved_fen)),
        ("已拨付（元）", grouped_yuan(item.paid_fen)),
        ("本次可拨（元）", grouped_yuan(open_fen)),
    )

    def work(values: dict[str, Any]) -> object:
        return item_pay(
            item_id=item.pk,
            amount_fen=values["amount"],
            paid_on=values["paid_on"],
            bank_reference=values["bank_reference"],
            note=values["note"],
            by=_user(request),
        )

    title = "登记拨付" if open_fen >= 0 else "登记收回"
    return _asked(request, form, work, title=title, facts=facts, back=item.submission_id, done=f"已{title}。")


@require_GET
@finance_only(APPROVE, PAY)
def payments(request: HttpRequest) -> HttpResponse:
    """All payments, the newest first (拨付记录)."""
    found = Paginator(payment_list(scope=scope_of_user(request.user)), PAYMENTS_ON_A_PAGE)
    context = {"page": found.get_page(request.GET.get("p")), "funds": _funds()}
    return render(request, "reporting/finance/payments.html", context)


@require_http_methods(["GET", "POST"])
@finance_only(PAY)
def undo_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong entry back (撤销拨付登记)."""
    payment = _payment(request, pk)
    return _asked(
        request,
        NoteForm(request.POST or None),
        lambda values: payment_undo(payment_id=payment.pk, reason=values["reason"], by=_user(request)),
        title="撤销拨付登记",
        facts=_payment_facts(payment),
        back=payment.item.submission_id,
        done="已撤销，原记录保留。",
    )


@require_http_methods(["GET", "POST"])
@finance_only(PAY)
def return_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """The money of a payment came back (登记退回)."""
    payment = _payment(request, pk)
    return _asked(
        request,
        ReturnForm(request.POST or None),
        lambda values: payment_return(payment_id=payment.pk, by=_user(request), **values),
        title="登记退回",
        facts=_payment_facts(payment),
        back=payment.item.submission_id,
        done="已登记退回，这笔金额重新列为待拨付。",
    )


@require_http_methods(["GET", "POST"])
@finance_only(APPROVE)
def undo_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an approval back (撤销核定)."""
    items = item_list(scope=scope_of_user(request.user))
    approvals = Approval.objects.filter(item__in=items.values("pk")).select_related("item__hospital")
    approval = get_object_or_404(approvals, pk=pk)
    facts = (
        ("医疗机构", approval.item.hospital.name),
        ("核定金额（元）", grouped_yuan(approval.amount_fen)),
    )
    return _asked(
        request,
        NoteForm(request.POST or None),
        lambda values: approval_undo(approval_id=approval.pk, reason=values["reason"], by=_user(request)),
        title="撤销核定",
        facts=facts,
        back=approval.item.submission_id,
        done="已撤销，原记录保留。",
    )


@require_GET
@finance_only(APPROVE, PAY)
def workbook(request: HttpRequest, county_id: int, year: int, quarter: int) -> FileResponse:
    """All that a county submitted in a quarter (财政季度台账)."""
    scope = scope_of_user(request.user)
    # Outside the scope is answered like what does not exist.
    county = get_object_or_404(Region.objects.filter(scope.limit(county="pk", hospital="")), pk=county_id)
    try:
        return workbook_response(
            lambda path: finance_workbook_write(
                scope=scope, county=county, year=year, quarter=quarter, path=path, by=_user(request)
            ),
            filename=f"{REPORT} {county.name} {year}Q{quarter}.xlsx",
        )
    except (NothingToReportError, ValueError) as error:
        raise Http404(str(error)) from None


def _asked(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[dict[str, Any]], object],
    *,
    title: str,
    facts: tuple[tuple[str, str], ...],
    back: int,
    done: str,
) -> HttpResponse:
    """Show the form; filled in, do the step and go back to the submission."""
    if (
        request.method == "POST"
        and form.is_valid()
        and _tried(request, lambda: work(form.cleaned_data), done=done)
    ):
        return redirect("finance:submission", pk=back)
    context = {"title": title, "form": form, "facts": facts, "back": back}
    return render(request, "reporting/finance/form.html", context)


def _tried(request: HttpRequest, work: Callable[[], object], *, done: str) -> bool:
    try:
        work()
    except LedgerError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True


def _submission(request: HttpRequest, pk: int) -> Submission:
    paid = submission_list(scope=scope_of_user(request.user)).filter(pays=True)
    return get_object_or_404(paid, pk=pk)


def _payment(request: HttpRequest, pk: int) -> LedgerPayment:
    return get_object_or_404(payment_list(scope=scope_of_user(request.user)), pk=pk)


def _payment_facts(payment: LedgerPayment) -> tuple[tuple[str, str], ...]:
    return (
        ("医疗机构", payment.item.hospital.name),
        ("金额（元）", grouped_yuan(payment.amount_fen)),
        ("拨付日期", payment.paid_on.isoformat()),
        ("银行流水号", payment.bank_reference),
        ("状态", payment.state),
    )


def _funds() -> dict[str, str]:
    return dict(Fund.objects.values_list("code", "name"))


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
