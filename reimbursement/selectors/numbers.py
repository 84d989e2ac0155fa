"""Ledgers by the number that people quote (台账编号)."""

import re

from django.db.models import QuerySet

from organizations.scope import Scope
from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.selectors.ledgers import ledger_list
from settlement.errors import MissingError

# county-kind-year Q quarter-hospital; a kind's code may hold hyphens.
_LEDGER_NO = re.compile(r"(\w+)-(.+)-(\d{4})Q([1-4])-(\w+)", re.ASCII)


class LedgerNotFoundError(MissingError):
    """The scope has no such ledger (查无此台账)."""

    code = "ledger_not_found"

    def __init__(self) -> None:
        super().__init__("本机构没有这个编号的台账，请核对台账编号，或先查询台账列表。")


def ledger_by_no(*, scope: Scope, ledger_no: str) -> QuarterlyLedger:
    """A ledger of the scope by its number.

    Raises:
        LedgerNotFoundError: the scope has no such ledger.
    """
    parts = _LEDGER_NO.fullmatch(ledger_no)
    ledger = None
    if parts is not None and ledger_no.isprintable():
        county, kind_code, year, quarter, hospital = parts.groups()
        ledger = (
            ledger_list(scope=scope)
            .filter(
                county__code=county,
                kind_code=kind_code,
                year=int(year),
                quarter=int(quarter),
                hospital__code=hospital,
            )
            .first()
        )
    if ledger is None:
        raise LedgerNotFoundError
    return ledger


def ledger_lines(*, ledger: QuarterlyLedger) -> QuerySet[LedgerLine]:
    """The lines of a ledger in the order of their keys, with what they list and whom it is about."""
    return ledger.lines.select_related(
        "payment__settlement__claim__person",
        "settlement__claim__person",
        "exam_advance__application__person",
        "service_fee__contract__person",
        "service_fee__contract__hospital",
        "corrects",
    ).order_by("id")
