"""Enrolment (参保): the list, enrolling one person, correcting and taking back what is wrong."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from beneficiaries.admin.entitlements import EntitlementAdmin
from beneficiaries.models import Enrolment, Person
from beneficiaries.services.enrolments import (
    AskedEnrolment,
    EnrolmentError,
    enrolment_correct,
    enrolment_record,
    enrolment_withdraw,
)
from common.admin_filters import YearFilter
from common.admin_lookup import Button
from common.admin_panels import Facts, Panel, text
from common.clock import business_date
from common.codes import InsuranceType
from organizations.admin.scoped import scope_of

RECORD, CORRECT = "beneficiaries.add_enrolment", "beneficiaries.change_enrolment"


class EnrolmentForm(forms.Form):
    """What stands of a year."""

    insurance_type = forms.ChoiceField(
        label="险种", choices=InsuranceType.choices, widget=UnfoldAdminSelectWidget
    )
    enrolled_on = forms.DateField(label="参保日期", widget=UnfoldAdminDateWidget(format="%Y-%m-%d"))
    paid_by = forms.ChoiceField(
        label="缴费方式",
        choices=[("", "—"), *Enrolment.PaidBy.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def asked(self) -> AskedEnrolment:
        """What was asked for."""
        data = self.cleaned_data
        return AskedEnrolment(
            insurance_type=data["insurance_type"], enrolled_on=data["enrolled_on"], paid_by=data["paid_by"]
        )


class RecordForm(EnrolmentForm):
    """A year more of a person."""

    year = forms.IntegerField(
        label="年度", min_value=2010, max_value=2199, widget=UnfoldAdminIntegerFieldWidget
    )
    field_order = ("year", "insurance_type", "enrolled_on", "paid_by")


class ReasonedForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label="事由", max_length=200, widget=UnfoldAdminTextInputWidget, help_text="记入变更记录"
    )


class CorrectForm(EnrolmentForm, ReasonedForm):
    """What is right of a year, and why it changes."""

    field_order = ("insurance_type", "enrolled_on", "paid_by", "reason")


@admin.register(Enrolment)
class EnrolmentAdmin(EntitlementAdmin):
    """参保."""

    scope_county = "county"
    list_display = ("person", "masked", "year", "insurance_type", "county", "enrolled_on", "paid_by")
    list_filter: ClassVar[Any] = [
        ("year", YearFilter),
        ("insurance_type", ChoicesDropdownFilter),
        ("paid_by", ChoicesDropdownFilter),
        ("county", AutocompleteSelectFilter),
    ]
    list_select_related = ("person", "county")

    def panels(self, request: HttpRequest, row: Enrolment) -> Sequence[Panel]:
        """The enrolment in full."""
        items = (
            *self.holder(row),
            ("年度", text(row.year)),
            ("险种", text(row.get_insurance_type_display())),
            ("参保县（市、区）", text(row.county)),
            ("参保日期", text(row.enrolled_on)),
            ("缴费方式", text(row.get_paid_by_display())),
        )
        return (Facts(title="参保", items=items),)

    def buttons(self, request: HttpRequest, row: Enrolment) -> Sequence[Button]:
        """Correcting and taking back, for those who keep enrolment."""
        if not request.user.has_perm(CORRECT):
            return ()
        correct, withdraw = (
            reverse(f"admin:beneficiaries_enrolment_{name}", args=[row.pk])
            for name in ("correct", "withdraw")
        )
        return (
            Button(title="更正", url=correct, icon="edit_calendar"),
            Button(title="撤销登记", url=withdraw, icon="undo"),
        )

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: enrolling, correcting, taking back."""
        view = self.admin_site.admin_view
        return [
            path("record/<int:pk>/", view(self.record), name="beneficiaries_enrolment_record"),
            path("<int:pk>/correct/", view(self.correct), name="beneficiaries_enrolment_correct"),
            path("<int:pk>/withdraw/", view(self.withdraw), name="beneficiaries_enrolment_withdraw"),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Enrol a person of the scope (登记参保)."""
        person = get_object_or_404(Person, scope_of(request).limit(county="county", hospital=""), pk=pk)
        _allow(request, RECORD)
        today: date = business_date()
        form = RecordForm(request.POST or None, initial={"year": today.year, "enrolled_on": today})

        def done() -> str:
            enrolment = enrolment_record(person=person, year=form.cleaned_data["year"], asked=form.asked())
            self.log_addition(request, enrolment, "登记参保")
            return f"已登记{enrolment}，参保地{enrolment.county}。"

        return self._asked(request, form, f"登记参保：{person}", "登记", person, done=done)

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct what stands of a year (更正参保登记)."""
        row = self._found(request, pk)
        held = {name: getattr(row, name) for name in ("insurance_type", "enrolled_on", "paid_by")}
        form = CorrectForm(request.POST or None, initial=held)

        def done() -> str:
            changed = enrolment_correct(enrolment=row, asked=form.asked(), reason=form.cleaned_data["reason"])
            self.log_change(request, changed, "更正")
            return "参保登记已更正。"

        return self._asked(request, form, f"更正参保登记：{row.person} {row}", "更正", row.person, done=done)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back what is wrong altogether (撤销参保登记)."""
        row = self._found(request, pk)
        form = ReasonedForm(request.POST or None)

        def done() -> str:
            enrolment_withdraw(enrolment=row, reason=form.cleaned_data["reason"])
            return "参保登记已撤销，变更记录中保留。"

        return self._asked(
            request, form, f"撤销参保登记：{row.person} {row}", "撤销登记", row.person, done=done
        )

    def _found(self, request: HttpRequest, pk: int) -> Enrolment:
        row = self.get_object(request, str(pk))
        if not isinstance(row, Enrolment):
            raise Http404
        _allow(request, CORRECT)
        return row

    def _asked(
        self,
        request: HttpRequest,
        form: forms.Form,
        title: str,
        action: str,
        person: Person,
        *,
        done: Callable[[], str],
    ) -> HttpResponse:
        back = reverse("admin:beneficiaries_person_change", args=[person.pk])
        if request.method == "POST" and form.is_valid():
            try:
                said = done()
            except EnrolmentError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, said)
                return HttpResponseRedirect(back)
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        context = {**shared, "form": form, "action": action, "back_url": back}
        return TemplateResponse(request, "beneficiaries/roster_form.html", context)


def _allow(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
