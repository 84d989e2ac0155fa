"""People (人员): lists show masked ID numbers; the full one is shown on demand, and the look is recorded."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.admin.entitlements import VALIDITY, HeldFilter, validity
from beneficiaries.admin.patient_file import (
    contracts_of,
    entries_of,
    follow_ups_of,
    measures_of,
    timeline_of,
)
from beneficiaries.id_number_looks import ReasonMissingError, id_number_look
from beneficiaries.models import DoctorContract, Enrolment, Identity, Person
from common.admin_lookup import Button
from common.admin_panels import Cell, Facts, Panel, Table, folded, link, period, text
from common.clock import business_date
from common.encryption import blind_index
from common.id_numbers import age_on
from organizations.admin.scoped import ScopedLookupAdmin

LOOK_AT_ID_NUMBERS = "beneficiaries.add_idnumberlook"


@admin.register(Person)
class PersonAdmin(ScopedLookupAdmin):
    """人员."""

    exports = True
    person_path = ""
    scope_county = "county"
    list_display = ("name", "masked", "sex", "born_on", "current_identities", "address", "county")
    list_before_template = "beneficiaries/find.html"
    list_filter: ClassVar[Any] = [
        HeldFilter,
        ("sex", ChoicesDropdownFilter),
        ("county", AutocompleteSelectFilter),
    ]
    list_select_related = ("household", "county")
    search_fields = ("^name", "id_last4__exact", "household__household_no__exact")
    search_help_text = "姓名的开头、身份证号后四位或户编号"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With the identities that hold today."""
        held = Identity.objects.filter(valid__contains=business_date())
        rows: QuerySet[Person] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("identities", queryset=held, to_attr="held_today"))

    @display(description="身份证号")
    def masked(self, person: Person) -> str:
        """Lists never show the number."""
        return person.masked_id_number

    @display(description="当前身份")
    def current_identities(self, person: Any) -> SafeString | str:
        """Identities that hold today."""
        names = [identity.get_category_display() for identity in person.held_today]
        return format_html('<span class="doudi-wrap">{}</span>', "、".join(names)) if names else "—"

    @display(description="住址", ordering="household__village")
    def address(self, person: Person) -> str:
        """Township and village of the household."""
        household = person.household
        return "—" if household is None else f"{household.township}{household.village}"

    def panels(self, request: HttpRequest, row: Person) -> Sequence[Panel]:
        """The person and what he holds, as far as the user may look at it; empty tables in one box."""
        return folded(self.parts(request, self._with_holdings(row)))

    def parts(self, request: HttpRequest, person: Person) -> list[Panel]:
        """The parts of the page; what there is nothing of is a table without rows."""
        parts: list[tuple[str, Callable[[], Sequence[Panel]]]] = [
            ("identity", lambda: (timeline_of(person), identities_of(person))),
            ("enrolment", lambda: self.enrolment_panels(request, person)),
            ("chroniccertificate", lambda: (certificates_of(person), measures_of(person))),
            ("doctorcontract", lambda: (contracts_of(person),)),
            ("followup", lambda: (follow_ups_of(person),)),
            ("registerentry", lambda: (entries_of(person),)),
        ]
        may = request.user.has_perm
        held = [panel for right, part in parts if may(f"beneficiaries.view_{right}") for panel in part()]
        return [self.facts(person), *held]

    def enrolment_panels(self, request: HttpRequest, person: Person) -> Sequence[Panel]:
        """What is known of the person's insurance; apps above add to it."""
        return (enrolments_of(person),)

    def _with_holdings(self, person: Person) -> Person:
        """The person with what several parts of the page show."""
        prefetch_related_objects(
            [person],
            "identities",
            Prefetch("enrolments", queryset=Enrolment.objects.select_related("county")),
            "certificates",
            Prefetch("doctor_contracts", queryset=DoctorContract.objects.select_related("hospital")),
        )
        return person

    def facts(self, person: Person) -> Facts:
        """Who it is."""
        household = person.household
        died = Cell(text=f"{person.died_on} 死亡", tone="danger") if person.died_on else None
        return Facts(
            title=person.name,
            badge=died,
            items=(
                ("身份证号", text(person.masked_id_number)),
                ("性别", text(person.get_sex_display())),
                ("出生日期", Cell(text=f"{person.born_on}（{age_on(person.born_on, business_date())}周岁）")),
                ("县（市、区）", text(person.county)),
                ("户", link(household)),
                ("户编号", text(household.household_no if household else "")),
            ),
        )

    def buttons(self, request: HttpRequest, row: Person) -> Sequence[Button]:
        """Enrolling; a contract with a family doctor; the full ID number, for those who may see it."""
        buttons = []
        if request.user.has_perm("beneficiaries.add_enrolment"):
            url = reverse("admin:beneficiaries_enrolment_record", args=[row.pk])
            buttons.append(Button(title="登记参保", url=url, icon="how_to_reg"))
        if request.user.has_perm("beneficiaries.add_doctorcontract"):
            url = reverse("admin:beneficiaries_doctorcontract_sign") + f"?person={row.pk}"
            buttons.append(Button(title="家庭医生签约", url=url, icon="handshake"))
        if _may_look(request):
            url = reverse("admin:beneficiaries_person_id_number", args=[row.pk])
            buttons.append(Button(title="查看身份证号", url=url, icon="visibility"))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the look at the ID number, and finding a person by it."""
        look = self.admin_site.admin_view(never_cache(self.look))
        find = self.admin_site.admin_view(require_POST(self.find))
        urls: list[URLPattern] = super().get_urls()
        return [
            path("<int:pk>/id-number/", look, name="beneficiaries_person_id_number"),
            path("find/", find, name="beneficiaries_person_find"),
            *urls,
        ]

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, then show the number on this one answer (查看身份证号)."""
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not _may_look(request) or not isinstance(request.user, User):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"查看身份证号：{person.name}",
            "opts": self.opts,
            "person": person,
            "back_url": reverse("admin:beneficiaries_person_change", args=[pk]),
        }
        if request.method == "POST":
            try:
                reason = request.POST.get("reason", "")
                context["number"] = id_number_look(person=person, user=request.user, reason=reason)
            except ReasonMissingError as error:
                messages.error(request, str(error))
        return TemplateResponse(request, "beneficiaries/id_number.html", context)

    def find(self, request: HttpRequest) -> HttpResponse:
        """Go to the person with a full ID number; by POST, so that no number stands in a log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = request.POST.get("id_number", "").strip().upper()
        person = self.get_queryset(request).filter(id_index=blind_index(number)).first()
        if person is None:
            messages.warning(request, "管辖范围内没有该身份证号的人员，请核对号码。")
            return HttpResponseRedirect(reverse("admin:beneficiaries_person_changelist"))
        return HttpResponseRedirect(reverse("admin:beneficiaries_person_change", args=[person.pk]))


def _may_look(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(LOOK_AT_ID_NUMBERS))


def state_label(valid: Any) -> Cell:
    """Whether a period holds today, as a label."""
    state = validity(valid)
    tone: Any = VALIDITY[state]
    return Cell(text=state, tone=tone)


def identities_of(person: Person) -> Table:
    """Identities with their periods."""
    return Table(
        title="身份",
        headers=("身份类别", "状态", "有效期", "认定部门", "来源"),
        rows=[
            (
                text(identity.get_category_display()),
                state_label(identity.valid),
                text(period(identity.valid)),
                text(identity.get_recognised_by_display()),
                text(identity.source),
            )
            for identity in person.identities.all()
        ],
        empty="没有认定过身份",
    )


def enrolments_of(person: Person) -> Table:
    """Enrolments, the latest year first."""
    return Table(
        title="参保",
        headers=("年度", "险种", "参保县（市、区）", "参保日期", "缴费方式"),
        rows=[
            (
                link(enrolment, label=str(enrolment.year)),
                text(enrolment.get_insurance_type_display()),
                text(enrolment.county),
                text(enrolment.enrolled_on),
                text(enrolment.get_paid_by_display()),
            )
            for enrolment in person.enrolments.all()
        ],
        empty="没有参保登记",
    )


def certificates_of(person: Person) -> Table:
    """Certificates of chronic diseases."""
    return Table(
        title="慢性病鉴定",
        headers=("就医证号", "病种", "状态", "有效期", "鉴定日期"),
        rows=[
            (
                link(certificate, label=certificate.certificate_no),
                text(certificate.disease_name),
                state_label(certificate.valid),
                text(period(certificate.valid)),
                text(certificate.decided_on),
            )
            for certificate in person.certificates.all()
        ],
        empty="没有慢性病鉴定",
    )
