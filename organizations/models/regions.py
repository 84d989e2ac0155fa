"""Administrative regions (行政区划)."""

from django.db import models


class Region(models.Model):
    """An administrative region (行政区划)."""

    class Level(models.TextChoices):
        """省、市（州）、县（市、区）、乡镇（街道）、村（社区）."""

        PROVINCE = "province", "省"
        PREFECTURE = "prefecture", "市（州）"
        COUNTY = "county", "县（市、区）"
        TOWNSHIP = "township", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=100)
    level = models.CharField("层级", max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", verbose_name="上级", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    county_class = models.CharField(
        "县分类",
        max_length=30,
        blank=True,
        help_text="分担比例按县分类不同时填写（如黔南医保发〔2019〕36号 二(三)）",
    )

    class Meta:
        """区划."""

        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
