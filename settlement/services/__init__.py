"""Writes of settlement (结算办理): preview, settle, reverse, fold again."""

from settlement.services.bulk_refolding import person_years_refold_bulk
from settlement.services.refolding import person_year_refold
from settlement.services.reversing import claim_reverse
from settlement.services.settling import claim_preview, claim_settle

__all__ = ["claim_preview", "claim_reverse", "claim_settle", "person_year_refold", "person_years_refold_bulk"]
