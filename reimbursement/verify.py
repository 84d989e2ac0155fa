"""Proof that every fen paid is claimed exactly once (台账核对).

A payment is in at most one line by the database's own constraint; here is the rest: that none is missing,
that lines say what the payments say, and that totals are the sums of their lines. Queries are per kind, never
per row.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Subquery, Sum, TextField, Value
from django.db.models.functions import Coalesce, ExtractQuarter, ExtractYear

from common.money import format_yuan
from policies.codes import LedgerSource
from policies.models import LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors import (
    CONTENT_HASH,
    LEDGER_ORDINAL,
    POSTED_ORDINAL,
    payments_of_kind,
)
from settlement.models import Payment

CHUNK = 2000
HASH_OF_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row that does not hold (核对发现).

    Attributes:
        code: stable English word.
        message: Chinese, names the row.
    """

    code: str
    message: str


def verify_ledgers() -> Iterator[Finding]:
    """Check every ledger and every payment that a ledger should hold; silence is the proof."""
    yield from _totals()
    yield from _lines_unlike_their_payment()
    kinds = (
        LedgerKind.objects.select_related("policy")
        .filter(source=LedgerSource.PAYMENTS)
        .order_by("policy__city_code", "code")
        .distinct("policy__city_code", "code")
    )
    for kind in kinds:
        yield from _unclaimed(kind)
        yield from _of_another_kind(kind)


def _totals() -> Iterator[Finding]:
    lines = LedgerLine.objects.filter(ledger=OuterRef("pk")).order_by().values("ledger")
    differing = QuarterlyLedger.objects.annotate(
        found_count=Coalesce(Subquery(lines.values(found=Count("pk"))), 0),
        found_fen=Coalesce(Subquery(lines.values(found=Sum("amount_fen"))), 0),
        found_hash=Coalesce(
            Subquery(lines.values(found=CONTENT_HASH)), Value(HASH_OF_NOTHING), output_field=TextField()
        ),
    ).exclude(line_count=F("found_count"), total_fen=F("found_fen"), content_hash=F("found_hash"))
    for ledger in differing.select_related("county", "hospital").order_by("pk"):
        yield Finding(
            code="ledger_total",
            message=f"台账 {ledger.ledger_no}：合计 {format_yuan(ledger.total_fen)} 元 "
            f"{ledger.line_count} 笔、内容摘要 {ledger.content_hash[:8]}，"
            f"明细 {format_yuan(ledger.found_fen)} 元 {ledger.found_count} 笔、{ledger.found_hash[:8]}",
        )


def _lines_unlike_their_payment() -> Iterator[Finding]:
    # The day bounds which quarters may claim a payment: its own or a later one.
    posted_ordinal = ExtractYear("payment__posted_on") * 4 + ExtractQuarter("payment__posted_on")
    wrong = (
        LedgerLine.objects.annotate(
            ledger_ordinal=F("ledger__year") * 4 + F("ledger__quarter"), posted_ordinal=posted_ordinal
        )
        .exclude(
            ledger_ordinal__gte=F("posted_ordinal"),
            amount_fen=F("payment__amount_fen"),
            ledger__county=F("payment__county"),
            ledger__hospital=F("payment__hospital"),
            payment__payee=Payment.Payee.HOSPITAL,
        )
        .select_related("ledger__county", "ledger__hospital", "payment")
    )
    for line in wrong.order_by("pk").iterator(chunk_size=CHUNK):
        yield Finding(
            code="ledger_line",
            message=f"台账 {line.ledger.ledger_no} 明细 {line.pk}：{format_yuan(line.amount_fen)} 元，"
            f"与支付 {line.payment_id}（{line.payment.posted_on}，{format_yuan(line.payment.amount_fen)} 元）"
            "的金额、收款方、县区、医疗机构或记账日期不符",
        )


def _unclaimed(kind: LedgerKind) -> Iterator[Finding]:
    """Payments of the quarters up to the last submitted one that are in no line."""
    submitted_since = QuarterlyLedger.objects.annotate(ordinal=LEDGER_ORDINAL).filter(
        kind_code=kind.code,
        county=OuterRef("county"),
        hospital=OuterRef("hospital"),
        status=QuarterlyLedger.Status.SUBMITTED,
        ordinal__gte=OuterRef("posted_ordinal"),
    )
    missing = (
        payments_of_kind(kind=kind)
        .filter(ledger_line=None)
        .annotate(posted_ordinal=POSTED_ORDINAL)
        .filter(Exists(submitted_since))
        .select_related("hospital")
    )
    for payment in missing.order_by("pk").iterator(chunk_size=CHUNK):
        yield Finding(
            code="payment_unclaimed",
            message=f"支付 {payment.pk}（{payment.hospital}，{payment.posted_on}，"
            f"{format_yuan(payment.amount_fen)} 元）未列入任何“{kind}”台账",
        )


def _of_another_kind(kind: LedgerKind) -> Iterator[Finding]:
    lines = (
        LedgerLine.objects.filter(
            ledger__kind_code=kind.code, ledger__kind__policy__city_code=kind.policy.city_code
        )
        .exclude(Exists(payments_of_kind(kind=kind).filter(pk=OuterRef("payment"))))
        .select_related("ledger__county", "ledger__hospital")
    )
    for line in lines.order_by("pk").iterator(chunk_size=CHUNK):
        yield Finding(
            code="ledger_kind",
            message=f"台账 {line.ledger.ledger_no} 明细 {line.pk}：支付 {line.payment_id} 不属于“{kind}”",
        )
