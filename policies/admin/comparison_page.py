"""Two packs side by side in the admin (政策包比较)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from unfold.widgets import UnfoldAdminSelectWidget

from common.admin_lookup import LookupAdmin
from common.admin_panels import period
from policies.comparison import Difference, Kind, policies_compare, sections_of
from policies.models import Policy

VIEW = "policies.view_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The differences of one section, row by row."""

    title: str
    rows: Sequence[tuple[str, Sequence[Difference]]]


class PackField(forms.ModelChoiceField):
    """A pack by title, period and state."""

    def label_from_instance(self, obj: Any) -> str:
        """``郑州市2019年…（2019-01-01 起，草稿）``."""
        return f"{obj.title}（{period(obj.valid)}，{obj.get_status_display()}）"


class ComparisonForm(forms.Form):
    """Which two packs, and whether to show what is the same."""

    left = PackField(
        Policy.objects.none(), label="原政策包", empty_label="请选择", widget=UnfoldAdminSelectWidget
    )
    right = PackField(
        Policy.objects.none(), label="新政策包", empty_label="请选择", widget=UnfoldAdminSelectWidget
    )
    unchanged = forms.BooleanField(label="也显示未变的内容", required=False)

    def __init__(self, *args: Any, packs: QuerySet[Policy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("left", "right"):
            self.fields[name].queryset = packs  # type: ignore[attr-defined]


class PolicyComparison(LookupAdmin):
    """The page that compares two packs."""

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the comparison."""
        view = self.admin_site.admin_view(self.compare)
        urls: list[URLPattern] = super().get_urls()
        return [path("compare/", view, name="policies_policy_compare"), *urls]

    def compare(self, request: HttpRequest) -> HttpResponse:
        """What changed from one pack to the other (政策包比较)."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        asked = request.GET if request.GET.get("left") else None
        packs = self.get_queryset(request).order_by("city_code", "valid")
        form = ComparisonForm(asked, packs=packs, initial={"right": request.GET.get("right")})
        context = {
            **self.admin_site.each_context(request),
            "title": "政策包比较",
            "opts": self.opts,
            "form": form,
        }
        if asked is not None and form.is_valid():
            context |= _compared(**form.cleaned_data)
        return TemplateResponse(request, "policies/compare.html", context)


def _compared(*, left: Policy, right: Policy, unchanged: bool) -> dict[str, object]:
    differences = policies_compare(left=left, right=right, unchanged=unchanged)
    changed = [item for item in differences if item.kind != Kind.SAME]
    counts = [
        f"{kind.label} {number}"
        for kind in (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)
        if (number := sum(item.kind == kind for item in changed))
    ]
    sections = [
        Section(
            title=title,
            rows=[(name, list(items)) for name, items in groupby(rows, key=lambda item: item.row)],
        )
        for title, rows in sections_of(differences).items()
    ]
    return {
        "compared": True,
        "left": left,
        "right": right,
        "sections": sections,
        "summary": "、".join(counts) + " 处" if counts else "两个政策包的内容完全相同。",
        "workbook_url": workbook_url(left, right),
    }


def workbook_url(left: Policy, right: Policy) -> str:
    """Where reporting serves the comparison as a workbook; empty where it does not."""
    try:
        return reverse("reporting:pack-comparison", args=[left.pk, right.pk])
    except NoReverseMatch:
        return ""
