"""How papers for patients are printed in a county (打印设置)."""

from django.core.validators import MinValueValidator
from django.db import models

from organizations.models import Region


class PrintSetting(models.Model):
    """A county's choices for papers that patients get (打印设置); without one ID numbers are masked."""

    county = models.OneToOneField(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="print_setting"
    )
    full_id_number = models.BooleanField(
        "结算单印全部身份证号", default=False, help_text="不勾选时只印后四位；勾选后每次打印仍记入导出记录"
    )
    hotline = models.CharField(
        "咨询监督电话", max_length=60, blank=True, help_text="印在结算单和政策明白纸上"
    )

    notice_full_names = models.BooleanField(
        "季度公示写全名", default=False, help_text="不勾选时姓名隐去中间的字，如“张*三”"
    )
    notice_days = models.PositiveSmallIntegerField(
        "公示天数",
        default=7,
        validators=[MinValueValidator(1)],
        help_text="文件没有写明公示多少天，7 天待核实",
    )

    class Meta:
        """打印设置."""

        verbose_name = verbose_name_plural = "打印设置"
        ordering = ["county__code"]

    def __str__(self) -> str:
        return f"{self.county} 打印设置"
