"""What the office enters to correct an identity (身份更正录入)."""

from datetime import timedelta
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from beneficiaries.models import Identity, IdentityChange, Person
from beneficiaries.services.identity_changes import AskedChange
from common.admin_panels import period
from common.codes import IdentityCategory
from common.form_fields import CalendarDayField
from organizations.models import Office

DAY = UnfoldAdminTextInputWidget(attrs={"placeholder": "年-月-日", "inputmode": "numeric"})
KINDS = [choice for choice in IdentityChange.Kind.choices if choice[0] != IdentityChange.Kind.SETTLED]


class CorrectionForm(forms.Form):
    """A change of one identity of one person; ``until`` is the last day, itself included."""

    kind = forms.ChoiceField(label="办理事项", choices=KINDS, widget=UnfoldAdminSelectWidget)
    identity = forms.ChoiceField(
        label="要更正或撤销的记录（补认定不选）", required=False, widget=UnfoldAdminSelectWidget
    )
    category = forms.ChoiceField(
        label="身份类别（补认定时填写）",
        required=False,
        choices=[("", "请选择"), *IdentityCategory.choices],
        widget=UnfoldAdminSelectWidget,
    )
    recognised_by = forms.ChoiceField(
        label="认定部门", choices=Office.Kind.choices, initial=Office.Kind.POVERTY,
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    since = CalendarDayField(label="生效日期（撤销不填）", required=False, widget=DAY)
    last_day = CalendarDayField(label="最后一日（长期有效不填）", required=False, widget=DAY)
    lifted_on = CalendarDayField(label="脱贫日期（建档立卡，未脱贫不填）", required=False, widget=DAY)
    basis = forms.CharField(label="依据（文号或凭证）", max_length=200, widget=UnfoldAdminTextInputWidget)
    reason = forms.CharField(label="事由", max_length=150, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held = {str(row.pk): row for row in Identity.objects.filter(person=person)}
        self.fields["identity"].choices = [  # type: ignore[attr-defined]
            ("", "不选"),
            *[
                (key, f"{row.get_category_display()}（{period(row.valid)}）")
                for key, row in self._held.items()
            ],
        ]

    def clean(self) -> dict[str, Any]:
        """A recognition names a category, the others a record."""
        data = super().clean() or {}
        if data.get("kind") == IdentityChange.Kind.RECOGNISED:
            if not data.get("category"):
                self.add_error("category", "请选择身份类别。")
        elif not data.get("identity"):
            self.add_error("identity", "请选择要更正或撤销的记录。")
        return data

    def asked(self) -> AskedChange:
        """As the service takes it."""
        data = self.cleaned_data
        held = self._held.get(data["identity"]) if data["kind"] != IdentityChange.Kind.RECOGNISED else None
        last = data["last_day"]
        return AskedChange(
            kind=data["kind"],
            category=held.category if held is not None else data["category"],
            identity_id=held.pk if held is not None else None,
            since=data["since"],
            until=last + timedelta(days=1) if last is not None else None,
            lifted_on=data["lifted_on"],
            recognised_by=data["recognised_by"],
            basis=data["basis"],
            reason=data["reason"],
        )


class EffectsForm(forms.Form):
    """Why differences that follow from a roster are posted."""

    basis = forms.CharField(label="依据（名单或文号）", max_length=200, widget=UnfoldAdminTextInputWidget)
    reason = forms.CharField(label="事由", max_length=150, widget=UnfoldAdminTextInputWidget)

    def asked(self) -> AskedChange:
        """As the service takes it."""
        return AskedChange(
            kind=IdentityChange.Kind.SETTLED,
            category="",
            recognised_by="",
            basis=self.cleaned_data["basis"],
            reason=self.cleaned_data["reason"],
        )
