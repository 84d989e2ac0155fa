"""Which day it is (业务日期). Everything that asks for today asks here."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def business_date() -> date:
    """Today in Asia/Shanghai, or the fixed day of a training system (``DOUDI_BUSINESS_DATE``)."""
    fixed: date | None = settings.BUSINESS_DATE
    return fixed or timezone.localdate()
