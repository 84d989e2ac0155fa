"""What a hospital asks about its ledgers (台账查询接口)."""
