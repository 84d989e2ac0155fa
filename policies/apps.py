"""The application of policy packs (政策包)."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """What each city's documents grant, as data with a citation on every number (政策)."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "policies"
    verbose_name = "政策"
