"""Admin of regions, offices, hospitals and accounts (机构与账号)."""

from organizations.admin import accounts, hospitals, keys, logins, places

__all__ = ["accounts", "hospitals", "keys", "logins", "places"]
