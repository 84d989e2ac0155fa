"""What is recorded of people and insured years (合理未参保、无力缴费): with evidence; withdrawn, kept."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from beneficiaries.models import NotInsured, Person, UnableToPay
from beneficiaries.services.insured_years import (
    YearlyRecordError,
    not_insured_record,
    unable_to_pay_record,
    yearly_record_withdraw,
)
from common.admin_filters import YearFilter
from common.admin_lookup import Button
from common.admin_panels import Facts, Panel, link, text
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from organizations.models import Office


class ReasonForm(forms.Form):
    """Why somebody is not insured."""

    reason = forms.ChoiceField(
        label="原因", choices=NotInsured.Reason.choices, widget=UnfoldAdminSelectWidget
    )
    evidence = forms.CharField(
        label="凭证（如入伍通知书、录取通知书编号）", max_length=200, widget=UnfoldAdminTextInputWidget
    )


class UnableForm(forms.Form):
    """Who recognised inability to pay."""

    recognised_by = forms.ChoiceField(
        label="认定部门",
        choices=[(Office.Kind.POVERTY, "扶贫"), (Office.Kind.CIVIL_AFFAIRS, "民政")],
        widget=UnfoldAdminSelectWidget,
    )
    evidence = forms.CharField(label="凭证（名册或文号）", max_length=200, widget=UnfoldAdminTextInputWidget)


class YearlyRecordAdmin(ScopedLookupAdmin):
    """What is recorded of a person and a year; withdrawn by a button."""

    exports = True
    person_path = "person"
    scope_county = "person__county"
    keeps_history = True
    list_filter: ClassVar[Any] = [("year", YearFilter)]
    list_select_related = ("person__county", "recorded_by", "withdrawn_by")
    search_fields = ("person__name", "evidence")
    search_help_text = "姓名或凭证"

    @display(description="身份证号")
    def masked(self, row: Any) -> str:
        """Lists never show the number."""
        shown: str = row.person.masked_id_number
        return shown

    @display(description="状态", label={"有效": "success", "已撤销": ""})
    def state(self, row: Any) -> str:
        """Whether it holds."""
        return "有效" if row.withdrawn_at is None else "已撤销"

    def panels(self, request: HttpRequest, row: Any) -> tuple[Panel, ...]:
        """The record in full."""
        said = getattr(row, "get_reason_display", None) or row.get_recognised_by_display
        items = (
            ("人员", link(row.person, label=row.person.name)),
            ("身份证号", text(row.person.masked_id_number)),
            ("参保年度", text(row.year)),
            ("原因或认定部门", text(said())),
            ("凭证", text(row.evidence)),
            ("登记人", text(row.recorded_by)),
            ("登记时间", text(row.recorded_at)),
            ("撤销人", text(row.withdrawn_by)),
            ("撤销时间", text(row.withdrawn_at)),
        )
        return (Facts(title=str(self.opts.verbose_name), items=items),)

    def buttons(self, request: HttpRequest, row: Any) -> tuple[Button, ...]:
        """Withdrawing, for those who may record."""
        if row.withdrawn_at is not None or not request.user.has_perm(self.permission):
            return ()
        url = reverse(f"admin:{self.page_name}_withdraw", args=[row.pk])
        return (Button(title="撤销", url=url, icon="undo", post=True),)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: withdrawing."""
        withdraw = self.admin_site.admin_view(self.withdraw)
        return [path("<int:pk>/withdraw/", withdraw, name=f"{self.page_name}_withdraw"), *super().get_urls()]

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the record back."""
        row: Any = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not request.user.has_perm(self.permission) or not isinstance(request.user, User):
            raise PermissionDenied
        if request.method == "POST":
            yearly_record_withdraw(record=row, by=request.user)
            self.log_change(request, row, "撤销")
            messages.success(request, "登记已撤销。")
        return HttpResponseRedirect(reverse(f"admin:{self.page_name}_change", args=[pk]))

    @property
    def page_name(self) -> str:
        """What the names of its pages begin with."""
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @property
    def permission(self) -> str:
        """Who may record may withdraw."""
        return f"{self.opts.app_label}.add_{self.opts.model_name}"


@admin.register(UnableToPay)
class UnableToPayAdmin(YearlyRecordAdmin):
    """无力缴费认定."""

    list_before_template = "reimbursement/unable.html"
    list_display = ("year", "person", "masked", "recognised_by", "evidence", "state", "recorded_by")

    def get_urls(self) -> list[URLPattern]:
        """Beside those: recording."""
        record = self.admin_site.admin_view(self.record)
        return [
            path("record/<int:pk>/<int:year>/", record, name="beneficiaries_unabletopay_record"),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """Record inability to pay."""
        return record_asked(
            self, request, (pk, year), UnableForm(request.POST or None), title="登记无力缴费认定"
        )


def record_asked(
    page: YearlyRecordAdmin, request: HttpRequest, key: tuple[int, int], form: Any, *, title: str
) -> HttpResponse:
    """Ask for the evidence, then record it; ``key`` is person and year."""
    (pk, year), scope = key, scope_of(request)
    people = Person.objects.filter(scope.limit(county="county", hospital=""))
    person = get_object_or_404(people if scope.hospital_id is None else people.none(), pk=pk)
    if not request.user.has_perm(page.permission) or not isinstance(request.user, User):
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        write = not_insured_record if isinstance(form, ReasonForm) else unable_to_pay_record
        try:
            row = write(person=person, year=year, by=request.user, **form.cleaned_data)
        except YearlyRecordError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "已登记。")
            return HttpResponseRedirect(reverse(f"admin:{page.page_name}_change", args=[row.pk]))
    context = {
        **page.admin_site.each_context(request),
        "title": f"{title}：{person.name}（{year}年）",
        "opts": page.opts,
        "form": form,
        "back_url": reverse("admin:beneficiaries_person_change", args=[person.pk]),
    }
    return TemplateResponse(request, "settlement/form_page.html", context)
