"""Who changed an identity by hand, when and why (身份更正): insert-only, what held before stays readable."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models.people import Person
from common.codes import IdentityCategory
from organizations.models import Office


class IdentityChange(models.Model):
    """One approved change (身份更正): the period that ended, and the one that was opened in its place.

    ``digest`` is that of the difference list that was shown; confirmed twice, it is one change.
    """

    class Kind(models.TextChoices):
        """办理事项."""

        RECOGNISED = "recognised", "补认定"
        CORRECTED = "corrected", "更正起止日期"
        WITHDRAWN = "withdrawn", "撤销认定"
        SETTLED = "settled", "补记差额"
        """No period changed: a roster had changed one, and what follows for settled claims was posted."""

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="identity_changes"
    )
    kind = models.CharField("办理事项", max_length=12, choices=Kind.choices)
    category = models.CharField("身份类别", max_length=30, choices=IdentityCategory.choices, blank=True)
    # The stubs do not know that a range may be null.
    before = DateRangeField("原有效期", null=True)  # type: ignore[misc]
    after = DateRangeField("新有效期", null=True)  # type: ignore[misc]
    recognised_by = models.CharField("认定部门", max_length=20, choices=Office.Kind.choices, blank=True)
    basis = models.CharField("依据（文号或凭证）", max_length=200)
    reason = models.CharField("事由", max_length=200)
    digest = models.CharField("差额清单摘要", max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        """身份更正."""

        verbose_name = verbose_name_plural = "身份更正"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="recognised", before=None, after__isnull=False)
                | Q(kind="corrected", before__isnull=False, after__isnull=False)
                | Q(kind="withdrawn", before__isnull=False, after=None)
                | Q(kind="settled", before=None, after=None),
                name="identity_change_periods_fit_kind",
            ),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(reason=""), name="identity_change_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_category_display()}".strip()
