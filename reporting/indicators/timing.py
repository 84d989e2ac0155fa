"""How fast money comes (支付及时情况, 郑民文〔2017〕131号 四(八), 鞍医保发〔2019〕37号 四(四)).

Hospitals: from a claim's settlement to the day on which the county had paid what its ledger claims, and
whether that was by the days which the pack sets. Patients: from complete papers to the bank's payment.
"""

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractDay, Least

from common.clock import business_date
from common.money import BASIS_POINTS
from reimbursement.models import LedgerLine, LedgerPayment, SubmissionItem
from reimbursement.selectors.flow import with_sums
from reporting.indicators.kinds import Counted, Direction, Indicator
from reporting.indicators.periods import Period
from reporting.indicators.sources import Source
from settlement.models import ManualClaim

Status = ManualClaim.Status
# What is handled otherwise than by paying has no day of payment to be late for.
NOT_PAID = (Status.REJECTED, Status.REVERSED, Status.NOTHING_DUE, Status.SUSPENDED)


def _paid_advances(period: Period) -> QuerySet[Any, Any]:
    """Items paid in full, by the day that finished them."""
    found = _items().filter(_FINISHED, paid_on__gte=period.since, paid_on__lt=period.end)
    paid: QuerySet[Any, Any] = found.alias(
        lines_paid=Coalesce(Subquery(_lines_of(Count("pk")), output_field=IntegerField()), 0),
        days_waited=Coalesce(Subquery(_lines_of(Sum(_days_to("paid_on"))), output_field=IntegerField()), 0),
    )
    return paid


def _due_advances(period: Period) -> QuerySet[Any, Any]:
    """Items by the day on which all of it is due, once that day has come or all is paid."""
    first = _standing().filter(paid_on__lte=OuterRef("submission__first_due_on"))
    found = _items().alias(
        paid_first_fen=Coalesce(Subquery(first.values("item").values_list(Sum("amount_fen"))), 0)
    )
    first_in_time = Q(submission__rest_due_on=None) | Q(
        paid_first_fen__gte=Least("first_fen", F("applied_fen") - F("deducted_fen"))
    )
    due: QuerySet[Any, Any] = found.filter(
        Q(due_on__lte=business_date()) | _FINISHED, due_on__gte=period.since, due_on__lt=period.end
    )
    return _marked(due, _FINISHED & Q(paid_on__lte=F("due_on")) & first_in_time)


def _paid_papers(period: Period) -> QuerySet[Any, Any]:
    paid = ManualClaim.objects.filter(status=Status.PAID, paid_on__gte=period.since, paid_on__lt=period.end)
    waited = ExpressionWrapper(F("paid_on") - F("complete_on"), output_field=DurationField())
    return paid.order_by().alias(days_waited=ExtractDay(waited))


def _due_papers(period: Period) -> QuerySet[Any, Any]:
    due = ManualClaim.objects.exclude(status__in=NOT_PAID).filter(
        Q(due_on__lte=business_date()) | Q(status=Status.PAID),
        due_on__gte=period.since,
        due_on__lt=period.end,
    )
    return _marked(due.order_by(), Q(status=Status.PAID, paid_on__lte=F("due_on")))


_FINISHED = Q(paid_fen=F("applied_fen") - F("deducted_fen"))


def _items() -> QuerySet[Any, Any]:
    """What hospitals are owed and when the last of it was paid.

    What they owe back, and what was deducted to nothing, waits for nobody.
    """
    owed = SubmissionItem.objects.filter(submission__pays=True, applied_fen__gt=0).order_by()
    last = _standing().order_by("-paid_on").values("paid_on")[:1]
    summed: QuerySet[Any, Any] = with_sums(owed)
    waited_for: QuerySet[Any, Any] = summed.filter(deducted_fen__lt=F("applied_fen")).annotate(
        paid_on=Subquery(last, output_field=DateField()),
        due_on=Coalesce("submission__rest_due_on", "submission__first_due_on"),
    )
    return waited_for


def _standing() -> QuerySet[LedgerPayment, Any]:
    """An item's payments that were neither taken back nor returned."""
    return LedgerPayment.objects.filter(item=OuterRef("pk"), undoes=None, undone_by=None).order_by()


def _lines_of(total: Count | Sum) -> QuerySet[LedgerLine, Any]:
    """A total over the lines that an item pays; corrections are no claims."""
    lines = LedgerLine.objects.filter(ledger=OuterRef("ledger"), fund=OuterRef("fund"), amount_fen__gt=0)
    return lines.order_by().values("ledger").annotate(total=total).values("total")


def _days_to(day: str) -> ExtractDay:
    posted = Coalesce("payment__posted_on", "exam_advance__posted_on")
    return ExtractDay(ExpressionWrapper(OuterRef(day) - posted, output_field=DurationField()))


def _marked(rows: QuerySet[Any, Any], in_time: Q) -> QuerySet[Any, Any]:
    """Rows that know whether they were in time."""
    truth = Case(When(in_time, then=Value(True)), default=Value(False), output_field=BooleanField())
    marked: QuerySet[Any, Any] = rows.alias(in_time=truth)
    return marked


def _one_if_in_time() -> Case:
    return Case(When(in_time=True, then=Value(1)), default=Value(0), output_field=IntegerField())


_ITEM_SHOWN = ("hospital", "ledger__hospital", "ledger__county", "ledger__kind")
_PAPERS_SHOWN = ("claim__hospital", "hospital")
ADVANCES = Source(
    code="advances", title="已付清的台账申报", county="submission__county", hospital="hospital",
    day="paid_on", rows=_paid_advances, related=_ITEM_SHOWN,
)  # fmt: skip
ADVANCES_DUE = Source(
    code="advances-due", title="应拨付的台账申报", county="submission__county", hospital="hospital",
    day="due_on", rows=_due_advances, related=_ITEM_SHOWN,
)  # fmt: skip
PAPERS = Source(
    code="papers", title="零星报销", county="county", hospital="hospital", day="paid_on", rows=_paid_papers,
    related=_PAPERS_SHOWN,
)  # fmt: skip
PAPERS_DUE = Source(
    code="papers-due", title="应办结的零星报销", county="county", hospital="hospital", day="due_on",
    rows=_due_papers, related=_PAPERS_SHOWN,
)  # fmt: skip

_CLAUSES = "郑民文〔2017〕131号 四(八)；鞍医保发〔2019〕37号 四(四)"
TIMING: tuple[Indicator, ...] = (
    Indicator(
        code="days-to-hospital",
        name="医疗机构垫付资金平均拨付天数",
        numerator="自结算至付清的天数合计",
        denominator="已付清的垫付笔数",
        counted=Counted.DAYS,
        clauses=_CLAUSES,
        source=ADVANCES,
        above=F("days_waited"),
        below=F("lines_paid"),
        note="自然日；按付清之日计入，分次拨付的以最后一次为准，冲销不算一笔。",
    ),
    Indicator(
        code="hospital-in-time",
        name="医疗机构垫付资金按期拨付率",
        numerator="按期付清的申报明细数",
        denominator="已到期或已付清的申报明细数",
        counted=Counted.NUMBER,
        clauses=f"{_CLAUSES}；黔南医保发〔2019〕36号 二(五)1",
        source=ADVANCES_DUE,
        above=_one_if_in_time(),
        below=Value(1),
        direction=Direction.AT_LEAST,
        deadline_bp=BASIS_POINTS,
        note="期限由政策包规定，首付和余款都按期才算按期；没有期限的不计。",
    ),
    Indicator(
        code="days-to-payment",
        name="零星报销平均支付天数",
        numerator="自材料齐全至支付的天数合计",
        denominator="已支付笔数",
        counted=Counted.DAYS,
        clauses=_CLAUSES,
        source=PAPERS,
        above=F("days_waited"),
        below=Value(1),
        note="自然日，自材料齐全、受理申请之日起。",
    ),
    Indicator(
        code="papers-in-time",
        name="零星报销按期支付率",
        numerator="按期支付的笔数",
        denominator="已到期或已支付的笔数",
        counted=Counted.NUMBER,
        clauses=f"{_CLAUSES}；黔南医保发〔2019〕36号 二(五)3",
        source=PAPERS_DUE,
        above=_one_if_in_time(),
        below=Value(1),
        direction=Direction.AT_LEAST,
        deadline_bp=BASIS_POINTS,
        note="期限由政策包规定（工作日，扣除中止时间）；不予支付、已冲销和无应付金额的不计。",
    ),
)
