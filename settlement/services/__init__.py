"""Writes of settlement (结算办理): preview, settle, reverse, fold again, pay at the end of the year."""

from settlement.services.bulk_refolding import person_years_refold_bulk
from settlement.services.payouts import (
    patient_account_record,
    payout_batch_confirm,
    payout_batch_make,
    payout_item_bounce,
)
from settlement.services.refolding import person_year_refold
from settlement.services.repayments import repayment_record, repayment_undo
from settlement.services.reversing import claim_reverse
from settlement.services.settling import claim_preview, claim_settle
from settlement.services.year_end import year_end_preview, year_end_run

__all__ = [
    "claim_preview",
    "claim_reverse",
    "claim_settle",
    "patient_account_record",
    "payout_batch_confirm",
    "payout_batch_make",
    "payout_item_bounce",
    "person_year_refold",
    "person_years_refold_bulk",
    "repayment_record",
    "repayment_undo",
    "year_end_preview",
    "year_end_run",
]
