"""Payments of the tiers to hospitals (支付): what a hospital advanced and a fund owes it."""

from django.db.models import F, Q

from policies.codes import LedgerSource
from policies.models import LedgerKind
from reimbursement.sources.base import LineKind, Source, first_settled_as
from settlement.models import Payment, Settlement


def _condition(kind: LedgerKind) -> Q:
    condition = Q(claim__policy=kind.policy_id)
    if kind.tier:
        condition &= Q(tier=kind.tier)
    if kind.fund is not None:
        condition &= Q(fund=kind.fund.code)
    return condition & first_settled_as(kind, claim="claim")


PAYMENTS = Source(
    code=LedgerSource.PAYMENTS,
    line_kind=LineKind.PAYMENT,
    is_money=True,
    model=Payment,
    condition=_condition,
    # What is posted to the patient is between the fund and the patient: in no hospital's ledger.
    always=Q(payee=Payment.Payee.HOSPITAL),
    noun="支付",
    amount_field="amount_fen",
    fund=lambda _kind: F("fund"),
    county="county",
    hospital="hospital",
    original=Q(settlement__kind=Settlement.Kind.ORIGINAL),
    sound_line=Q(payment__payee=Payment.Payee.HOSPITAL, fund=F("payment__fund")),
    corrected=(
        ("payment__claim", "claim"),
        ("payment__tier", "tier"),
        ("payment__fund", "fund"),
        ("payment__payee", "payee"),
    ),
)
