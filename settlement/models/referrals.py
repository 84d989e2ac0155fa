"""Referrals between hospitals (转诊登记)."""

from django.db import models

from organizations.models import Hospital
from settlement.models.reviews import HospitalRequest


class ReferralRegistration(HospitalRequest):
    """An electronic referral, registered by the hospital that refers, reviewed by the office (转诊登记).

    黔南医保发〔2019〕36号 二(七): only what the office reviewed counts as "经转诊".
    """

    # Empty: to whatever hospital ``to_place`` names, such as one that is not in the register.
    to_hospital = models.ForeignKey(
        Hospital, verbose_name="转入机构", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_place = models.CharField("转往", max_length=200)

    class Meta(HospitalRequest.Meta):
        """转诊登记."""

        verbose_name = verbose_name_plural = "转诊登记"
