"""Tables that belong to no single field of work (公共)."""

from django.db import models


class CalendarDay(models.Model):
    """One day on which the office corrects the built-in calendar (工作日历), and the notice that says so."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("是否工作日")
    source = models.CharField("依据", max_length=200, help_text="例如 国办发明电〔2018〕15号")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        """工作日历."""

        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'工作日' if self.is_working else '休息日'}"
