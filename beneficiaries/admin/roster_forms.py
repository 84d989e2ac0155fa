"""What staff enter about a roster (名单录入)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from beneficiaries.models import RosterImport
from beneficiaries.rosters.vocabulary import RIGHTS
from beneficiaries.services.roster_deliveries import RECIPIENTS
from common.codes import IdentityCategory
from organizations.models import Office, Region

DATE = "%Y-%m-%d"


class UploadForm(forms.Form):
    """A roster and what it covers; the choices are those of the user's department and region."""

    source = forms.ChoiceField(label="来源部门", widget=UnfoldAdminSelectWidget)
    region = forms.ModelChoiceField(
        Region.objects.none(), label="名单区划", empty_label=None, widget=UnfoldAdminSelectWidget
    )
    roster_on = forms.DateField(
        label="名单日期（名单所反映的日期）",
        widget=UnfoldAdminDateWidget(attrs={"placeholder": "例如 2019-06-01"}, format=DATE),
    )
    received_on = forms.DateField(
        label="收到日期",
        widget=UnfoldAdminDateWidget(attrs={"placeholder": "例如 2019-06-03"}, format=DATE),
    )
    kind = forms.ChoiceField(
        label="名单种类",
        choices=[(kind, kind.label) for kind in (RosterImport.Kind.FULL, RosterImport.Kind.DELTA)],
        initial=RosterImport.Kind.FULL,
        widget=UnfoldAdminRadioSelectWidget,
        help_text="全量名单：名单上没有的人按名单日期退出；增减名单：只处理名单上的人",
    )
    categories = forms.MultipleChoiceField(
        label="名单包括的身份类别",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="全量名单只对勾选的类别办理退出",
    )
    file = forms.FileField(
        label="文件（.xlsx 或 .csv）", widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"})
    )

    def __init__(self, *args: Any, sources: frozenset[str], regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["source"].choices = [(kind, Office.Kind(kind).label) for kind in RIGHTS if kind in sources]
        fields["region"].queryset = regions
        entitled = {category for source in RIGHTS.keys() & sources for category in RIGHTS[source].categories}
        fields["categories"].choices = [
            choice for choice in IdentityCategory.choices if choice[0] in entitled
        ]


class InsuredListForm(forms.Form):
    """A list of who is insured, and of which county and year."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label="参保县（市、区）", empty_label=None, widget=UnfoldAdminSelectWidget
    )
    year = forms.IntegerField(
        label="参保年度", min_value=2010, max_value=2199, widget=UnfoldAdminIntegerFieldWidget
    )
    roster_on = forms.DateField(
        label="名单日期（名单所反映的日期）", widget=UnfoldAdminDateWidget(format=DATE)
    )
    received_on = forms.DateField(label="收到日期", widget=UnfoldAdminDateWidget(format=DATE))
    file = forms.FileField(
        label="文件（.xlsx 或 .csv）",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
        help_text="名单上没有的人不会因此退保，只列出供核实；人员库中没有的人列为问题行，不新建",
    )

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["region"].queryset = regions


class PassOnForm(forms.Form):
    """Who gets the list."""

    recipient = forms.ChoiceField(
        label="接收部门",
        choices=[(kind, kind.label) for kind in RECIPIENTS],
        widget=UnfoldAdminSelectWidget,
    )


class ReceiptForm(forms.Form):
    """When a list was received, and by whom."""

    received_on = forms.DateField(label="签收日期", widget=UnfoldAdminDateWidget(format=DATE))
    received_by = forms.CharField(label="签收人", max_length=60, widget=UnfoldAdminTextInputWidget)
