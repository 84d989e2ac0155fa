"""Pages that ask before a step is done (办理页): a form, one service, the answer as a message."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from common.clock import business_date
from common.money import parse_yuan
from organizations.admin.scoped import ScopedLookupAdmin
from organizations.models import Region
from reimbursement.errors import LedgerError
from reimbursement.quarters import Quarter


class NoteForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=300)


class PayForm(forms.Form):
    """What the bank moved."""

    amount = forms.CharField(label="金额（元，退回填负数）", max_length=20)
    paid_on = forms.DateField(label="拨付日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日"}))
    bank_reference = forms.CharField(label="银行流水号", max_length=60)
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = business_date()

    def clean_amount(self) -> int:
        """Yuan as written, in fen."""
        return fen_of(self.cleaned_data["amount"])


class ReturnForm(NoteForm):
    """Money that came back."""

    field_order = ("returned_on", "bank_reference", "reason")
    returned_on = forms.DateField(label="退回日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日"}))
    bank_reference = forms.CharField(label="退回的银行流水号", max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["returned_on"].initial = business_date().isoformat()


class DeductForm(NoteForm):
    """What is taken off a line."""

    field_order = ("amount", "reason")
    amount = forms.CharField(label="扣减金额（元）", max_length=20)

    def clean_amount(self) -> int:
        """Yuan as written, in fen."""
        return fen_of(self.cleaned_data["amount"])


class ReceiveForm(forms.Form):
    """When the money was there."""

    received_on = forms.DateField(label="到账日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = business_date()


class QuarterForm(forms.Form):
    """Whose ledgers of which quarter to build."""

    county = forms.ModelChoiceField(label="县（市、区）", queryset=Region.objects.none())
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2099)
    quarter = forms.ChoiceField(
        label="季度", choices=[(str(number), f"第{number}季度") for number in range(1, 5)]
    )

    def __init__(self, *args: Any, counties: Q, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = Quarter.of(business_date()).previous
        self.fields["year"].initial, self.fields["quarter"].initial = last.year, str(last.number)
        field = self.fields["county"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Region.objects.filter(counties, level=Region.Level.COUNTY)


def fen_of(written: str) -> int:
    """Fen of yuan as people write them.

    Raises:
        ValidationError: no amount.
    """
    try:
        return parse_yuan(written.strip())
    except ValueError:
        raise forms.ValidationError("请填写金额，两位小数，例如 1234.50") from None


class AskingAdmin(ScopedLookupAdmin):
    """A look-up whose pages have steps: each asks for its permission, then for its form."""

    keeps_history = True

    def row_for(self, request: HttpRequest, pk: int, permission: str) -> Any:
        """A row inside the scope, for whoever may do the step.

        Raises:
            Http404: there is none in the scope.
            PermissionDenied: the step is not theirs.
        """
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return row

    def done(
        self, request: HttpRequest, row: Any, back: str, *, step: str, work: Callable[[], object]
    ) -> HttpResponse:
        """Do the step and go back, with what came of it."""
        self._tried(request, row, step=step, work=work)
        return HttpResponseRedirect(back)

    def ask(
        self,
        request: HttpRequest,
        row: Any,
        back: str,
        *,
        step: str,
        form: type[forms.Form],
        work: Callable[[dict[str, Any]], object],
        note: str = "",
    ) -> HttpResponse:
        """Show the form; filled in, do the step."""
        filled = form(request.POST or None)
        if (
            request.method == "POST"
            and filled.is_valid()
            and self._tried(request, row, step=step, work=lambda: work(filled.cleaned_data))
        ):
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{step}：{row}",
            "form": filled,
            "note": note,
            "back_url": back,
        }
        return TemplateResponse(request, "settlement/form_page.html", context)

    def _tried(self, request: HttpRequest, row: Any, *, step: str, work: Callable[[], object]) -> bool:
        try:
            work()
        except LedgerError as error:
            messages.error(request, str(error))
            return False
        self.log_change(request, row, step)
        messages.success(request, f"已办理：{step}。")
        return True


def user_of(request: HttpRequest) -> User:
    """Whoever asks.

    Raises:
        PermissionDenied: nobody is logged in.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
