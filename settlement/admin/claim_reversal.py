"""The office takes a claim back from its page (经办冲销): a reason, what follows, confirmation."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminTextareaWidget

from common.admin_lookup import Button, LookupAdmin
from common.admin_panels import Cell, Facts, Figures, Panel, Table, link, text, yuan
from organizations.admin.scoped import scope_of
from settlement.errors import CorrectionStaleError, ReversalRefusedError
from settlement.models import Claim, Settlement
from settlement.services.office_reversing import (
    LONGEST_REASON,
    OfficeReversal,
    office_reversal_confirm,
    office_reversal_preview,
)

REVERSE = "settlement.change_claim"


class ReversalForm(forms.Form):
    """Why the claim is taken back."""

    reason = forms.CharField(
        label="冲销原因（医疗机构可见，勿写个人信息）",
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextareaWidget,
    )


class ReversalPage(LookupAdmin):
    """Beside the page of a claim: taking it back."""

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the reversal."""
        view = self.admin_site.admin_view(self.take_back)
        urls: list[URLPattern] = super().get_urls()
        return [path("<int:pk>/reverse/", view, name="settlement_claim_reverse"), *urls]

    def reversal_button(self, request: HttpRequest, claim: Claim) -> Sequence[Button]:
        """For those who may, while a hospital's claim stands."""
        may = request.user.has_perm(REVERSE) and scope_of(request).hospital_id is None
        if not may or hasattr(claim, "manual") or claim.year_end:
            return ()
        url = reverse("admin:settlement_claim_reverse", args=[claim.pk])
        return (Button(title="冲销", url=url, icon="settings_backup_restore"),)

    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, show what follows, then post it (冲销)."""
        if not request.user.has_perm(REVERSE):
            raise PermissionDenied
        mine = Claim.objects.filter(scope_of(request).limit(county="insured_county", hospital=""))
        claim = get_object_or_404(mine.select_related("person", "hospital"), pk=pk)
        page = reverse("admin:settlement_claim_change", args=[claim.pk])
        form = ReversalForm(request.POST or None)
        shown: OfficeReversal | None = None
        try:
            if request.method == "POST" and "back" not in request.POST and form.is_valid():
                if request.POST.get("digest") and self._confirmed(
                    request, claim, form.cleaned_data["reason"]
                ):
                    return HttpResponseRedirect(page)
                shown = office_reversal_preview(claim=claim)
        except ReversalRefusedError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"冲销：{claim}",
            "form": form,
            "reversal": shown,
            "panels": [] if shown is None else reversal_panels(claim, shown, form.cleaned_data["reason"]),
            "back_url": page,
        }
        return TemplateResponse(request, "settlement/claim_reverse.html", context)

    def _confirmed(self, request: HttpRequest, claim: Claim, reason: str) -> bool:
        """Whether it was posted; otherwise what is shown has changed, and is shown again."""
        try:
            done = office_reversal_confirm(claim=claim, reason=reason, digest=request.POST["digest"])
        except CorrectionStaleError as error:
            messages.warning(request, str(error))
            return False
        self.log_change(request, claim, f"冲销：{reason}")
        others = len(done.differences) - 1
        messages.success(request, f"已冲销，另有 {others} 笔费用随之调整。" if others else "已冲销。")
        return True


def reversal_panels(claim: Claim, reversal: OfficeReversal, reason: str) -> list[Panel]:
    """What is about to be posted: the claim, the sums, each claim's change."""
    due = reversal.differences
    claims = Claim.objects.select_related("hospital").in_bulk([one.claim.id for one in due])
    paid_fen = sum(one.figures.paid_fen for one in due)
    patient_fen = sum(one.figures.patient_fen for one in due)
    return [
        Facts(
            title=f"冲销单据 {claim.claim_no}",
            badge=Cell(text="尚未冲销", tone="warning"),
            items=(
                ("人员", link(claim.person, label=claim.person.name)),
                ("医疗机构", text(claim.hospital)),
                ("出院/就诊日期", text(claim.discharged_on)),
                ("冲销原因", text(reason)),
            ),
        ),
        Figures(
            items=(
                ("随之调整的费用（笔）", Cell(text=str(len(due) - 1))),
                ("支付合计增减（元）", yuan(paid_fen)),
                ("个人负担增减（元）", yuan(patient_fen)),
            )
        ),
        Table(
            title="将要记账的金额（元）",
            headers=("单据号", "医疗机构", "出院/就诊日期", "种类", "支付增减", "个人负担增减"),
            rows=[
                (
                    link(claims[one.claim.id]),
                    text(claims[one.claim.id].hospital),
                    text(claims[one.claim.id].discharged_on),
                    text(Settlement.Kind(one.kind).label),
                    yuan(one.figures.paid_fen),
                    yuan(one.figures.patient_fen),
                )
                for one in due
            ],
            foot=(text("合计"), *[Cell(text="")] * 3, yuan(paid_fen), yuan(patient_fen)),
            numeric=frozenset({4, 5}),
            note="冲销记入医疗机构本季度的台账；以后费用的差额在基金与患者之间结清，不动医疗机构的款项。",
        ),
    ]
