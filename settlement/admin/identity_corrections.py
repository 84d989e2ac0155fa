"""Correcting identities after the fact (更正身份): what follows for settled claims is shown, then posted."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.models import IdentityChange, Person
from beneficiaries.services.identity_changes import IdentityChangeError
from common.admin_filters import DayRangeFilter
from common.admin_panels import Cell, Facts, Panel, Table, count, link, period, text
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from settlement.admin.identity_effects import effects_of, head_of, postings_of
from settlement.admin.identity_forms import CorrectionForm, EffectsForm
from settlement.errors import CorrectionRefusedError, CorrectionStaleError
from settlement.selectors.identity_effects import people_with_effects
from settlement.services.identity_corrections import (
    Correction,
    identity_correction_confirm,
    identity_correction_preview,
)

CORRECT = "beneficiaries.add_identitychange"
LISTED = 200
Form = CorrectionForm | EffectsForm


@admin.register(IdentityChange)
class IdentityChangeAdmin(ScopedLookupAdmin):
    """身份更正."""

    scope_county = "person__county"
    list_before_template = "settlement/identity_changes.html"
    list_display = (
        "made_at", "person", "masked", "kind", "category_label", "before_text", "after_text", "made_by",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("kind", ChoicesDropdownFilter),
        ("category", ChoicesDropdownFilter),
        ("made_at", DayRangeFilter),
    ]
    list_select_related = ("person", "made_by")
    search_fields = ("person__name", "basis")
    search_help_text = "姓名或依据"

    @display(description="身份证号")
    def masked(self, change: IdentityChange) -> str:
        """Lists never show the number."""
        return change.person.masked_id_number

    @display(description="身份类别", ordering="category")
    def category_label(self, change: IdentityChange) -> str:
        """None where a roster had changed it."""
        return change.get_category_display() or "—"

    @display(description="原有效期")
    def before_text(self, change: IdentityChange) -> str:
        """What ended."""
        return period(change.before) if change.before else "—"

    @display(description="新有效期")
    def after_text(self, change: IdentityChange) -> str:
        """What was opened."""
        return period(change.after) if change.after else "—"

    def panels(self, request: HttpRequest, row: IdentityChange) -> Sequence[Panel]:
        """The change, and what was posted on it."""
        items = (
            ("人员", link(row.person, label=row.person.name)),
            ("身份证号", text(row.person.masked_id_number)),
            ("办理事项", text(row.get_kind_display())),
            ("身份类别", text(row.get_category_display())),
            ("原有效期", text(self.before_text(row))),
            ("新有效期", text(self.after_text(row))),
            ("认定部门", text(row.get_recognised_by_display())),
            ("依据", text(row.basis)),
            ("事由", text(row.reason)),
            ("经办人", text(row.made_by)),
            ("时间", text(row.made_at)),
        )
        return (Facts(title=f"身份更正第{row.pk}号", items=items), postings_of(row))

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: correcting somebody, posting what a roster left to post."""
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view
        return [
            path("people/", view(self.people), name="beneficiaries_identity_effects"),
            path("people/<int:pk>/", view(self.effects), name="beneficiaries_identity_effects_post"),
            path("correct/<int:pk>/", view(self.correct), name="beneficiaries_identity_correct"),
            *urls,
        ]

    def people(self, request: HttpRequest) -> HttpResponse:
        """People whose claims were settled on other identities than those that hold (待补记差额)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = people_with_effects(scope=scope_of(request), limit=LISTED)
        people = Person.objects.select_related("county").in_bulk([row.person_id for row in found])
        rows = [
            (
                link(people[row.person_id], label=people[row.person_id].name),
                text(people[row.person_id].masked_id_number),
                text(people[row.person_id].county),
                count(row.claims),
                text(row.first_on),
                text(row.last_on),
                _post_link(row.person_id),
            )
            for row in found
        ]
        panel = Table(
            title="身份变动后待补记差额的人员",
            headers=("姓名", "身份证号", "县（市、区）", "涉及费用（笔）", "最早就诊", "最近就诊", "办理"),
            rows=rows,
            numeric=frozenset({3}),
            note=f"名单或更正改变了就诊当日的身份，已结算的费用尚未重算。每次最多列出 {LISTED} 人。",
            empty="没有待补记差额的人员",
        )
        context = self._context(title="待补记差额", panels=[panel])
        return TemplateResponse(
            request, "settlement/identity_effects.html", {**_site(self, request), **context}
        )

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask what to change, show what follows, then do it (更正身份)."""
        person = self._person(request, pk)
        form = CorrectionForm(request.POST or None, person=person)
        return self._step(request, person, form, title=f"更正身份：{person.name}")

    def effects(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what follows from a roster's change, then post it (补记差额)."""
        person = self._person(request, pk)
        form = EffectsForm(request.POST or None)
        return self._step(request, person, form, title=f"补记差额：{person.name}")

    def _step(self, request: HttpRequest, person: Person, form: Form, *, title: str) -> HttpResponse:
        correction: Correction | None = None
        if request.method == "POST" and form.is_valid():
            try:
                if request.POST.get("digest") and "back" not in request.POST:
                    return self._confirmed(request, person, form)
            except (CorrectionStaleError, CorrectionRefusedError, IdentityChangeError) as error:
                messages.warning(request, str(error))
            if "back" not in request.POST:
                correction = self._preview(request, person, form)
        context = self._context(
            title=title,
            form=form,
            back_url=reverse("admin:beneficiaries_person_change", args=[person.pk]),
            correction=correction,
            panels=[]
            if correction is None
            else [head_of(person, form.asked(), correction), *effects_of(correction)],
        )
        return TemplateResponse(
            request, "settlement/identity_correct.html", {**_site(self, request), **context}
        )

    def _preview(self, request: HttpRequest, person: Person, form: Form) -> Correction | None:
        try:
            return identity_correction_preview(person=person, asked=form.asked())
        except IdentityChangeError as error:
            form.add_error(None, str(error))
            return None

    def _confirmed(self, request: HttpRequest, person: Person, form: Form) -> HttpResponse:
        if not isinstance(request.user, User):
            raise PermissionDenied
        change, made = identity_correction_confirm(
            person=person, asked=form.asked(), digest=request.POST["digest"], by=request.user
        )
        said = "已更正，差额已记账。" if made else "这份更正已经办理过，没有重复记账。"
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:beneficiaries_identitychange_change", args=[change.pk]))

    def _person(self, request: HttpRequest, pk: int) -> Person:
        scope = scope_of(request).limit(county="county", hospital="")
        person = get_object_or_404(Person.objects.filter(scope), pk=pk)
        if not request.user.has_perm(CORRECT) or scope_of(request).hospital_id is not None:
            raise PermissionDenied
        return person

    def _context(self, **more: Any) -> dict[str, Any]:
        return {"opts": self.opts, **more}


def _site(page: IdentityChangeAdmin, request: HttpRequest) -> dict[str, Any]:
    return page.admin_site.each_context(request)


def _post_link(person_id: int) -> Cell:
    return Cell(text="查看差额", url=reverse("admin:beneficiaries_identity_effects_post", args=[person_id]))
