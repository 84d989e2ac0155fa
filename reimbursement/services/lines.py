"""Writing lines (台账明细): set-based, one statement for what corrects nothing, one for corrections."""

from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.sources import Source


def lines_add(*, ledger: QuarterlyLedger, source: Source, rows: QuerySet[Any]) -> None:
    """List what stands in no line yet; what another worker lists meanwhile stays with it.

    Corrections come second: by then the lines they correct are there, of this ledger or of earlier ones.
    """
    nothing = Cast(Value(None), BigIntegerField())
    _insert(ledger, source, rows.filter(source.original).annotate(line_corrects=nothing))
    corrections = rows.filter(~source.original)
    _insert(ledger, source, corrections.annotate(line_corrects=_corrected(ledger, source)))


def _corrected(ledger: QuarterlyLedger, source: Source) -> Subquery:
    """The first line of the same kind that lists what a row corrects."""
    same = {of_line: OuterRef(of_row) for of_line, of_row in source.corrected}
    lines = LedgerLine.objects.filter(kind_code=ledger.kind_code, **same)
    return Subquery(lines.order_by().values("kind_code").annotate(first=Min("pk")).values("first"))


def _insert(ledger: QuarterlyLedger, source: Source, rows: QuerySet[Any]) -> None:
    listed = rows.order_by("pk").values_list("pk", "line_fen", "line_fund", "line_corrects")
    select, parameters = listed.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            # Both parts are our own SQL; every value travels as a parameter.
            f"INSERT INTO {LedgerLine._meta.db_table} "  # noqa: S608
            f"(ledger_id, kind_code, {source.line_kind}_id, amount_fen, fund, corrects_id) "
            f"SELECT %s, %s, listed.* FROM ({select}) AS listed ON CONFLICT DO NOTHING",
            [ledger.pk, ledger.kind_code, *parameters],
        )
