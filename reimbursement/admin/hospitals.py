"""The hospital page with the year in numbers (医疗机构页面): reimbursement knows claims and ledgers."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from common.admin_panels import Cell, Figures, Panel, text, yuan
from common.clock import business_date
from organizations.admin.hospitals import HospitalAdmin
from organizations.admin.keys import key_state
from organizations.admin.scoped import scope_of
from organizations.models import Hospital
from reimbursement.selectors.hospital_years import hospital_claims_of_year, hospital_ledgers_of_year

admin.site.unregister(Hospital)


@admin.register(Hospital)
class HospitalWithYearAdmin(HospitalAdmin):
    """医疗机构."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """What organizations show, below the year's numbers."""
        hospital = kwargs.get("obj")
        if hospital is not None:
            context["panels"] = self.panels(request, hospital)
        return super().render_change_form(request, context, *args, **kwargs)

    def panels(self, request: HttpRequest, hospital: Hospital) -> Sequence[Panel]:
        """The year's claims and ledgers in the reader's scope, and the keys for those who see them."""
        scope, year = scope_of(request), business_date().year
        items: list[tuple[str, Cell]] = []
        if request.user.has_perm("settlement.view_claim"):
            claims = hospital_claims_of_year(scope=scope, hospital=hospital, year=year)
            items += [
                (f"{year}年费用（笔）", Cell(text=f"{claims.claims:,}", note="不含已冲销")),
                ("总费用净额（元）", yuan(claims.total_fen)),
                ("各层次支付净额（元）", yuan(claims.paid_fen)),
            ]
        if request.user.has_perm("reimbursement.view_quarterlyledger"):
            ledgers = hospital_ledgers_of_year(scope=scope, hospital=hospital, year=year)
            note = f"其中已报送 {ledgers.submitted} 份"
            items.append((f"{year}年台账（份）", Cell(text=str(ledgers.built), note=note)))
        if request.user.has_perm("organizations.view_hospitalkey") and self.get_inlines(request, hospital):
            items.append(("有效接口密钥（个）", _keys(hospital)))
        return (Figures(items=items),) if items else ()


def _keys(hospital: Hospital) -> Cell:
    """How many keys open the door, and when one last did."""
    valid = [key for key in hospital.keys.order_by("pk") if key_state(key) == "有效"]
    used = max((key.last_used_at for key in valid if key.last_used_at), default=None)
    return Cell(text=str(len(valid)), note=f"最近使用 {text(used).text}" if used else "从未使用")
