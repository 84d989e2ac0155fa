"""Admin of regions, offices, hospitals and accounts (机构与账号)."""

from organizations.admin import accounts, hospitals, places

__all__ = ["accounts", "hospitals", "places"]
