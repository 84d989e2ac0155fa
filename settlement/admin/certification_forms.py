"""What staff enter at each step of a certification (慢性病鉴定表单)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from beneficiaries.models import CertificationApplication, CertificationPaper
from common.clock import business_date
from common.form_fields import CalendarDayField
from common.id_numbers import IdNumberError, normalize_id_number
from organizations.models import Hospital
from organizations.scope import Scope
from settlement.admin.trial_forms import YuanField
from settlement.selectors.certification import designated_hospitals, diseases_offered, exams_compared
from settlement.services.certification import Outcome
from settlement.services.certification.examining import ExamInput

DAY = {"placeholder": "年-月-日", "inputmode": "numeric"}
Result = CertificationPaper.Result
GRANTED, REFUSED = "granted", "refused"


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    """A date as people type it."""
    return CalendarDayField(label=label, widget=forms.TextInput(attrs=DAY), **kwargs)


class ApplyForm(forms.Form):
    """An application: who, where examined, which diseases."""

    whole: ClassVar[Sequence[str]] = ("diseases",)

    id_number = forms.CharField(label="申请人身份证号", max_length=18)
    hospital = forms.ModelChoiceField(Hospital.objects.none(), label="鉴定机构", empty_label="请选择")
    diseases = forms.MultipleChoiceField(
        label="申请病种（可选多个）",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择病种。"},
    )

    def __init__(self, data: Any = None, *, scope: Scope) -> None:
        super().__init__(data)
        fields: Any = self.fields
        hospitals = designated_hospitals(scope=scope)
        fields["hospital"].queryset = hospitals
        fields["hospital"].initial = hospitals.first() if len(hospitals) == 1 else None
        fields["diseases"].choices = diseases_offered(on=business_date())
        fields["id_number"].widget.attrs["autofocus"] = True

    def clean_id_number(self) -> str:
        """The number in its one form."""
        try:
            return normalize_id_number(self.cleaned_data["id_number"], today=business_date())
        except IdNumberError as error:
            raise forms.ValidationError(str(error)) from None


class StepForm(forms.Form):
    """What a step asks beside its note."""

    whole: ClassVar[Sequence[str]] = ("note",)

    note = forms.CharField(
        label="说明", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, application: CertificationApplication) -> None:
        super().__init__(data)
        self.application = application
        self.prepare()
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def prepare(self) -> None:
        """Add the fields that depend on the application."""

    def arguments(self) -> dict[str, Any]:
        """What the service is called with."""
        return {"note": self.cleaned_data["note"]}


class PapersForm(StepForm):
    """One result per paper."""

    def prepare(self) -> None:
        """A choice for each paper, present unless said otherwise."""
        note = self.fields.pop("note")
        for paper in CertificationPaper.Paper:
            self.fields[paper.value] = forms.ChoiceField(
                label=str(paper.label), choices=Result.choices, initial=Result.PRESENT
            )
        self.fields["note"] = note

    def arguments(self) -> dict[str, Any]:
        """The results and the note."""
        results = {paper.value: self.cleaned_data[paper.value] for paper in CertificationPaper.Paper}
        return {"results": results, "note": self.cleaned_data["note"]}


class ExamForm(StepForm):
    """One exam; the items of the standards are offered, others may be typed."""

    whole: ClassVar[Sequence[str]] = ()

    disease = forms.ChoiceField(label="病种")
    item = forms.CharField(label="项目名称", max_length=60)
    done_on = day_field("体检日期")
    amount = YuanField(label="金额（元）")
    receipt_no = forms.CharField(label="票据号（可不填）", max_length=30, required=False)

    def prepare(self) -> None:
        """The diseases of the application, each with what its standard still asks for."""
        del self.fields["note"]
        fields: Any = self.fields
        rows = exams_compared(application=self.application)
        fields["disease"].choices = [(row.applied.disease, row.applied.disease_name) for row in rows]
        fields["done_on"].initial = business_date()
        fields["item"].help_text = "；".join(
            f"{row.applied.disease_name}标准内尚未做：{'、'.join(row.missing) or '无'}" for row in rows
        )

    def arguments(self) -> dict[str, Any]:
        """The exam as the service takes it."""
        values = self.cleaned_data
        exam = ExamInput(
            disease=values["disease"],
            item=values["item"],
            done_on=values["done_on"],
            amount_fen=values["amount"],
            receipt_no=values["receipt_no"],
        )
        return {"exam": exam}


class DecisionForm(StepForm):
    """Granted or refused, disease by disease."""

    def prepare(self) -> None:
        """Three fields per disease."""
        note = self.fields.pop("note")
        self.applied = list(self.application.diseases.order_by("id"))
        for row in self.applied:
            name = row.disease_name
            self.fields[f"outcome-{row.pk}"] = forms.ChoiceField(
                label=f"{name}：结论", choices=[("", "请选择"), (GRANTED, "通过"), (REFUSED, "不予通过")]
            )
            self.fields[f"last_day-{row.pk}"] = day_field(
                f"{name}：有效期末日（含当日，不填为长期）", required=False
            )
            self.fields[f"reason-{row.pk}"] = forms.CharField(
                label=f"{name}：不予通过的理由", max_length=300, required=False
            )
        self.fields["note"] = note

    def arguments(self) -> dict[str, Any]:
        """An outcome per disease."""
        values = self.cleaned_data
        outcomes = {
            row.pk: Outcome(
                granted=values[f"outcome-{row.pk}"] == GRANTED,
                last_day=values[f"last_day-{row.pk}"],
                reason=values[f"reason-{row.pk}"],
            )
            for row in self.applied
        }
        return {"outcomes": outcomes, "note": values["note"]}
