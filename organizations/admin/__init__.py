"""Admin of regions, offices, hospitals and accounts (机构与账号)."""

from organizations.admin import accounts, changes, hospitals, keys, logins, places

__all__ = ["accounts", "changes", "hospitals", "keys", "logins", "places"]
