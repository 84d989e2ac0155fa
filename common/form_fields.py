"""Fields that forms share (表单项)."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator


class CalendarDayField(forms.DateField):
    """A day between 1900 and 2199: the days before and after it exist, too."""

    default_validators = [
        MinValueValidator(date(1900, 1, 1), "日期不能早于 1900-01-01。"),
        MaxValueValidator(date(2199, 12, 31), "日期不能晚于 2199-12-31。"),
    ]
