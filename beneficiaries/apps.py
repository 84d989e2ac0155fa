"""保障对象."""

from django.apps import AppConfig


class BeneficiariesConfig(AppConfig):
    """保障对象."""

    name = "beneficiaries"
    verbose_name = "保障对象"
