"""Doors for hospitals that need the reports (医院接口：结算单)."""
