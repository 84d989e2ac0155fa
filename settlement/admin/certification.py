"""Certification of chronic diseases (慢性病鉴定): the work list, the application's page, its steps."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.models import CertificationApplication
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import Panel, yuan
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from policies.errors import PolicyError
from settlement.admin.certification_forms import ApplyForm, StepForm
from settlement.admin.certification_page import TONES, certification_panels
from settlement.admin.certification_steps import ACTIONS, APPLY, BY_SLUG, CertificationAction
from settlement.errors import ClaimError
from settlement.selectors.certification import certification_counts
from settlement.services.certification import application_receive

REFUSALS = (ClaimError, PolicyError, ValidationError)
State = CertificationApplication.State


@admin.register(CertificationApplication)
class CertificationApplicationAdmin(ScopedLookupAdmin):
    """鉴定申请."""

    exports = True
    person_path = "person"
    scope_county = "county"
    scope_hospital = "hospital"
    list_before_template = "settlement/certification_counts.html"
    list_display = ("application_no", "person", "masked", "diseases", "hospital", "applied_on", "state_label")
    list_filter: ClassVar[Any] = [
        ("state", ChoicesDropdownFilter),
        ("hospital", AutocompleteSelectFilter),
        ("applied_on", DayRangeFilter),
    ]
    list_select_related = (
        "person", "county", "hospital", "received_by", "checked_by", "reviewed_by", "decided_by",
    )  # fmt: skip
    search_fields = ("application_no", "person__name", "diseases__disease_name")
    search_help_text = "申请编号、姓名或病种"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificationApplication]:
        """With the diseases."""
        rows: QuerySet[CertificationApplication] = super().get_queryset(request)
        return rows.prefetch_related("diseases")

    @display(description="身份证号")
    def masked(self, application: CertificationApplication) -> str:
        """Lists never show the number."""
        return application.person.masked_id_number

    @display(description="申请病种")
    def diseases(self, application: CertificationApplication) -> str:
        """All of them."""
        return "、".join(row.disease_name for row in application.diseases.all())

    @display(description="状态", ordering="state", label={str(state.label): TONES[state] for state in State})
    def state_label(self, application: CertificationApplication) -> str:
        """Whose turn it is."""
        return application.get_state_display()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the counts above the list."""
        url = reverse("admin:beneficiaries_certificationapplication_changelist")
        shown = [
            (State(state).label, number, f"{url}?state__exact={state}")
            for state, number in certification_counts(scope=scope_of(request)).items()
        ]
        context = {**(extra_context or {}), "counts": shown, "may_apply": request.user.has_perm(APPLY)}
        return super().changelist_view(request, context)

    def panels(self, request: HttpRequest, row: CertificationApplication) -> Sequence[Panel]:
        """Everything that was done."""
        return certification_panels(row)

    def buttons(self, request: HttpRequest, row: CertificationApplication) -> Sequence[Button]:
        """The steps that are open to the user now."""
        return [
            Button(
                title=action.title,
                url=reverse("admin:settlement_certification_step", args=[row.pk, action.slug]),
                icon=action.icon,
                primary=action.primary,
            )
            for action in ACTIONS
            if action.open_to(request, row)
        ]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: to apply, and the steps."""
        view = self.admin_site.admin_view
        return [
            path("apply/", view(never_cache(self.apply)), name="settlement_certification_apply"),
            path("<int:pk>/step/<slug:slug>/", view(self.step), name="settlement_certification_step"),
            *super().get_urls(),
        ]

    def apply(self, request: HttpRequest) -> HttpResponse:
        """Take an application in (受理申请)."""
        by = user_allowed(request, APPLY)
        form = ApplyForm(request.POST if request.method == "POST" else None, scope=scope_of(request))
        if form.is_valid():
            try:
                made = application_receive(scope=scope_of(request), by=by, **form.cleaned_data)
            except REFUSALS as error:
                form.add_error(None, _said(error))
            else:
                messages.success(request, f"已受理，申请编号 {made.application_no}。")
                return HttpResponseRedirect(application_page(made))
        back = reverse("admin:beneficiaries_certificationapplication_changelist")
        explains = "八个重大病种可随时申请，其余按参保地政策的申报期；持有将到期就医证的按续期受理。"
        context = {
            "title": "受理鉴定申请",
            "form": form,
            "action": "受理",
            "back_url": back,
            "explains": explains,
        }
        return self._answer(request, context)

    def step(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """Ask what there is to say, then take the step."""
        action = BY_SLUG.get(slug)
        application = self.get_object(request, str(pk))
        if action is None or not isinstance(application, CertificationApplication):
            raise Http404
        by = user_allowed(request, action.permission)
        if not action.allowed(request, application):
            raise PermissionDenied
        form = action.form(request.POST if request.method == "POST" else None, application=application)
        if form.is_valid() and self._take(request, action, form, by):
            return HttpResponseRedirect(request.path if action.again else application_page(application))
        context = {
            "title": f"{action.title}：{application} {application.person.name}",
            "form": form,
            "action": f"确认{action.title}",
            "back_url": application_page(application),
            "explains": action.explains,
        }
        return self._answer(request, context)

    @staticmethod
    def _take(request: HttpRequest, action: CertificationAction, form: StepForm, by: User) -> bool:
        try:
            done = action.take(form.application, form, by=by)
        except REFUSALS as error:
            form.add_error(None, _said(error))
            return False
        messages.success(request, _outcome(action, done))
        return True

    def _answer(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "common/step_form.html", {**base, **context})


def _outcome(action: CertificationAction, done: Any) -> str:
    """What the user is told."""
    if action.again:
        exam, created = done
        said = f"{exam.item} {yuan(exam.amount_fen).text} 元：{exam.get_standing_display()}。"
        return f"已录入。{said}" if created else f"该项目当日已经录入过，没有重复记账。{said}"
    return f"已办理：{action.title}。"


def _said(error: Exception) -> str:
    return "".join(error.messages) if isinstance(error, ValidationError) else str(error)


def user_allowed(request: HttpRequest, permission: str) -> User:
    """Whoever asks, if they have the permission."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def application_page(application: CertificationApplication) -> str:
    """Where an application is shown."""
    return reverse("admin:beneficiaries_certificationapplication_change", args=[application.pk])
