"""Settlements themselves (就诊费用、减免): what visits cost, and what hospitals took off the bill.

郑卫农卫〔2019〕5号 二(十四): ledgers that inform. No fund repays them: each posting stands once in every
ledger that it belongs to.
"""

from django.db.models import Q, Value

from policies.codes import LedgerSource
from policies.models import LedgerKind
from reimbursement.sources.base import LineKind, Source, first_settled_as
from settlement.models import Settlement


def _condition(kind: LedgerKind) -> Q:
    return Q(claim__policy=kind.policy_id) & first_settled_as(kind, claim="claim")


def _source(*, code: LedgerSource, amount: str, only: Q) -> Source:
    return Source(
        code=code,
        line_kind=LineKind.SETTLEMENT,
        is_money=False,
        model=Settlement,
        condition=_condition,
        # The year-end run stands for no visit and has no hospital.
        always=Q(claim__year_end=False) & only,
        noun="结算",
        amount_field=amount,
        fund=lambda _kind: Value(""),
        county="claim__insured_county",
        hospital="claim__hospital",
        original=Q(kind=Settlement.Kind.ORIGINAL),
        sound_line=Q(fund=""),
        corrected=(("settlement__claim", "claim"),),
    )


VISITS = _source(code=LedgerSource.VISITS, amount="total_fen", only=Q())
# A bill without a waiver is no line of the ledger of waivers.
WAIVERS = _source(code=LedgerSource.WAIVERS, amount="waived_fen", only=~Q(waived_fen=0))
