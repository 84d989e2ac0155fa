"""What staff enter for a trial (试算录入): packs, a person, claims with their lines. Nothing is stored."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from common.clock import business_date
from common.codes import (
    Designation,
    FeeCategory,
    HospitalLevel,
    IdentityCategory,
    InsuranceType,
    Ownership,
    Place,
    Referral,
    VisitType,
)
from common.money import parse_yuan
from policies.admin.comparison_page import PackField
from policies.models import Policy
from policies.selectors import disease_list_codes
from settlement.admin.trial_choices import Choices
from settlement.engine.facts import Claim, CostLine, Facts

MOST_CLAIMS = 12
MOST_LINES = 30
LINES_OFFERED = 2
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
PARTS = ("in_scope_fen", "upfront_fen", "over_limit_fen", "excluded_fen")


class YuanField(forms.CharField):
    """An amount as people type it: ``1234``, ``1234.5``, ``1,234.50``; fen inside, nothing is 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> int:
        """The amount in fen."""
        typed = str(super().clean(value)).replace(",", "").replace("，", "")
        if not typed:
            return 0
        found = _AMOUNT.fullmatch(typed)
        if found is None:
            raise forms.ValidationError("请填写不超过两位小数的金额，例如 1234.50。")
        return parse_yuan(f"{int(found[1])}.{(found[2] or '').ljust(2, '0')}")


class PersonForm(forms.Form):
    """Under which packs, for whom."""

    left = PackField(Policy.objects.none(), label="政策包", empty_label="请选择")
    right = PackField(
        Policy.objects.none(), label="对照政策包（可不选）", required=False, empty_label="不对照"
    )
    identities = forms.MultipleChoiceField(
        label="身份类别（可多选，不选为普通居民）",
        choices=IdentityCategory.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    insurance_type = forms.ChoiceField(label="参保险种", choices=InsuranceType.choices)
    age = forms.IntegerField(label="年龄（周岁）", min_value=0, max_value=130, initial=50)
    county_class = forms.ChoiceField(label="县区类别", required=False)
    certified = forms.MultipleChoiceField(
        label="已鉴定的慢性病（按住 Ctrl 键可多选）",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )

    def __init__(self, *args: Any, packs: QuerySet[Policy], choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name in ("left", "right"):
            fields[name].queryset = packs
        fields["county_class"].choices = choices.county_classes
        fields["certified"].choices = choices.diseases

    def clean(self) -> dict[str, Any]:
        """Two columns show two packs."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("right") is not None and values.get("left") == values["right"]:
            self.add_error("right", "请选择另一个政策包，或不对照。")
        return values

    def facts(self) -> Facts:
        """The person as the engine asks."""
        values = self.cleaned_data
        return Facts(
            identities=frozenset(values["identities"]),
            insurance_type=values["insurance_type"],
            age_years=values["age"],
            county_class=values["county_class"],
            certified_diseases=frozenset(values["certified"]),
        )


class RowForm(forms.Form):
    """A row of a table: its headings name the fields for whoever sees the page, this for whoever listens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


class LineForm(RowForm):
    """One line of a bill by its parts; a line without amounts is left out."""

    category = forms.ChoiceField(label="费用类别", choices=FeeCategory.choices, initial=FeeCategory.OTHER)
    in_scope_fen = YuanField(label="政策范围内")
    upfront_fen = YuanField(label="先行自付")
    over_limit_fen = YuanField(label="超限价自费")
    excluded_fen = YuanField(label="全自费")


class ClaimForm(forms.Form):
    """One visit or stay."""

    on = forms.DateField(label="出院（就诊）日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日"}))
    visit_type = forms.ChoiceField(label="就诊类型", choices=VisitType.choices, initial=VisitType.INPATIENT)
    hospital_level = forms.ChoiceField(
        label="医疗机构级别", choices=HospitalLevel.choices, initial=HospitalLevel.COUNTY_2
    )
    place = forms.ChoiceField(label="就医地", choices=Place.choices)
    referral = forms.ChoiceField(label="转诊情况", choices=Referral.choices)
    disease = forms.ChoiceField(label="申报病种", required=False)
    bed_days = forms.IntegerField(label="床日", min_value=0, max_value=366, initial=0)
    ownership = forms.ChoiceField(label="办医主体", choices=Ownership.choices)
    designations = forms.MultipleChoiceField(
        label="定点类别",
        choices=Designation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    drug_lists = forms.MultipleChoiceField(
        label="用药目录", required=False, widget=forms.CheckboxSelectMultiple
    )
    out_of_catalogue_approved = forms.BooleanField(label="目录外费用已有审批", required=False)
    year_end = forms.BooleanField(label="年末救助（不填费用）", required=False)

    lines: "LineFormSet"

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["on"].initial = business_date()
        fields["disease"].choices = [("", "无"), *choices.diseases]
        fields["drug_lists"].choices = choices.drug_lists

    def claim(self) -> Claim:
        """The claim as the engine asks."""
        values = self.cleaned_data
        return Claim(
            on=values["on"],
            visit_type=values["visit_type"],
            hospital_level=values["hospital_level"],
            place=values["place"],
            referral=values["referral"],
            chronic_disease=values["disease"],
            disease_lists=disease_list_codes(key=values["disease"]),
            drug_lists=frozenset(values["drug_lists"]),
            bed_days=values["bed_days"],
            ownership=values["ownership"],
            hospital_designations=frozenset(values["designations"]),
            out_of_catalogue_approved=values["out_of_catalogue_approved"],
            year_end=values["year_end"],
            lines=tuple(self.lines.cost_lines()),
        )


class LineFormSet(forms.BaseFormSet):
    """The lines of one bill."""

    def cost_lines(self) -> Iterable[CostLine]:
        """Those with an amount, numbered."""
        rows = [form.cleaned_data for form in self.forms if form.has_changed()]
        filled = [row for row in rows if any(row[part] for part in PARTS)]
        for line_no, row in enumerate(filled, 1):
            parts = {part: row[part] for part in PARTS}
            yield CostLine(line_no=line_no, category=row["category"], amount_fen=sum(parts.values()), **parts)


class ClaimFormSet(forms.BaseFormSet):
    """The claims of one person in the order in which they are settled, each with its lines."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """A claim that was opened must be filled in."""
        return {**super().get_form_kwargs(index), "empty_permitted": index is None}

    def add_fields(self, form: Any, index: int | None) -> None:
        """Every claim has its own lines."""
        super().add_fields(form, index)
        form.fields["DELETE"].widget = forms.HiddenInput()
        form.lines = Lines(self.data if form.is_bound else None, prefix=f"{form.prefix}-lines")

    def clean(self) -> None:
        """Lines are checked with their claim; a bill has at least one."""
        for form in self.kept():
            if not form.lines.is_valid():
                raise forms.ValidationError("费用明细有误，请按标出的提示更正。")
            year_end = form.cleaned_data.get("year_end")
            if not year_end and not list(form.lines.cost_lines()):
                form.add_error(None, "请至少填写一行费用。")

    def kept(self) -> list[ClaimForm]:
        """The claims that were not taken out."""
        return [form for form in self.forms if form not in self.taken_out()]

    def taken_out(self) -> list[Any]:
        """Those that were, valid or not."""
        return [form for form in self.forms if form.cleaned_data.get("DELETE")]


Lines: Any = forms.formset_factory(
    LineForm, formset=LineFormSet, extra=LINES_OFFERED, max_num=MOST_LINES, absolute_max=MOST_LINES
)
Claims: Any = forms.formset_factory(
    ClaimForm,
    formset=ClaimFormSet,
    extra=0,
    min_num=1,
    max_num=MOST_CLAIMS,
    absolute_max=MOST_CLAIMS,
    validate_min=True,
    can_delete=True,
)


def trial_forms(
    data: QueryDict | None, *, packs: QuerySet[Policy], choices: Choices, left: str = ""
) -> tuple[PersonForm, Any]:
    """The forms of the page, empty or as sent."""
    person = PersonForm(data, packs=packs, choices=choices, initial={"left": left})
    claims = Claims(data, prefix="claims", form_kwargs={"choices": choices})
    return person, claims
