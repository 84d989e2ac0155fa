"""The trial page (试算): what would be paid, worked out before one's eyes; nothing is written."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from common.admin_lookup import LookupAdmin
from organizations.admin.scoped import scope_of
from organizations.scope import NOTHING
from policies.models import Policy
from settlement.admin.trial_choices import trial_choices
from settlement.admin.trial_forms import trial_forms
from settlement.admin.trial_result import trial_results

VIEW_PACKS = "policies.view_policy"


class TrialPage(LookupAdmin):
    """Beside the list of claims: a page for trials."""

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the trial."""
        view = self.admin_site.admin_view(self.trial)
        urls: list[URLPattern] = super().get_urls()
        return [path("trial/", view, name="settlement_trial"), *urls]

    def trial(self, request: HttpRequest) -> HttpResponse:
        """Ask for a person and claims; show every tier's working under one or two packs (试算)."""
        if not request.user.has_perm(VIEW_PACKS) or scope_of(request) == NOTHING:
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        packs = Policy.objects.order_by("city_code", "valid")
        left = request.GET.get("left", "")
        person, claims = trial_forms(sent, packs=packs, choices=trial_choices(), left=left)
        context = {
            **self.admin_site.each_context(request),
            "title": "试算",
            # The path above the page leads to the list of claims, which not everybody may open.
            "opts": self.opts if self.has_view_permission(request) else None,
            "person": person,
            "claims": claims,
        }
        if sent is not None:
            # Both, so that every field shows its error at once.
            valid = [person.is_valid(), claims.is_valid()]
            if all(valid):
                chosen = [person.cleaned_data[name] for name in ("left", "right")]
                context["packs"] = [pack for pack in chosen if pack is not None]
                context["results"] = trial_results(
                    packs=[pack for pack in chosen if pack is not None],
                    facts=person.facts(),
                    claims=[form.claim() for form in claims.kept()],
                )
            else:
                context["refused"] = True
        return TemplateResponse(request, "settlement/trial.html", context)
