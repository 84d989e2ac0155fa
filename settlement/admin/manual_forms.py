"""What staff enter of a claim from papers (零星报销录入): person, visit, invoices, lines, papers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from common.clock import business_date
from common.codes import FeeCategory, HospitalLevel, Referral, Tier, VisitType
from common.id_numbers import IdNumberError, normalize_id_number
from organizations.models import Hospital
from settlement.admin.trial_choices import Choices
from settlement.admin.trial_forms import RowForm, YuanField
from settlement.engine.facts import GivenPayment
from settlement.intake import LineInput
from settlement.manual_entry import InvoiceInput, ManualInput
from settlement.services.manual import outside_institution_register
from settlement.services.manual.institutions import PROVINCES

MOST_LINES, MOST_INVOICES = 500, 20
LINES_OFFERED, INVOICES_OFFERED = 4, 2
PARTS = ("in_scope_fen", "upfront_fen", "over_limit_fen", "excluded_fen")
# Whose money was paid where the patient was treated.
GIVEN = {
    "given_basic": (Tier.BASIC, "residents_pool"),
    "given_critical": (Tier.CRITICAL, "residents_critical"),
    "given_supplementary": (Tier.SUPPLEMENTARY, "residents_supplementary"),
}
DAY = {"placeholder": "年-月-日", "inputmode": "numeric"}


class OptionalYuanField(YuanField):
    """An amount that may be left open: nothing is None, 0 is 0."""

    def clean(self, value: Any) -> Any:
        """Fen, or None."""
        return super().clean(value) if str(value or "").strip() else None


class ManualForm(forms.Form):
    """Everything of a claim from papers but its invoices and lines."""

    id_number = forms.CharField(label="患者身份证号", max_length=18)
    visit_type = forms.ChoiceField(label="就诊类型", choices=VisitType.choices, initial=VisitType.INPATIENT)
    referral = forms.ChoiceField(label="转诊情况", choices=Referral.choices)
    fast_track = forms.BooleanField(label="高值药品，优先办理", required=False)
    hospital = forms.ModelChoiceField(
        Hospital.objects.none(), label="就诊机构（名录内）", required=False, empty_label="不在名录内"
    )
    outside_name = forms.CharField(label="名录外机构全称", max_length=200, required=False)
    outside_province = forms.ChoiceField(
        label="名录外机构所在省份", required=False, choices=[("", "请选择"), *PROVINCES.items()]
    )
    outside_level = forms.ChoiceField(
        label="名录外机构级别", choices=HospitalLevel.choices, initial=HospitalLevel.PROVINCE_3
    )
    outside_networked = forms.BooleanField(label="名录外机构可异地联网结算", required=False)
    admitted_on = forms.DateField(label="入院（就诊）日期", widget=forms.TextInput(attrs=DAY))
    discharged_on = forms.DateField(label="出院（就诊）日期", widget=forms.TextInput(attrs=DAY))
    bed_days = forms.IntegerField(label="床日", min_value=0, max_value=3_660, initial=0)
    diagnosis_code = forms.CharField(label="诊断编码", max_length=20)
    diagnosis_name = forms.CharField(label="诊断名称", max_length=200)
    disease = forms.ChoiceField(label="申报病种", required=False)
    approval_no = forms.CharField(label="目录外费用审批号", max_length=60, required=False)
    drug_lists = forms.MultipleChoiceField(
        label="用药目录", required=False, widget=forms.CheckboxSelectMultiple
    )
    given_basic = OptionalYuanField(label="基本医保已付（未结算不填）")
    given_critical = OptionalYuanField(label="大病保险已付（未结算不填）")
    given_supplementary = OptionalYuanField(label="补充保险已付（未结算不填）")
    total_fen = YuanField(label="发票总额（元）")
    complete_on = forms.DateField(label="材料齐全日期", widget=forms.TextInput(attrs=DAY))
    township_signed_by = forms.CharField(label="审批表乡镇签字人（已盖章）", max_length=60, required=False)
    papers = forms.MultipleChoiceField(
        label="收到的材料", required=False, widget=forms.CheckboxSelectMultiple
    )
    overlaps_checked = forms.BooleanField(label="重叠已核实", required=False)

    def __init__(self, *args: Any, choices: Choices, papers: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["hospital"].queryset = Hospital.objects.order_by("name")
        fields["disease"].choices = [("", "无"), *choices.diseases]
        fields["drug_lists"].choices = choices.drug_lists
        fields["papers"].choices = [(paper, paper) for paper in papers]
        fields["complete_on"].initial = business_date()

    def clean_id_number(self) -> str:
        """The number in its one form."""
        try:
            return normalize_id_number(self.cleaned_data["id_number"], today=business_date())
        except IdNumberError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """One institution, in our list or outside."""
        values: dict[str, Any] = super().clean() or {}
        listed, name = values.get("hospital"), values.get("outside_name")
        if listed is None and not name:
            self.add_error("hospital", "请选择就诊机构；不在名录内的，请填写机构全称和所在省份。")
        if listed is not None and name:
            self.add_error("outside_name", "已选择名录内机构，请清空此项，或改选“不在名录内”。")
        if name and not values.get("outside_province"):
            self.add_error("outside_province", "请选择机构所在省份。")
        return values

    def institution(self) -> Hospital:
        """Where the patient was treated; an outside institution is registered on the way."""
        values = self.cleaned_data
        if values["hospital"] is not None:
            listed: Hospital = values["hospital"]
            return listed
        return outside_institution_register(
            name=values["outside_name"],
            province=values["outside_province"],
            level=values["outside_level"],
            networked=values["outside_networked"],
        )

    def entry(self, *, lines: Iterable[LineInput], invoices: Iterable[InvoiceInput]) -> ManualInput:
        """The entry as the service takes it."""
        values = self.cleaned_data
        plain = (
            "visit_type", "admitted_on", "discharged_on", "bed_days", "referral", "diagnosis_code",
            "diagnosis_name", "total_fen", "complete_on", "township_signed_by", "approval_no", "fast_track",
            "overlaps_checked",
        )  # fmt: skip
        given: list[Any] = [(*GIVEN[name], values[name]) for name in GIVEN if values[name] is not None]
        return ManualInput(
            **{name: values[name] for name in plain},
            chronic_disease=values["disease"],
            drug_lists=tuple(values["drug_lists"]),
            papers=frozenset(values["papers"]),
            given=tuple(GivenPayment(tier=tier, fund=fund, amount_fen=fen) for tier, fund, fen in given),
            lines=tuple(lines),
            invoices=tuple(invoices),
        )


class ManualLineForm(RowForm):
    """One line of the bill; its parts make its amount. A line without amounts is left out."""

    category = forms.ChoiceField(label="费用类别", choices=FeeCategory.choices, initial=FeeCategory.OTHER)
    item_name = forms.CharField(label="项目名称", max_length=200, required=False)
    amount_fen = YuanField(label="金额")
    in_scope_fen = YuanField(label="政策范围内")
    upfront_fen = YuanField(label="先行自付")
    over_limit_fen = YuanField(label="超限价自费")
    excluded_fen = YuanField(label="全自费")

    def clean(self) -> dict[str, Any]:
        """The parts make the amount, and the item has a name."""
        values: dict[str, Any] = super().clean() or {}
        amounts: list[Any] = [values.get(name) for name in ("amount_fen", *PARTS)]
        if None in amounts or not any(amounts):
            return values
        if amounts[0] != sum(amounts[1:]):
            self.add_error("amount_fen", "四项之和须等于金额。")
        if not values.get("item_name"):
            self.add_error("item_name", "请填写项目名称。")
        return values


class InvoiceForm(RowForm):
    """One invoice; without a number it is left out."""

    issuer = forms.CharField(label="票据代码（未印不填）", max_length=20, required=False)
    number = forms.CharField(label="票据号码", max_length=30, required=False)


ManualLines: Any = forms.formset_factory(
    ManualLineForm, extra=LINES_OFFERED, max_num=MOST_LINES, absolute_max=MOST_LINES
)
Invoices: Any = forms.formset_factory(
    InvoiceForm, extra=INVOICES_OFFERED, max_num=MOST_INVOICES, absolute_max=MOST_INVOICES
)


class ManualForms:
    """The three parts of the page, empty or as sent."""

    def __init__(self, data: QueryDict | None, *, choices: Choices, papers: Sequence[str]) -> None:
        self.head = ManualForm(data, choices=choices, papers=papers)
        self.lines = ManualLines(data, prefix="lines")
        self.invoices = Invoices(data, prefix="invoices")

    def is_valid(self) -> bool:
        """Whether all parts are; each shows its errors at once."""
        return all([self.head.is_valid(), self.lines.is_valid(), self.invoices.is_valid()])

    def entry(self) -> ManualInput:
        """The entry of valid parts."""
        rows = [form.cleaned_data for form in self.lines.forms if form.has_changed()]
        filled = [row for row in rows if row["amount_fen"]]
        lines = [
            LineInput(
                number, row["category"], row["item_name"], row["amount_fen"], *(row[part] for part in PARTS)
            )
            for number, row in enumerate(filled, start=1)
        ]
        handed = [form.cleaned_data for form in self.invoices.forms if form.has_changed()]
        invoices = [
            InvoiceInput(issuer=_plain(row["issuer"]), number=_plain(row["number"]))
            for row in handed
            if row["number"].strip()
        ]
        return self.head.entry(lines=lines, invoices=invoices)


def _plain(text: str) -> str:
    """A number in its one form, however it was typed."""
    return "".join(text.split()).upper()
