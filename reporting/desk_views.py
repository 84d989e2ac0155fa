"""Parts of the first page that are asked for by themselves (首页): numbers and charts, quick search."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from common.admin_panels import Cell, Table, link, row_url, text, yuan
from common.clock import business_date
from common.id_numbers import IdNumberError, normalize_id_number
from organizations.scope import scope_of_user
from reporting.admin_dashboard import numbers
from reporting.selectors.desk_search import MOST, Found, found_by, is_id_number, searched_by, term_of

LOOK = "beneficiaries.add_idnumberlook"
LONGEST = 60


@never_cache
def desk_numbers(request: HttpRequest) -> HttpResponse:
    """The numbers and charts below what is due; the page asks for them once it is there."""
    return TemplateResponse(
        request, "reporting/desk_numbers.html", numbers(request, scope_of_user(request.user))
    )


@never_cache
def desk_search(request: HttpRequest) -> HttpResponse:
    """Find by name or number; by POST alone, so that neither stands in an address or a log."""
    searched = searched_by(request.user)
    if not searched:
        raise PermissionDenied
    term = term_of(request.POST.get("term", "")[:LONGEST])
    found = found_by(scope=scope_of_user(request.user), user=request.user, term=term) if term else []
    context = {
        **admin.site.each_context(request),
        "title": "快速查找",
        # A number that was typed is not shown again.
        "term": "" if is_id_number(term) else term,
        "searched_by": searched,
        "panels": [_table(request, each) for each in found],
        "asked": request.method == "POST",
        "hint": _hint(term),
    }
    return TemplateResponse(request, "reporting/desk_search.html", context)


def _hint(term: str) -> str:
    if not term:
        return "请填写要查找的内容。"
    if is_id_number(term):
        try:
            normalize_id_number(term, today=business_date())
        except IdNumberError as error:
            return f"没有找到。{error}。"
    return "管辖范围内没有找到，请核对姓名或号码；号码须完整，姓名可以只写开头。"


def _table(request: HttpRequest, found: Found) -> Table:
    headers, cells = SHAPES[found.title]
    return Table(
        title=found.title,
        headers=headers,
        rows=[cells(request, row) for row in found.rows],
        numeric=frozenset({4}) if found.title == "费用申报" else frozenset(),
        note=f"只列出前 {MOST} 条，请把姓名写完整或改用号码。" if found.more else "",
    )


def _person(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    home = f"{row.household.township}{row.household.village}" if row.household else ""
    look = Cell(text="")
    if isinstance(request.user, User) and request.user.has_perm(LOOK):
        look = Cell(text="查看身份证号", url=reverse("admin:beneficiaries_person_id_number", args=[row.pk]))
    return (
        link(row, label=row.name), text(row.masked_id_number), text(row.get_sex_display()),
        text(row.born_on), text(home), text(row.county), look,
    )  # fmt: skip


def _certificate(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    return (link(row, label=row.certificate_no), text(row.person.name), text(row.disease_name))


def _card(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    return (link(row, label=row.card_no), text(row.person.name), text(row.get_status_display()))


def _application(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    return (
        link(row), text(row.person.name), text(row.hospital), text(row.applied_on),
        text(row.get_state_display()),
    )  # fmt: skip


def _claim(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    return (
        link(row), text(row.person.name), text(row.hospital), text(row.discharged_on), yuan(row.total_fen),
    )  # fmt: skip


def _manual(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    return (
        Cell(text=row.number, url=row_url(row)), text(row.person.name), text(row.hospital),
        text(row.discharged_on), text(row.get_status_display()),
    )  # fmt: skip


def _batch(request: HttpRequest, row: Any) -> tuple[Cell, ...]:
    return (link(row), text(row.made_on), text(row.item_count))


SHAPES: dict[str, tuple[tuple[str, ...], Any]] = {
    "人员": (("姓名", "身份证号", "性别", "出生日期", "住址", "县（市、区）", ""), _person),
    "门诊规定病种就医证": (("就医证号", "姓名", "病种"), _certificate),
    "健康保障证": (("证号", "姓名", "状态"), _card),
    "慢性病鉴定申请": (("申请编号", "姓名", "鉴定机构", "申请日期", "状态"), _application),
    "费用申报": (("单据号", "姓名", "医疗机构", "出院/就诊日期", "总费用（元）"), _claim),
    "零星报销": (("受理编号", "姓名", "就诊机构", "出院/就诊日期", "状态"), _manual),
    "支付批次": (("批次号", "制单日期", "笔数"), _batch),
}
