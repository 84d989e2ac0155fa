"""What staff enter of accounts and of the bank's answers (一卡通账户、银行结果)."""

from django import forms

from common.clock import business_date
from common.money import parse_yuan
from settlement.models import PatientAccount


class AccountForm(forms.Form):
    """An account; whose it is must be proved when it is not the patient's own."""

    holder_name = forms.CharField(label="户名", max_length=60)
    relation = forms.ChoiceField(label="与患者关系", choices=PatientAccount.Relation.choices)
    basis = forms.CharField(label="由监护人代领的依据（本人不填）", max_length=200, required=False)
    bank = forms.CharField(label="开户行", max_length=100)
    number = forms.CharField(label="账号", max_length=40)


class BankForm(forms.Form):
    """What the bank answered."""

    on = forms.DateField(label="银行日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日"}))
    bank_reference = forms.CharField(label="银行流水号", max_length=60)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["on"].initial = business_date()


class BounceForm(BankForm):
    """Why the bank sent a transfer back."""

    reason = forms.CharField(label="退回原因", max_length=200)


class RepayForm(forms.Form):
    """What a patient paid back."""

    amount_fen = forms.CharField(label="退还金额（元）", max_length=20)
    received_on = forms.DateField(label="到账日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日"}))
    bank_reference = forms.CharField(label="银行流水号", max_length=60)
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["received_on"].initial = business_date().isoformat()

    def clean_amount_fen(self) -> int:
        """Yuan as written, in fen."""
        try:
            return parse_yuan(self.cleaned_data["amount_fen"].strip())
        except ValueError:
            raise forms.ValidationError("请填写金额，两位小数，例如 1234.50") from None


class ReasonForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label="原因", max_length=300)
