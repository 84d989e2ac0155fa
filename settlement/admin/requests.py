"""What hospitals ask the office to decide (转诊登记、高值医用耗材审批): the lists, and the review."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, period_column, yuan_column
from common.admin_panels import Cell, Facts, Panel, link, period, text, yuan
from organizations.admin.scoped import ScopedLookupAdmin, within
from settlement.errors import ReviewError
from settlement.models import ConsumableApproval, EligibilityQuery, ReferralRegistration, ReviewState
from settlement.services.requests import request_review

STATES = {"待审核": "warning", "已通过": "success", "未通过": "danger"}


class ReviewForm(forms.Form):
    """The decision and its reason."""

    decision = forms.ChoiceField(
        label="审核结果",
        choices=[("approve", "通过"), ("reject", "不予通过")],
        widget=UnfoldAdminRadioSelectWidget,
    )
    note = forms.CharField(
        label="审核意见（不予通过时必填）",
        max_length=500,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class RequestAdmin(ScopedLookupAdmin):
    """A hospital's requests; the office of the place of insurance decides them."""

    exports = True
    person_path = "person"
    scope_county = "insured_county"
    scope_hospital = "hospital"
    keeps_history = True
    # What approving means, in a sentence of the review page.
    effect = ""
    list_filter: ClassVar[Any] = [
        ("state", ChoicesDropdownFilter),
        ("insured_county", AutocompleteSelectFilter),
        ("hospital", AutocompleteSelectFilter),
        ("requested_at", DayRangeFilter),
    ]
    list_select_related: Any = ("hospital", "person", "insured_county", "reviewed_by")
    search_fields: Any = ("request_no__exact", "^person__name")
    search_help_text = "申请号，或姓名的开头"

    @display(description="审核状态", ordering="state", label=STATES)
    def state_label(self, row: Any) -> str:
        """Where it stands."""
        return str(row.get_state_display())

    def own_facts(self, row: Any) -> Sequence[tuple[str, Cell]]:
        """What only this kind of request says."""
        return ()

    def facts(self, row: Any) -> Facts:
        """The whole request."""
        state = row.get_state_display()
        return Facts(
            title=str(row),
            badge=Cell(text=state, tone=STATES[state]),  # type: ignore[arg-type]
            items=(
                ("申请医疗机构", link(row.hospital)),
                ("人员", link(row.person)),
                ("身份证号", text(row.person.masked_id_number)),
                ("参保县（市、区）", text(row.insured_county)),
                ("诊断", text(f"{row.diagnosis_code} {row.diagnosis_name}")),
                *self.own_facts(row),
                ("有效期", text(period(row.valid))),
                ("申请理由", text(row.reason)),
                ("申请时间", text(row.requested_at)),
                ("审核人", text(row.reviewed_by)),
                ("审核时间", text(row.reviewed_at)),
                ("审核意见", text(row.review_note)),
            ),
        )

    def panels(self, request: HttpRequest, row: Any) -> Sequence[Panel]:
        """The request."""
        return (self.facts(row),)

    def buttons(self, request: HttpRequest, row: Any) -> Sequence[Button]:
        """Review, for the office in charge, while it is undecided."""
        if row.state != ReviewState.PENDING or not self._may_review(request, row):
            return ()
        url = reverse(f"admin:{self._name}_review", args=[row.pk])
        return (Button(title="审核", url=url, icon="rule", primary=True),)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the review."""
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view(self.review)
        return [path("<int:pk>/review/", view, name=f"{self._name}_review"), *urls]

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the request; take the decision (审核)."""
        row: Any = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self._may_review(request, row):
            raise PermissionDenied
        form = ReviewForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._decide(request, row, form):
            return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"审核：{row}",
            "opts": self.opts,
            "panel": self.facts(row),
            "form": form,
            "effect": self.effect,
            "back_url": reverse(f"admin:{self._name}_change", args=[pk]),
        }
        return TemplateResponse(request, "settlement/review.html", context)

    def _decide(self, request: HttpRequest, row: Any, form: ReviewForm) -> bool:
        approve = form.cleaned_data["decision"] == "approve"
        by = request.user
        if not isinstance(by, User):
            raise PermissionDenied
        try:
            request_review(request=row, approve=approve, by=by, note=form.cleaned_data["note"])
        except ReviewError as error:
            messages.error(request, str(error))
            return False
        self.log_change(request, row, "审核通过" if approve else "审核不予通过")
        messages.success(request, "审核结果已保存，医疗机构可以查询到。")
        return True

    def _may_review(self, request: HttpRequest, row: Any) -> bool:
        permission = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return bool(request.user.has_perm(permission)) and within(
            request, row, county_id=row.insured_county_id
        )

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"


@admin.register(ReferralRegistration)
class ReferralRegistrationAdmin(RequestAdmin):
    """转诊登记."""

    effect = "通过后，有效期内转往该机构的就诊可按“已办理转诊”结算。"
    list_display = (
        "request_no", "person", "hospital", "to_place", "diagnosis_name",
        period_column("valid", "有效期"), "requested_at", "state_label",
    )  # fmt: skip
    list_select_related = (*RequestAdmin.list_select_related, "to_hospital")

    def own_facts(self, row: ReferralRegistration) -> Sequence[tuple[str, Cell]]:
        """Where to; by name only, for the hospital that asks may not open another's page."""
        return (("转入机构", text(row.to_hospital)), ("转往", text(row.to_place)))


@admin.register(ConsumableApproval)
class ConsumableApprovalAdmin(RequestAdmin):
    """高值医用耗材审批."""

    effect = "通过后生成批准号，医疗机构结算时填写；该次结算不受目录外费用占比限制，批准号只能使用一次。"
    list_display = (
        "request_no", "person", "hospital", "item_name", "quantity", yuan_column("amount_fen", "金额（元）"),
        "requested_at", "approval_no", "state_label",
    )  # fmt: skip
    search_fields = (*RequestAdmin.search_fields, "approval_no__exact")
    search_help_text = "申请号、批准号，或姓名的开头"

    def own_facts(self, row: ConsumableApproval) -> Sequence[tuple[str, Cell]]:
        """What, how much, and where it was used."""
        uses = row.uses.select_related("claim").order_by("-id").first()
        return (
            ("耗材", text(f"{row.item_name} {row.item_code}".strip())),
            ("数量", text(row.quantity)),
            ("金额（元）", yuan(row.amount_fen)),
            ("批准号", text(row.approval_no)),
            ("使用的单据", link(uses.claim if uses is not None else None)),
        )


@admin.register(EligibilityQuery)
class EligibilityQueryAdmin(ScopedLookupAdmin):
    """资格查询记录: an office sees what the hospitals of its counties asked, a hospital its own questions."""

    exports = True
    person_path = "person"
    scope_county = "hospital__county"
    scope_hospital = "hospital"
    list_display = ("asked_at", "hospital", "person", "on", "result")
    list_filter: ClassVar[Any] = [
        ("result", ChoicesDropdownFilter),
        ("hospital", AutocompleteSelectFilter),
        ("asked_at", DayRangeFilter),
    ]
    list_select_related = ("hospital", "person")
    search_fields = ("^person__name",)
    search_help_text = "姓名的开头"
