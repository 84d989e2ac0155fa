"""Claims from papers (零星报销): the work list, the entry, the page with its steps, the patient's account."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Panel, grouped_yuan
from common.clock import business_date
from common.working_days import add_working_days, calendar_overrides
from organizations.admin.scoped import scope_of
from organizations.models import Region
from policies.errors import PolicyError
from settlement.admin.manual_forms import ManualForms
from settlement.admin.manual_handled import HandledPage
from settlement.admin.manual_page import TONES, due_cell, manual_panels
from settlement.admin.manual_steps import ACTIONS, BY_SLUG, ENTER, ManualAction, NoteForm
from settlement.admin.payout_forms import AccountForm
from settlement.admin.trial_choices import trial_choices
from settlement.engine.errors import EngineError
from settlement.errors import ClaimError
from settlement.manual_entry import APPLICATION
from settlement.manual_errors import ManualDaysMissingError, ManualError, PapersMissingError
from settlement.models import ManualClaim
from settlement.selectors.manual import OPEN, USUAL_PAPERS, manual_counts, manual_terms
from settlement.services import patient_account_record
from settlement.services.manual import manual_claim_receive

Status = ManualClaim.Status
REFUSALS = (ManualError, ClaimError, EngineError, PolicyError)
SOON_DAYS = 5
LABELS = {str(status.label): TONES[status] for status in Status}


class DueFilter(admin.SimpleListFilter):
    """What is late or nearly so."""

    title = "期限"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Overdue, due soon, to be done first."""
        return [("overdue", "已超期"), ("soon", f"{SOON_DAYS}个工作日内到期"), ("urgent", "高值药品优先")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ManualClaim]) -> QuerySet[ManualClaim]:
        """Only of those that wait."""
        today = business_date()
        waiting = queryset.filter(status__in=OPEN)
        if self.value() == "overdue":
            return waiting.filter(due_on__lt=today)
        if self.value() == "soon":
            return waiting.filter(due_on__gte=today, due_on__lte=soon_on(today))
        return waiting.filter(fast_track=True) if self.value() == "urgent" else queryset


def soon_on(today: date) -> date:
    """Until when a claim counts as due soon."""
    return add_working_days(today, SOON_DAYS, calendar_overrides())


@admin.register(ManualClaim)
class ManualClaimAdmin(HandledPage):
    """零星报销."""

    scope_county = "county"
    list_before_template = "settlement/manual_counts.html"
    list_display = (
        "number_column", "person", "hospital", "visit_type", "discharged_on",
        yuan_column("total_fen", "发票总额", ordering=None), "state", "due", "urgent",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("status", ChoicesDropdownFilter),
        DueFilter,
        ("complete_on", DayRangeFilter),
    ]
    list_select_related = ("person", "hospital")
    search_fields = ("person__name", "invoices__number__exact")
    search_help_text = "姓名或票据号码"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManualClaim]:
        """With whom and where."""
        rows: QuerySet[ManualClaim] = super().get_queryset(request)
        return rows.select_related(
            "person", "county__parent", "hospital__county", "claim", "received_by", "first_reviewed_by",
            "second_reviewed_by",
        )  # fmt: skip

    def get_ordering(self, request: HttpRequest) -> Any:
        """What waits first: high-value drugs, then by the day it is due."""
        done = Case(When(status__in=OPEN, then=Value(0)), default=Value(1))
        return (done.asc(), "-fast_track", F("due_on").asc(nulls_last=True), "-pk")

    @display(description="受理编号", ordering="pk")
    def number_column(self, manual: ManualClaim) -> str:
        """What people quote."""
        return manual.number

    @display(description="状态", ordering="status", label=LABELS)
    def state(self, manual: ManualClaim) -> str:
        """Whose turn it is."""
        return manual.get_status_display()

    @display(description="办结期限", ordering="due_on")
    def due(self, manual: ManualClaim) -> SafeString | str:
        """Red once it is over."""
        cell = due_cell(manual)
        return format_html('<span class="doudi-due doudi-due-{}">{}</span>', cell.tone or "plain", cell.text)

    @display(description="优先")
    def urgent(self, manual: ManualClaim) -> str:
        """High-value drugs are done first (003 三(二)5(2))."""
        return "高值药品" if manual.fast_track else ""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the counts above the list."""
        today = business_date()
        counts = manual_counts(scope=scope_of(request), today=today, soon_on=soon_on(today))
        url = reverse("admin:settlement_manualclaim_changelist")
        shown = [
            ("待初审", counts["received"], f"{url}?status__exact=received", ""),
            ("待复审", counts["first_reviewed"], f"{url}?status__exact=first_reviewed", ""),
            ("已中止", counts["suspended"], f"{url}?status__exact=suspended", ""),
            ("待支付", counts["settled"], f"{url}?status__exact=settled", ""),
            ("已超期", counts["overdue"], f"{url}?due=overdue", "danger" if counts["overdue"] else ""),
            (f"{SOON_DAYS}个工作日内到期", counts["soon"], f"{url}?due=soon", ""),
            ("高值药品优先", counts["urgent"], f"{url}?due=urgent", ""),
        ]
        context = {**(extra_context or {}), "counts": shown, "may_enter": request.user.has_perm(ENTER)}
        return super().changelist_view(request, context)

    def panels(self, request: HttpRequest, row: ManualClaim) -> Sequence[Panel]:
        """Everything a reviewer looks at."""
        return manual_panels(row)

    def buttons(self, request: HttpRequest, row: ManualClaim) -> Sequence[Button]:
        """The steps that are open to the user now."""
        open_now = [action for action in ACTIONS if action.open_to(request, row)]
        buttons = [
            Button(
                title=action.title,
                url=reverse("admin:settlement_manual_step", args=[row.pk, action.slug]),
                icon=action.icon,
                primary=action.primary,
            )
            for action in open_now
        ]
        if request.user.has_perm(ENTER):
            url = reverse("admin:settlement_manual_account", args=[row.pk])
            buttons.append(Button(title="登记账户", url=url, icon="account_balance"))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: entry, steps, account."""
        view = self.admin_site.admin_view
        urls: list[URLPattern] = super().get_urls()
        return [
            path("enter/", view(never_cache(self.enter)), name="settlement_manual_enter"),
            path("<int:pk>/account/", view(never_cache(self.account)), name="settlement_manual_account"),
            path("<int:pk>/step/<slug:slug>/", view(self.step), name="settlement_manual_step"),
            *urls,
        ]

    def enter(self, request: HttpRequest) -> HttpResponse:
        """Enter a claim from papers (受理); incomplete papers are refused with all that is missing."""
        if not request.user.has_perm(ENTER) or not scope_of(request).county_ids | _all(request):
            raise PermissionDenied
        forms = ManualForms(
            request.POST if request.method == "POST" else None,
            choices=trial_choices(),
            papers=_papers(request),
        )
        context: dict[str, Any] = {"title": "零星报销录入", "forms": forms, "parts": _PARTS}
        if request.method == "POST":
            context["refused"] = "没有受理：请更正下方标出的内容。"
            if forms.is_valid():
                try:
                    manual = self._receive(request, forms)
                except REFUSALS as error:
                    context["refused"] = str(error)
                    context["missing"] = getattr(error, "missing", ())
                    context["notice"] = isinstance(error, PapersMissingError)
                else:
                    messages.success(request, f"已受理，受理编号 {manual.number}，办结期限 {manual.due_on}。")
                    return HttpResponseRedirect(_page(manual))
        return self._answer(request, "settlement/manual_enter.html", context)

    @staticmethod
    @transaction.atomic
    def _receive(request: HttpRequest, forms: ManualForms) -> ManualClaim:
        # One transaction: an institution is not registered for a claim that is then refused.
        return manual_claim_receive(
            scope=scope_of(request),
            id_number=forms.head.cleaned_data["id_number"],
            hospital=forms.head.institution(),
            entry=forms.entry(),
            by=_user(request),
        )

    def step(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """Ask what there is to say, then take the step."""
        action = BY_SLUG.get(slug)
        manual = self._manual(request, pk)
        if action is None:
            raise Http404
        if not any(request.user.has_perm(permission) for permission in action.permissions):
            raise PermissionDenied
        form = NoteForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._take(request, manual, action, form):
            return HttpResponseRedirect(_page(manual))
        context = {
            "title": f"{action.title}：{manual} {manual.person.name} {grouped_yuan(manual.total_fen)} 元",
            "form": form,
            "action": action,
            "back_url": _page(manual),
        }
        return self._answer(request, "settlement/manual_step.html", context)

    @staticmethod
    def _take(request: HttpRequest, manual: ManualClaim, action: ManualAction, form: NoteForm) -> bool:
        try:
            action.take(manual, by=_user(request), note=form.cleaned_data["note"])
        except REFUSALS as error:
            messages.error(request, str(error))
            return False
        messages.success(request, f"已办理：{action.title}。")
        return True

    def account(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record the account the patient is paid to (一卡通账户)."""
        manual = self._manual(request, pk)
        if not request.user.has_perm(ENTER):
            raise PermissionDenied
        form = AccountForm(request.POST or None, initial={"holder_name": manual.person.name})
        if request.method == "POST" and form.is_valid():
            try:
                patient_account_record(person=manual.person, by=_user(request), **form.cleaned_data)
            except ManualError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, "账户已登记。")
                return HttpResponseRedirect(_page(manual))
        context = {"title": f"登记一卡通账户：{manual.person.name}", "form": form, "back_url": _page(manual)}
        return self._answer(request, "settlement/form_page.html", context)

    def _manual(self, request: HttpRequest, pk: int) -> ManualClaim:
        manual = self.get_object(request, str(pk))
        if not isinstance(manual, ManualClaim) or not self.has_view_permission(request, manual):
            raise Http404
        return manual

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        base = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**base, **context})


_PARTS = (
    ("in_scope_fen", "政策范围内"),
    ("upfront_fen", "先行自付"),
    ("over_limit_fen", "超限价自费"),
    ("excluded_fen", "全自费"),
)


def _all(request: HttpRequest) -> frozenset[int]:
    """Whoever sees everything may enter, too."""
    return frozenset({0}) if scope_of(request).everything else frozenset()


def _papers(request: HttpRequest) -> tuple[str, ...]:
    """All papers that a county of the scope asks of anybody."""
    scope = scope_of(request)
    counties = Region.objects.filter(scope.limit(county="pk", hospital=""), level=Region.Level.COUNTY)
    offered: dict[str, None] = {}
    for county in counties.select_related("parent").order_by("parent_id").distinct("parent_id"):
        try:
            terms = manual_terms(county=county, on=business_date())
        except (PolicyError, ManualDaysMissingError):
            continue
        offered |= dict.fromkeys((*terms.papers, *terms.assistance_papers))
    return tuple(offered or dict.fromkeys((*USUAL_PAPERS, APPLICATION)))


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _page(manual: ManualClaim) -> str:
    return reverse("admin:settlement_manualclaim_change", args=[manual.pk])
