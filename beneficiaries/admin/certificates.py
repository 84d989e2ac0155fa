"""Certificates of chronic diseases (门诊规定病种就医证): the register, measures of treatment, ending one."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from beneficiaries.admin.entitlements import VALIDITY, EntitlementAdmin, ValidFilter, validity
from beneficiaries.errors import PaperError
from beneficiaries.models import ChronicCertificate
from beneficiaries.services.certificates import certificate_end, measure_record
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, period_column
from common.admin_panels import Facts, Panel, Table, link, period, text
from common.clock import business_date
from common.form_fields import CalendarDayField
from organizations.admin.scoped import within

END, MEASURE = "beneficiaries.issue_certificate", "beneficiaries.add_treatmentmeasure"
DAY = {"placeholder": "年-月-日", "inputmode": "numeric"}


class EndForm(forms.Form):
    """Until when, and why."""

    whole: ClassVar[Sequence[str]] = ("reason",)

    last_day = CalendarDayField(label="最后一日（含当日）", widget=forms.TextInput(attrs=DAY))
    reason = forms.CharField(label="终止原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["last_day"].initial = business_date()


class MeasureForm(forms.Form):
    """Since when, and how."""

    whole: ClassVar[Sequence[str]] = ("measure",)

    on = CalendarDayField(label="日期", widget=forms.TextInput(attrs=DAY))
    measure = forms.CharField(label="治疗措施", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["on"].initial = business_date()


@admin.register(ChronicCertificate)
class ChronicCertificateAdmin(EntitlementAdmin):
    """门诊规定病种就医证."""

    scope_county = "person__county"
    list_display = (
        "certificate_no", "person", "masked", "disease_name", "state", period_column("valid", "有效期"),
        "decided_on",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ValidFilter,
        ("person__county", AutocompleteSelectFilter),
        ("decided_on", DayRangeFilter),
    ]
    search_fields = ("certificate_no__exact", "^person__name")
    search_help_text = "就医证号，或姓名的开头"

    @display(description="状态", label=VALIDITY)
    def state(self, certificate: ChronicCertificate) -> str:
        """Whether it holds today."""
        return validity(certificate.valid)

    def panels(self, request: HttpRequest, row: ChronicCertificate) -> Sequence[Panel]:
        """The certificate, how the disease is treated, what happened to it."""
        items = (
            *self.holder(row),
            ("就医证号", text(row.certificate_no)),
            ("病种", text(row.disease_name)),
            ("病种代码", text(row.disease)),
            ("有效期", text(period(row.valid))),
            ("鉴定日期", text(row.decided_on)),
        )
        return (Facts(title="门诊规定病种就医证", items=items), _measures(row), _steps(row))

    def buttons(self, request: HttpRequest, row: ChronicCertificate) -> Sequence[Button]:
        """To write a measure down, to print it, to end it while it holds."""
        buttons = []
        if request.user.has_perm(MEASURE):
            buttons.append(_button(row, "measure", "登记治疗措施", "healing"))
        if not self._may_end(request, row):
            return buttons
        paper = reverse("reporting:certificate-paper", args=[row.pk])
        buttons.append(Button(title="打印就医证", url=paper, icon="print"))
        ends = row.valid.upper
        if ends is None or ends > business_date():
            buttons.append(_button(row, "end", "终止", "block"))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: to end one, to write measures down."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/end/", view(self.end), name="beneficiaries_certificate_end"),
            path("<int:pk>/measure/", view(self.measure), name="beneficiaries_certificate_measure"),
            *super().get_urls(),
        ]

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a certificate (终止)."""
        row = self._found(request, pk)
        if not self._may_end(request, row):
            raise PermissionDenied
        form = EndForm(request.POST if request.method == "POST" else None)
        explains = "终止以后的就诊不再按该病种享受待遇；以前已结算的不变。"
        return self._form(request, row, form, certificate_end, title="终止", explains=explains)

    def measure(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write a measure of treatment down (登记治疗措施)."""
        row = self._found(request, pk)
        if not request.user.has_perm(MEASURE):
            raise PermissionDenied
        form = MeasureForm(request.POST if request.method == "POST" else None)
        explains = "登记后保留以前的记录，最近一条为现行措施。"
        return self._form(request, row, form, measure_record, title="登记治疗措施", explains=explains)

    def _found(self, request: HttpRequest, pk: int) -> ChronicCertificate:
        row = self.get_object(request, str(pk))
        if not isinstance(row, ChronicCertificate):
            raise Http404
        return row

    @staticmethod
    def _may_end(request: HttpRequest, row: ChronicCertificate) -> bool:
        return request.user.has_perm(END) and within(request, row, county_id=row.person.county_id)

    def _form(
        self,
        request: HttpRequest,
        row: ChronicCertificate,
        form: EndForm | MeasureForm,
        run: Callable[..., Any],
        **context: str,
    ) -> HttpResponse:
        page = reverse("admin:beneficiaries_chroniccertificate_change", args=[row.pk])
        if form.is_valid():
            try:
                run(certificate=row, by=request.user, **form.cleaned_data)
            except PaperError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"已办理：{context['title']}。")
                return HttpResponseRedirect(page)
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{context['title']}：{row}",
            "form": form,
            "action": f"确认{context['title']}",
            "explains": context["explains"],
            "back_url": page,
        }
        return TemplateResponse(request, "common/step_form.html", shown)


def _button(row: ChronicCertificate, name: str, title: str, icon: str) -> Button:
    return Button(
        title=title, url=reverse(f"admin:beneficiaries_certificate_{name}", args=[row.pk]), icon=icon
    )


def _measures(row: ChronicCertificate) -> Table:
    measures = row.measures.select_related("by")
    return Table(
        title="治疗措施",
        headers=("日期", "治疗措施", "登记人"),
        rows=[(text(each.on), text(each.measure), text(each.by)) for each in measures],
    )


def _steps(row: ChronicCertificate) -> Table:
    steps = row.steps.select_related("by", "applied__application")
    return Table(
        title="就医证记录",
        headers=("日期", "事项", "办理人", "鉴定申请", "原因"),
        rows=[
            (
                text(step.on),
                text(step.get_kind_display()),
                text(step.by),
                link(step.applied.application if step.applied is not None else None),
                text(step.reason),
            )
            for step in steps
        ],
    )
