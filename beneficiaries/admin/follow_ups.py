"""The work list of follow-ups (随访工作清单): what is overdue, what comes next, what was done."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.admin.family_doctor_forms import DoneForm
from beneficiaries.admin.family_doctors import WorkAdmin, follow_up_state, user_with
from beneficiaries.models import FollowUp
from beneficiaries.selectors.family_doctors import follow_ups
from beneficiaries.services.family_doctors import follow_up_done
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button
from common.admin_panels import Facts, Panel, link, text
from common.clock import business_date
from organizations.admin.scoped import scope_of

RECORD = "beneficiaries.change_followup"
SOON = timedelta(days=14)
TONES = {"已完成": "success", "已超期": "danger", "待随访": "info"}


class DueFilter(admin.SimpleListFilter):
    """What is to be done."""

    title = "进度"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Overdue, the next two weeks, all to come, done."""
        return [("overdue", "已超期"), ("soon", "14天内"), ("open", "未完成"), ("done", "已完成")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the planned day."""
        today, chosen = business_date(), self.value()
        if chosen == "done":
            return queryset.exclude(done_on=None)
        if chosen == "overdue":
            return queryset.filter(done_on=None, planned_on__lt=today)
        if chosen == "soon":
            return queryset.filter(done_on=None, planned_on__gte=today, planned_on__lte=today + SOON)
        return queryset.filter(done_on=None) if chosen == "open" else queryset


@admin.register(FollowUp)
class FollowUpAdmin(WorkAdmin):
    """家庭医生随访."""

    scope_county = "contract__person__county"
    scope_hospital = "contract__hospital"
    list_display = ("planned_on", "person", "address", "kind", "doctor", "hospital", "state", "done_on")
    list_filter: ClassVar[Any] = [
        DueFilter,
        ("kind", ChoicesDropdownFilter),
        ("planned_on", DayRangeFilter),
    ]
    list_select_related = (
        "contract__person__household",
        "contract__person__county",
        "contract__hospital",
        "planned_by",
        "done_by",
    )
    search_fields = ("contract__person__name", "contract__doctor")
    search_help_text = "姓名或家庭医生"
    ordering = ("planned_on", "id")

    @display(description="人员", ordering="contract__person__name")
    def person(self, row: FollowUp) -> str:
        """Who is visited."""
        return str(row.contract.person)

    @display(description="住址")
    def address(self, row: FollowUp) -> str:
        """Where to go."""
        household = row.contract.person.household
        return "—" if household is None else f"{household.township}{household.village}"

    @display(description="家庭医生", ordering="contract__doctor")
    def doctor(self, row: FollowUp) -> str:
        """Whose work it is."""
        return row.contract.doctor

    @display(description="签约机构")
    def hospital(self, row: FollowUp) -> str:
        """Of which hospital."""
        return row.contract.hospital.name

    @display(description="状态", label=TONES)
    def state(self, row: FollowUp) -> str:
        """Done, overdue or to come."""
        return follow_up_state(row.planned_on, done=row.done_on is not None, today=business_date()).text

    def panels(self, request: HttpRequest, row: FollowUp) -> Sequence[Panel]:
        """The follow-up in full."""
        state = follow_up_state(row.planned_on, done=row.done_on is not None, today=business_date())
        items = (
            ("人员", link(row.contract.person)),
            ("签约", link(row.contract)),
            ("方式", text(row.get_kind_display())),
            ("计划日期", text(row.planned_on)),
            ("安排人", text(row.planned_by)),
            ("完成日期", text(row.done_on)),
            ("登记人", text(row.done_by)),
            ("随访内容", text(row.content)),
        )
        return (Facts(title="随访", badge=state, items=items),)

    def buttons(self, request: HttpRequest, row: FollowUp) -> Sequence[Button]:
        """Writing it down, once."""
        if row.done_on is not None or not request.user.has_perm(RECORD):
            return ()
        url = reverse("admin:beneficiaries_followup_done", args=[row.pk])
        return (Button(title="登记随访", url=url, icon="edit_note", primary=True),)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: writing it down."""
        done = self.admin_site.admin_view(self.done)
        urls: list[URLPattern] = super().get_urls()
        return [path("<int:pk>/done/", done, name="beneficiaries_followup_done"), *urls]

    def done(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was found, and when the next one is."""
        row = get_object_or_404(follow_ups(scope=scope_of(request)), pk=pk)
        user = user_with(request, RECORD)
        form = DoneForm(request.POST or None, initial={"done_on": business_date()})
        return self.worked(
            request,
            form,
            lambda: follow_up_done(follow_up=row, by=user, **form.cleaned_data),
            title="登记随访",
            back=row,
        )
