"""报表."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """报表."""

    name = "reporting"
    verbose_name = "报表"
