"""Reads of the reports (查询): ledgers of a quarter and their rows, streamed."""

from reporting.selectors.ledgers import CHUNK, ledger_heads, ledger_rows, ledger_sums

__all__ = ["CHUNK", "ledger_heads", "ledger_rows", "ledger_sums"]
