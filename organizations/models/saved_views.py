"""Filters and orders of lists that people use again (常用视图)."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from organizations.models.hospitals import Hospital
from organizations.models.offices import Office

MOST_PARAMETERS = 1_000


class SavedView(models.Model):
    """A list's filters and order under a name (常用视图): its owner's, or shared where the owner works.

    What was searched for is not kept: it may be a name or a number.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="保存人", on_delete=models.CASCADE, related_name="+"
    )
    office = models.ForeignKey(
        Office, verbose_name="共用单位", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    hospital = models.ForeignKey(
        Hospital,
        verbose_name="共用医疗机构",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    list_name = models.CharField("列表", max_length=80)
    title = models.CharField("名称", max_length=20)
    # Of the address, after the question mark.
    parameters = models.CharField("筛选和排序", max_length=MOST_PARAMETERS)
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    class Meta:
        """常用视图."""

        verbose_name = verbose_name_plural = "常用视图"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_name", "title"], name="saved_view_once"),
            models.CheckConstraint(
                condition=models.Q(office=None) | models.Q(hospital=None), name="saved_view_one_place"
            ),
        ]

    def __str__(self) -> str:
        return self.title
