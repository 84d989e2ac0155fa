"""What staff enter about family doctors (家庭医生签约录入)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beneficiaries.admin.register_forms import AmountField, DayField, PersonField
from beneficiaries.models import DoctorContract, FollowUp, Person
from beneficiaries.services.family_doctors import ContractTerms
from organizations.models import Hospital
from organizations.scope import Scope


class ContractForm(forms.Form):
    """A contract; the last day is the last one with service."""

    hospital = forms.ModelChoiceField(Hospital.objects.none(), label="签约机构", empty_label="请选择")
    doctor = forms.CharField(label="家庭医生", max_length=60)
    team = forms.CharField(label="团队", max_length=60, required=False)
    signed_on = DayField(label="签约日期")
    since = DayField(label="服务开始日期")
    last_day = DayField(label="服务最后一日（不填为长期）", required=False)
    package = forms.CharField(label="服务包", max_length=100)
    fee_fen = AmountField(label="年服务费（元）")
    payer = forms.ChoiceField(label="付费方", choices=DoctorContract.Payer.choices)

    def __init__(self, *args: Any, scope: Scope, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.all()
        # A hospital signs whoever comes, by the whole number; offices keep to their counties.
        if scope.hospital_id is None:
            people = people.filter(scope.limit(county="county", hospital=""))
        now = f"，现为 {person}，不改则不填" if person else ""
        field = PersonField(label=f"身份证号{now}", required=person is None, people=people, current=person)
        self.fields = {"person": field, **self.fields}
        fields: Any = self.fields
        fields["hospital"].queryset = Hospital.objects.filter(scope.limit(county="county", hospital="pk"))

    def clean_fee_fen(self) -> int:
        """Nothing is an amount too: free of charge."""
        fee_fen: int = self.cleaned_data["fee_fen"]
        if fee_fen < 0:
            raise ValidationError("金额不能为负。")
        return fee_fen

    def terms(self) -> ContractTerms:
        """What is agreed, for the service."""
        data = self.cleaned_data
        last_day = data["last_day"]
        names = ("doctor", "team", "signed_on", "since", "package", "fee_fen", "payer")
        until = last_day + timedelta(days=1) if last_day else None
        return ContractTerms(until=until, **{name: data[name] for name in names})


class EndForm(forms.Form):
    """When and why a contract ends early."""

    last_day = DayField(label="服务最后一日")
    reason = forms.CharField(label="终止原因", max_length=160)


class PlanForm(forms.Form):
    """A follow-up to come."""

    kind = forms.ChoiceField(label="方式", choices=FollowUp.Kind.choices)
    planned_on = DayField(label="计划日期")


class DoneForm(forms.Form):
    """A follow-up that was done."""

    done_on = DayField(label="完成日期")
    next_on = DayField(label="下次随访日期（不填为不安排）", required=False)
    content = forms.CharField(label="随访内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class FeeForm(forms.Form):
    """What the hospital advanced."""

    item = forms.CharField(label="项目", max_length=60, initial="家庭医生签约服务费")
    amount_fen = AmountField(label="金额（元）")


class ReasonForm(forms.Form):
    """Why a posting is taken back."""

    reason = forms.CharField(label="冲销原因", max_length=200)
