"""Budgets (预算安排): entries with their document."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from common.admin_filters import YearFilter
from common.admin_lookup import yuan_column
from common.admin_panels import Facts, Panel, link, text, yuan
from common.clock import business_date
from organizations.admin.scoped import scope_of
from organizations.models import Region
from policies.models import Fund
from reimbursement.admin.asking import AskingAdmin, fen_of, user_of
from reimbursement.errors import LedgerError
from reimbursement.models import Budget
from reimbursement.services import budget_record


class BudgetForm(forms.Form):
    """One entry."""

    county = forms.ModelChoiceField(label="县（市、区）", queryset=Region.objects.none())
    fund = forms.ModelChoiceField(label="资金", queryset=Fund.objects.order_by("code"))
    year = forms.IntegerField(label="预算年度", min_value=2000, max_value=2100)
    source = forms.ChoiceField(label="来源", choices=Budget.Source.choices)
    amount = forms.CharField(label="金额（元，调减填负数）", max_length=20)
    document = forms.CharField(label="预算文号", max_length=100)
    note = forms.CharField(label="说明", max_length=300, required=False)

    def clean_amount(self) -> int:
        """Yuan as written, in fen."""
        return fen_of(self.cleaned_data["amount"])


@admin.register(Budget)
class BudgetAdmin(AskingAdmin):
    """预算安排."""

    scope_county = "county"
    list_display = (
        "year", "county", "fund", "source", yuan_column("amount_fen", "金额（元）"), "document",
        "recorded_by",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [("year", YearFilter), "source"]
    list_select_related = ("county", "fund", "recorded_by")
    search_fields = ("county__name", "document")

    def panels(self, request: HttpRequest, row: Budget) -> Sequence[Panel]:
        """The entry."""
        items = (
            ("县（市、区）", link(row.county)),
            ("资金", link(row.fund)),
            ("预算年度", text(row.year)),
            ("来源", text(row.get_source_display())),
            ("金额（元）", yuan(row.amount_fen)),
            ("预算文号", text(row.document)),
            ("说明", text(row.note)),
            ("登记人", text(row.recorded_by)),
            ("登记时间", text(row.recorded_at)),
        )
        return (Facts(title="预算安排", items=items),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may record budgets."""
        return bool(request.user.has_perm("reimbursement.add_budget"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Record an entry (登记预算)."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BudgetForm(request.POST or None, initial={"year": business_date().year})
        own = scope_of(request).limit(county="pk", hospital="")
        field = form.fields["county"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Region.objects.filter(own, level=Region.Level.COUNTY)
        back = reverse("admin:reimbursement_budget_changelist")
        if request.method == "POST" and form.is_valid():
            values = dict(form.cleaned_data)
            try:
                budget_record(amount_fen=values.pop("amount"), by=user_of(request), **values)
            except LedgerError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, "已登记预算。")
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": "登记预算", "form": form,
            "back_url": back,
        }  # fmt: skip
        return TemplateResponse(request, "settlement/form_page.html", context)
