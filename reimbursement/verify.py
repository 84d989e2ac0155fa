"""Proof that every fen owed is claimed, and every posting listed, exactly once (台账核对).

A row is in at most one line by the database's own constraints; here is the rest: that none is missing, that
lines say what the rows say, and that totals are the sums of their lines. Queries are per kind, never per row.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, TextField, Value
from django.db.models.functions import Coalesce, ExtractQuarter, ExtractYear

from common.money import format_yuan
from organizations.models import Hospital
from policies.models import LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors import (
    CONTENT_HASH,
    LEDGER_ORDINAL,
    POSTED_ORDINAL,
    rows_of_kind,
    rows_unlisted,
)
from reimbursement.sources import SOURCES, Source

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
    """Check every ledger and every row that a ledger should hold; silence is the proof."""
    yield from _totals()
    for source in SOURCES.values():
        yield from _lines_unlike_their_row(source)
    kinds = (
        LedgerKind.objects.select_related("policy", "fund")
        .order_by("policy__city_code", "code")
        .distinct("policy__city_code", "code")
    )
    for kind in kinds:
        yield from _unlisted(kind)
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


def _lines_unlike_their_row(source: Source) -> Iterator[Finding]:
    # The day bounds which quarters may list a row: its own or a later one.
    to, posted = source.line_kind.value, f"{source.line_kind.value}__posted_on"
    wrong = (
        LedgerLine.objects.filter(**{f"{to}__isnull": False}, ledger__kind__source=source.code)
        .annotate(
            ledger_ordinal=F("ledger__year") * 4 + F("ledger__quarter"),
            posted_ordinal=ExtractYear(posted) * 4 + ExtractQuarter(posted),
            row_posted_on=F(posted),
            row_fen=F(f"{to}__{source.amount_field}"),
        )
        .exclude(
            Q(
                ledger_ordinal__gte=F("posted_ordinal"),
                amount_fen=F("row_fen"),
                kind_code=F("ledger__kind_code"),
                ledger__county=F(f"{to}__{source.county}"),
                ledger__hospital=F(f"{to}__{source.hospital}"),
            )
            & source.sound_line
        )
        .select_related("ledger__county", "ledger__hospital")
    )
    for line in wrong.order_by("pk").iterator(chunk_size=CHUNK):
        yield Finding(
            code="ledger_line",
            message=f"台账 {line.ledger.ledger_no} 明细 {line.pk}：{format_yuan(line.amount_fen)} 元，"
            f"与{source.noun} {getattr(line, to + '_id')}（{line.row_posted_on}，"
            f"{format_yuan(line.row_fen)} 元）的金额、资金、收款方、县区、医疗机构或记账日期不符",
        )


def _unlisted(kind: LedgerKind) -> Iterator[Finding]:
    """Rows of the quarters up to the last submitted one that are in no line."""
    submitted_since = QuarterlyLedger.objects.annotate(ordinal=LEDGER_ORDINAL).filter(
        kind_code=kind.code,
        county=OuterRef("at_county"),
        hospital=OuterRef("at_hospital"),
        status=QuarterlyLedger.Status.SUBMITTED,
        ordinal__gte=OuterRef("posted_ordinal"),
    )
    hospital = Hospital.objects.filter(pk=OuterRef("at_hospital")).values("name")
    missing = (
        rows_unlisted(kind=kind)
        .annotate(posted_ordinal=POSTED_ORDINAL, hospital_name=Subquery(hospital))
        .filter(Exists(submitted_since))
    )
    source = SOURCES[kind.source]
    for row in missing.order_by("pk").iterator(chunk_size=CHUNK):
        yield Finding(
            code=f"{source.line_kind}_unclaimed",
            message=f"{source.noun} {row.pk}（{row.hospital_name}，{row.posted_on}，"
            f"{format_yuan(row.line_fen)} 元）未列入任何“{kind}”台账",
        )


def _of_another_kind(kind: LedgerKind) -> Iterator[Finding]:
    source = SOURCES[kind.source]
    to = source.line_kind.value
    lines = (
        LedgerLine.objects.filter(
            ledger__kind_code=kind.code, ledger__kind__policy__city_code=kind.policy.city_code
        )
        .exclude(Exists(rows_of_kind(kind=kind).filter(pk=OuterRef(to))))
        .select_related("ledger__county", "ledger__hospital")
    )
    for line in lines.order_by("pk").iterator(chunk_size=CHUNK):
        yield Finding(
            code="ledger_kind",
            message=f"台账 {line.ledger.ledger_no} 明细 {line.pk}："
            f"{source.noun} {getattr(line, to + '_id')} 不属于“{kind}”",
        )
