"""费用结算."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """费用结算."""

    name = "settlement"
    verbose_name = "费用结算"
