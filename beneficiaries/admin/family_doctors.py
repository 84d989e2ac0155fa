"""Family doctors (家庭医生签约): contracts with their follow-ups and funds."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.admin.entitlements import VALIDITY, validity
from beneficiaries.admin.family_doctor_forms import ContractForm, EndForm, FeeForm, PlanForm, ReasonForm
from beneficiaries.models import DoctorContract, Person, ServiceFee
from beneficiaries.selectors.family_doctors import doctor_contracts, service_fees
from beneficiaries.services.family_doctors import (
    FamilyDoctorError,
    contract_end,
    contract_sign,
    follow_up_plan,
    service_fee_post,
    service_fee_reverse,
)
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, period_column, yuan_column
from common.admin_panels import Cell, Facts, Panel, Table, link, period, text, yuan
from common.clock import business_date
from organizations.admin.scoped import ScopedLookupAdmin, scope_of

SIGN, END = "beneficiaries.add_doctorcontract", "beneficiaries.change_doctorcontract"
PLAN, POST_FEES = "beneficiaries.add_followup", "beneficiaries.add_servicefee"
# What a button of a contract does: its permission, words, picture, form, service.
Action = tuple[str, str, str, type[forms.Form], Callable[..., Any]]
ACTIONS: dict[str, Action] = {
    "plan": (PLAN, "安排随访", "event", PlanForm, follow_up_plan),
    "fee": (POST_FEES, "经费记账", "payments", FeeForm, service_fee_post),
    "end": (END, "终止签约", "event_busy", EndForm, contract_end),
}


class WorkAdmin(ScopedLookupAdmin):
    """A page with a form that ends in one service."""

    def worked(
        self,
        request: HttpRequest,
        form: forms.Form,
        service: Callable[[], Any],
        *,
        title: str,
        back: Model,
        note: str = "",
    ) -> HttpResponse:
        """Show the form; once it is whole, do the work and go back, or say why not."""
        back_url = reverse(f"admin:{back._meta.app_label}_{back._meta.model_name}_change", args=[back.pk])
        if request.method == "POST" and form.is_valid():
            try:
                service()
            except FamilyDoctorError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"已记录：{title}。")
                return HttpResponseRedirect(back_url)
        return self.form_page(request, form, title=f"{title}：{back}", back_url=back_url, note=note)

    def form_page(self, request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
        """A page with one form."""
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, **context}
        return TemplateResponse(request, "common/form_page.html", shown)


def user_with(request: HttpRequest, permission: str) -> User:
    """Whoever may do it; others are refused."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


@admin.register(DoctorContract)
class DoctorContractAdmin(WorkAdmin):
    """家庭医生签约."""

    exports = True
    person_path = "person"
    scope_county = "person__county"
    scope_hospital = "hospital"
    list_before_template = "beneficiaries/contracts.html"
    list_display = (
        "person", "hospital", "doctor", "package", yuan_column("fee_fen", "年服务费（元）"), "payer", "state",
        period_column("valid", "服务期"),
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("hospital", AutocompleteSelectFilter),
        ("payer", ChoicesDropdownFilter),
        ("signed_on", DayRangeFilter),
    ]
    list_select_related = ("person__county", "hospital", "recorded_by")
    search_fields = ("person__name", "doctor", "team")
    search_help_text = "姓名、家庭医生或团队"

    @display(description="状态", label=VALIDITY)
    def state(self, contract: DoctorContract) -> str:
        """Whether it holds today."""
        return validity(contract.valid)

    def panels(self, request: HttpRequest, row: DoctorContract) -> Sequence[Panel]:
        """The contract, its follow-ups, its funds."""
        return (_contract(row), follow_ups_of(row), fees_of(request, row))

    def buttons(self, request: HttpRequest, row: DoctorContract) -> Sequence[Button]:
        """What the user may do with a contract that holds."""
        if validity(row.valid) == "已终止":
            return ()
        return [
            Button(title=title, url=_url(name, row), icon=icon)
            for name, (permission, title, icon, _form, _service) in ACTIONS.items()
            if request.user.has_perm(permission)
        ]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: signing, planning, posting, ending."""
        wrap = self.admin_site.admin_view
        name = "beneficiaries_doctorcontract_"
        urls: list[URLPattern] = super().get_urls()
        return [
            path("sign/", wrap(self.sign), name=name + "sign"),
            path("<int:pk>/do/<slug:action>/", wrap(self.act), name=name + "act"),
            path("fees/<int:pk>/reverse/", wrap(self.reverse_fee), name=name + "reverse_fee"),
            *urls,
        ]

    def sign(self, request: HttpRequest) -> HttpResponse:
        """Sign somebody on."""
        user = user_with(request, SIGN)
        scope = scope_of(request)
        asked = request.GET.get("person", "")
        people = Person.objects.filter(scope.limit(county="county", hospital=""))
        person = people.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
        initial = {"signed_on": business_date(), "since": business_date(), "package": "贫困人口健康管理包"}
        form = ContractForm(request.POST or None, scope=scope, person=person, initial=initial)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                signed = contract_sign(
                    person=data["person"], hospital=data["hospital"], terms=form.terms(), by=user
                )
            except FamilyDoctorError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "已签约，请安排首次随访。")
                return HttpResponseRedirect(_url("change", signed))
        back_url = reverse("admin:beneficiaries_doctorcontract_changelist")
        return self.form_page(request, form, title="家庭医生签约", back_url=back_url)

    def act(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Plan a follow-up, post a fee, end the contract."""
        contract = get_object_or_404(doctor_contracts(scope=scope_of(request)), pk=pk)
        permission, title, _icon, form_class, service = get_action(action)
        user = user_with(request, permission)
        form = form_class(request.POST or None)
        return self.worked(
            request,
            form,
            lambda: service(contract=contract, by=user, **form.cleaned_data),
            title=title,
            back=contract,
        )

    def reverse_fee(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a posting back."""
        fee = get_object_or_404(service_fees(scope=scope_of(request)), pk=pk)
        user = user_with(request, POST_FEES)
        form = ReasonForm(request.POST or None)
        return self.worked(
            request,
            form,
            lambda: service_fee_reverse(fee=fee, by=user, **form.cleaned_data),
            title="冲销",
            back=fee.contract,
        )


def get_action(name: str) -> Action:
    """One of the contract's actions; 404 for another word."""
    if name not in ACTIONS:
        raise Http404
    return ACTIONS[name]


def _url(view: str, contract: DoctorContract) -> str:
    if view in ACTIONS:
        return reverse("admin:beneficiaries_doctorcontract_act", args=[contract.pk, view])
    return reverse(f"admin:beneficiaries_doctorcontract_{view}", args=[contract.pk])


def _contract(contract: DoctorContract) -> Facts:
    state = validity(contract.valid)
    tone: Any = VALIDITY[state]
    return Facts(
        title="家庭医生签约",
        badge=Cell(text=state, tone=tone),
        items=(
            ("人员", link(contract.person)),
            ("签约机构", text(contract.hospital)),
            ("家庭医生", text(contract.doctor)),
            ("团队", text(contract.team)),
            ("签约日期", text(contract.signed_on)),
            ("服务期", text(period(contract.valid))),
            ("服务包", text(contract.package)),
            ("年服务费（元）", yuan(contract.fee_fen)),
            ("付费方", text(contract.get_payer_display())),
            ("提前终止原因", text(contract.ended_because)),
            ("登记人", Cell(text=str(contract.recorded_by), note=text(contract.recorded_at).text)),
        ),
    )


def follow_ups_of(contract: DoctorContract) -> Table:
    """Planned and done, in their order."""
    today = business_date()
    return Table(
        title="随访",
        headers=("计划日期", "方式", "状态", "完成日期", "内容", "登记人"),
        rows=[
            (
                link(row, label=row.planned_on.isoformat()),
                text(row.get_kind_display()),
                follow_up_state(row.planned_on, done=row.done_on is not None, today=today),
                text(row.done_on),
                text(row.content),
                text(row.done_by),
            )
            for row in contract.follow_ups.select_related("done_by")
        ],
        empty="还没有安排随访",
    )


def follow_up_state(planned_on: Any, *, done: bool, today: Any) -> Cell:
    """Done, overdue or to come, as a label."""
    if done:
        return Cell(text="已完成", tone="success")
    return Cell(text="已超期", tone="danger") if planned_on < today else Cell(text="待随访", tone="info")


def fees_of(request: HttpRequest, contract: DoctorContract) -> Table:
    """Postings, each with a way to take it back."""
    fees = contract.fees.select_related("posted_by", "correction")
    may_post = request.user.has_perm(POST_FEES)
    total = contract.fees.aggregate(Sum("amount_fen"))["amount_fen__sum"] or 0
    return Table(
        title="签约服务经费（按人核算）",
        headers=("记账日期", "项目", "付费方", "金额（元）", "记账人", "说明", ""),
        rows=[
            (
                text(fee.posted_on),
                text(fee.item),
                text(fee.get_payer_display()),
                yuan(fee.amount_fen),
                text(fee.posted_by),
                text(f"冲销：{fee.reason}" if fee.corrects_id else ""),
                _reversal(fee) if may_post else Cell(text=""),
            )
            for fee in fees
        ],
        foot=(text("合计"), text(""), text(""), yuan(total), text(""), text(""), text("")),
        numeric=frozenset({3}),
        empty="没有记账",
    )


def _reversal(fee: ServiceFee) -> Cell:
    if fee.corrects_id is not None:
        return Cell(text="")
    if hasattr(fee, "correction"):
        return Cell(text="已冲销")
    return Cell(text="冲销", url=reverse("admin:beneficiaries_doctorcontract_reverse_fee", args=[fee.pk]))
