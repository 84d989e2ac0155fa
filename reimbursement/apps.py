"""资金台账."""

from django.apps import AppConfig


class ReimbursementConfig(AppConfig):
    """资金台账."""

    name = "reimbursement"
    verbose_name = "资金台账"
