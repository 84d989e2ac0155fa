"""Health guarantee cards (健康保障证): the register, issuing, losing, replacing, withdrawing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.errors import PaperError
from beneficiaries.models import HealthCard, Person
from beneficiaries.services.health_cards import (
    health_card_issue,
    health_card_replace,
    health_card_report_lost,
    health_card_withdraw,
)
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import Cell, Facts, Panel, Table, Tone, link, text
from common.clock import business_date
from common.encryption import blind_index
from common.id_numbers import IdNumberError, normalize_id_number
from organizations.admin.scoped import ScopedLookupAdmin, scope_of

ISSUE, CHANGE = "beneficiaries.add_healthcard", "beneficiaries.change_healthcard"
Status = HealthCard.Status
TONES: dict[str, Tone] = {
    Status.ISSUED: "success",
    Status.LOST: "warning",
    Status.REPLACED: "",
    Status.WITHDRAWN: "danger",
}


class IssueForm(forms.Form):
    """To whom, when, and the number of a card that exists on paper already."""

    whole: ClassVar[Sequence[str]] = ()

    id_number = forms.CharField(
        label="身份证号", max_length=18, widget=forms.TextInput(attrs={"autofocus": True})
    )
    issued_on = forms.DateField(
        label="发放日期", widget=forms.TextInput(attrs={"placeholder": "年-月-日", "inputmode": "numeric"})
    )
    card_no = forms.CharField(
        label="证号", max_length=40, required=False, help_text="已有纸质证的填原证号；不填则自动编号。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].initial = business_date()

    def clean_id_number(self) -> str:
        """The number in its one form."""
        try:
            return normalize_id_number(self.cleaned_data["id_number"], today=business_date())
        except IdNumberError as error:
            raise forms.ValidationError(str(error)) from None


class ReasonForm(forms.Form):
    """Why."""

    whole: ClassVar[Sequence[str]] = ("reason",)

    reason = forms.CharField(
        label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


class ReplaceForm(ReasonForm):
    """Why, and the number of the new card."""

    card_no = forms.CharField(label="新证号", max_length=40, required=False, help_text="不填则自动编号。")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAction:
    """What may be done with a card in some states."""

    title: str
    icon: str
    states: Sequence[Status]
    run: Callable[..., HealthCard]
    explains: str
    form: type[ReasonForm] = ReasonForm


ACTIONS = {
    "lost": CardAction(
        title="挂失",
        icon="report",
        states=(Status.ISSUED,),
        run=health_card_report_lost,
        explains="挂失后，出示该证的慢性病就诊不予结算。",
    ),
    "replace": CardAction(
        title="补换",
        icon="autorenew",
        states=(Status.ISSUED, Status.LOST),
        run=health_card_replace,
        explains="发放新证，原证从此失效。",
        form=ReplaceForm,
    ),
    "withdraw": CardAction(
        title="收回",
        icon="block",
        states=(Status.ISSUED, Status.LOST),
        run=health_card_withdraw,
        explains="不再享受待遇的收回原证，请写明原因。",
    ),
}


@admin.register(HealthCard)
class HealthCardAdmin(ScopedLookupAdmin):
    """健康保障证."""

    exports = True
    person_path = "person"
    scope_county = "person__county"
    list_before_template = "beneficiaries/health_cards.html"
    list_display = ("card_no", "person", "masked", "issued_on", "status_label")
    list_filter: ClassVar[Any] = [("status", ChoicesDropdownFilter), ("issued_on", DayRangeFilter)]
    list_select_related = ("person", "replaces")
    search_fields = ("card_no__exact", "^person__name")
    search_help_text = "证号，或姓名的开头"

    @display(description="身份证号")
    def masked(self, card: HealthCard) -> str:
        """Lists never show the number."""
        return card.person.masked_id_number

    @display(
        description="状态", ordering="status", label={str(status.label): TONES[status] for status in Status}
    )
    def status_label(self, card: HealthCard) -> str:
        """Whether it holds."""
        return card.get_status_display()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the button to issue one."""
        context = {**(extra_context or {}), "may_issue": request.user.has_perm(ISSUE)}
        return super().changelist_view(request, context)

    def panels(self, request: HttpRequest, row: HealthCard) -> Sequence[Panel]:
        """The card and its steps."""
        facts = Facts(
            title=f"健康保障证 {row.card_no}",
            badge=Cell(text=row.get_status_display(), tone=TONES[row.status]),
            items=(
                ("人员", link(row.person, label=row.person.name)),
                ("身份证号", text(row.person.masked_id_number)),
                ("发放日期", text(row.issued_on)),
                ("补换自", link(row.replaces)),
            ),
        )
        steps = Table(
            title="办理记录",
            headers=("日期", "状态", "办理人", "原因"),
            rows=[
                (text(step.on), text(step.get_status_display()), text(step.by), text(step.reason))
                for step in row.steps.select_related("by")
            ],
        )
        return (facts, steps)

    def buttons(self, request: HttpRequest, row: HealthCard) -> Sequence[Button]:
        """To print it while it holds, and what its state allows."""
        paper = reverse("reporting:health-card-paper", args=[row.pk])
        print_it = Button(title="打印健康保障证", url=paper, icon="print")
        printing = [print_it] if request.user.has_perm(ISSUE) and row.status == Status.ISSUED else []
        if not request.user.has_perm(CHANGE):
            return printing
        return printing + [
            Button(
                title=action.title,
                url=reverse("admin:beneficiaries_health_card_act", args=[row.pk, name]),
                icon=action.icon,
            )
            for name, action in ACTIONS.items()
            if row.status in action.states
        ]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: to issue, and what may be done with a card."""
        view = self.admin_site.admin_view
        return [
            path("issue/", view(never_cache(self.issue)), name="beneficiaries_health_card_issue"),
            path("<int:pk>/do/<slug:name>/", view(self.act), name="beneficiaries_health_card_act"),
            *super().get_urls(),
        ]

    def issue(self, request: HttpRequest) -> HttpResponse:
        """Issue a card (发放)."""
        by = _user(request, ISSUE)
        form = IssueForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            values = dict(form.cleaned_data)
            people = Person.objects.filter(scope_of(request).limit(county="county", hospital=""))
            person = people.filter(id_index=blind_index(values.pop("id_number"))).first()
            if person is None:
                form.add_error("id_number", "本辖区没有登记该身份证号的人员，请核对。")
            elif card := _tried(form, health_card_issue, person=person, by=by, **values):
                messages.success(request, f"已发放，证号 {card.card_no}。")
                return HttpResponseRedirect(_page(card))
        back = reverse("admin:beneficiaries_healthcard_changelist")
        return self._answer(request, title="发放健康保障证", form=form, action="发放", back_url=back)

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Report lost, replace or withdraw."""
        card, action = self.get_object(request, str(pk)), ACTIONS.get(name)
        if action is None or not isinstance(card, HealthCard):
            raise Http404
        by = _user(request, CHANGE)
        form = action.form(request.POST if request.method == "POST" else None)
        if form.is_valid() and (changed := _tried(form, action.run, card=card, by=by, **form.cleaned_data)):
            messages.success(request, f"已办理：{action.title}。")
            return HttpResponseRedirect(_page(changed))
        return self._answer(
            request,
            title=f"{action.title}：健康保障证 {card}",
            form=form,
            action=f"确认{action.title}",
            back_url=_page(card),
            explains=action.explains,
        )

    def _answer(self, request: HttpRequest, **context: Any) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "common/step_form.html", {**base, **context})


def _tried(form: forms.Form, run: Callable[..., HealthCard], **arguments: Any) -> HealthCard | None:
    try:
        return run(**arguments)
    except PaperError as error:
        form.add_error(None, str(error))
        return None


def _user(request: HttpRequest, permission: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def _page(card: HealthCard) -> str:
    return reverse("admin:beneficiaries_healthcard_change", args=[card.pk])
