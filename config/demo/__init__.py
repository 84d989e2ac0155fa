"""The demonstration (演示): an invented county, a quarter of its claims, and the ledger they end in."""
