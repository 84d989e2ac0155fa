"""Registers (登记簿): one page per register with its entries, what is missing, what is overdue."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from unfold.decorators import display

from beneficiaries.admin.register_forms import CountyForm, EntryForm
from beneficiaries.models import Person, RegisterEntry, RegisterKind
from beneficiaries.registers.fields import RegisterValuesError, shown_values, specs_of
from beneficiaries.selectors.registers import (
    UNDONE,
    may_write,
    register_counties,
    register_entries,
    register_gaps,
    register_kinds,
)
from beneficiaries.services.registers import entry_record
from common.admin_lookup import Button
from common.admin_panels import Cell, Facts, Figures, Panel, Table, count, text
from common.clock import business_date
from organizations.admin.scoped import PublicLookupAdmin, scope_of
from organizations.models import Office
from organizations.scope import Scope

ROWS_ON_A_PAGE, GAPS_SHOWN = 30, 60
STATES = {"待办": "warning", "办理中": "info", "在册": "success", "已办结": ""}
SHOWN = {"": "全部", "undone": "未办结", "overdue": "已超期", "closed": "已办结"}


@admin.register(RegisterKind)
class RegisterKindAdmin(PublicLookupAdmin):
    """登记簿."""

    list_display = ("name", "group", "clause", "total_count", "undone_count", "overdue_count")
    list_filter: ClassVar[Any] = ["group"]
    search_fields = ("name", "purpose", "clause")
    search_help_text = "名称、登记内容或依据"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegisterKind]:
        """The registers of the scope's cities with their counts in scope."""
        return register_kinds(scope=scope_of(request), on=business_date())

    @display(description="登记", ordering="total")
    def total_count(self, kind: Any) -> int:
        """Entries."""
        number: int = kind.total
        return number

    @display(description="未办结", ordering="undone")
    def undone_count(self, kind: Any) -> str:
        """Entries that wait; a register without closing has none."""
        return str(kind.undone) if kind.tracked else "—"

    @display(description="已超期", ordering="overdue", label={True: "danger"})
    def overdue_count(self, kind: Any) -> tuple[bool, str]:
        """Entries past their day."""
        return (True, str(kind.overdue)) if kind.overdue else (False, "0")

    def panels(self, request: HttpRequest, row: Any) -> Sequence[Panel]:
        """What it is for, counts, entries, gaps."""
        scope = scope_of(request)
        return (_head(row), _counts(row), _entries(request, scope, row), *_gaps(scope, row))

    def buttons(self, request: HttpRequest, row: RegisterKind) -> Sequence[Button]:
        """A new entry for those who keep it; the list as a workbook."""
        workbook = reverse("reporting:register-workbook", args=[row.code])
        buttons = [Button(title="导出", url=workbook, icon="download")]
        if isinstance(request.user, User) and may_write(user=request.user, kind=row):
            url = reverse("admin:beneficiaries_register_record", args=[row.code])
            buttons.insert(0, Button(title="登记", url=url, icon="add", primary=True))
        return buttons

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: a new entry."""
        record = self.admin_site.admin_view(self.record)
        urls: list[URLPattern] = super().get_urls()
        return [path("<slug:code>/record/", record, name="beneficiaries_register_record"), *urls]

    def record(self, request: HttpRequest, code: str) -> HttpResponse:
        """Enter something: first in which county, where there are several."""
        kind = get_object_or_404(self.get_queryset(request), code=code)
        user = writer(request, kind)
        scope = scope_of(request)
        counties = list(register_counties(scope=scope, kind=kind)[:2])
        chosen = counties[0] if len(counties) == 1 else None
        if len(counties) > 1 and "county" in request.GET:
            form = CountyForm(request.GET, counties=register_counties(scope=scope, kind=kind))
            chosen = form.cleaned_data["county"] if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"登记：{kind.name}",
            "note": f"{kind.purpose}（{kind.clause}）",
            "back_url": _page(kind),
        }
        if not counties:
            raise Http404
        if chosen is None:
            asked = CountyForm(counties=register_counties(scope=scope, kind=kind))
            context |= {"form": asked, "method": "get", "submit": "下一步"}
            return TemplateResponse(request, "common/form_page.html", context)
        context["title"] += f"（{chosen}）"
        person = _person_asked(request, scope)
        new = EntryForm(
            request.POST or None,
            kind=kind,
            county=chosen,
            scope=scope,
            person=person,
            initial={"happened_on": business_date()},
        )
        if request.method == "POST" and new.is_valid():
            try:
                entry = entry_record(kind=kind, county=chosen, entered=new.entered(), by=user)
            except RegisterValuesError as error:
                new.show_problems(error.problems)
            else:
                self.message_user(request, "已登记。")
                return HttpResponseRedirect(
                    reverse("admin:beneficiaries_registerentry_change", args=[entry.pk])
                )
        return TemplateResponse(request, "common/form_page.html", {**context, "form": new})


def writer(request: HttpRequest, kind: RegisterKind) -> User:
    """Whoever keeps the register; others are refused."""
    if not isinstance(request.user, User) or not may_write(user=request.user, kind=kind):
        raise PermissionDenied
    return request.user


def _person_asked(request: HttpRequest, scope: Scope) -> Person | None:
    """The person from whose page somebody came."""
    asked = request.GET.get("person", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return Person.objects.filter(scope.limit(county="county", hospital=""), pk=asked).first()


def _page(kind: RegisterKind) -> str:
    return reverse("admin:beneficiaries_registerkind_change", args=[kind.pk])


def _offices(kinds: Sequence[str]) -> str:
    return "、".join(str(Office.Kind(kind).label) for kind in kinds)


def _head(kind: RegisterKind) -> Facts:
    writers = _offices(kind.writer_kinds) + ("、医疗机构（本机构）" if kind.hospitals_write else "")
    days = f"{kind.deadline_days} 个工作日" if kind.deadline_in_working_days else f"{kind.deadline_days} 天"
    target = ""
    if kind.target_count is not None:
        target = (
            f"{kind.get_target_per_display()}{kind.get_target_period_display()}不少于 {kind.target_count}"
        )
    return Facts(
        title=kind.name,
        items=(
            ("登记内容", text(kind.purpose)),
            ("依据", text(kind.clause)),
            ("登记部门", text(writers)),
            ("责任部门", text(_offices(kind.responsible_kinds))),
            ("办理期限", text(days if kind.deadline_days else "")),
            ("目标", text(target)),
        ),
    )


def _counts(kind: Any) -> Figures:
    page = _page(kind)
    items = [("登记", Cell(text=str(kind.total), numeric=True, url=page))]
    if kind.tracked:
        for state, title, number in (
            ("undone", "未办结", kind.undone),
            ("overdue", "已超期", kind.overdue),
            ("closed", "已办结（销号）", kind.total - kind.undone),
        ):
            items.append(
                (title, Cell(text=str(number), numeric=True, url=f"{page}?{urlencode({'show': state})}"))
            )
    return Figures(items=items)


def _entries(request: HttpRequest, scope: Scope, kind: RegisterKind) -> Table:
    show = request.GET.get("show", "")
    rows = _limited(register_entries(scope=scope, kind=kind), show)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    specs = specs_of(kind)
    tracked = ("责任单位", "期限", "状态") if kind.tracked else ("状态",)
    more = None
    if page.has_next():
        query = urlencode({"show": show, "page": str(page.next_page_number())})
        more = Cell(text="下一页", url=f"{_page(kind)}?{query}")
    return Table(
        title=f"登记（{SHOWN.get(show, '全部')}，共 {page.paginator.count} 条）",
        headers=("日期", *(spec.title for spec in specs), *tracked),
        rows=[_entry_row(entry, shown_values(specs, entry), kind) for entry in page],
        more=more,
        empty="还没有登记",
    )


def _limited(rows: QuerySet[RegisterEntry], show: str) -> QuerySet[RegisterEntry]:
    if show == "undone":
        return rows.filter(state__in=UNDONE)
    if show == "overdue":
        return rows.filter(state__in=UNDONE, due_on__lt=business_date())
    return rows.filter(state=RegisterEntry.State.CLOSED) if show == "closed" else rows


def _entry_row(entry: RegisterEntry, shown: Sequence[str], kind: RegisterKind) -> list[Cell]:
    url = reverse("admin:beneficiaries_registerentry_change", args=[entry.pk])
    cells = [text(value if len(value) <= 60 else value[:59] + "…") for value in shown]
    tracked = (text(entry.responsible or entry.office), due_cell(entry)) if kind.tracked else ()
    return [
        Cell(text=entry.happened_on.isoformat(), url=url, unbroken=True),
        *cells,
        *tracked,
        state_cell(entry),
    ]


def state_cell(entry: RegisterEntry) -> Cell:
    """Where an entry stands, as a label."""
    state = entry.get_state_display()
    tone: Any = STATES[state]
    return Cell(text=state, tone=tone)


def due_cell(entry: RegisterEntry) -> Cell:
    """The deadline; red once it has passed."""
    overdue = entry.state in UNDONE and entry.due_on is not None and entry.due_on < business_date()
    return Cell(text=f"{entry.due_on} 超期", tone="danger") if overdue else text(entry.due_on)


def _gaps(scope: Scope, kind: RegisterKind) -> tuple[Table, ...]:
    rows = register_gaps(scope=scope, kind=kind, on=business_date())
    if not rows:
        return ()
    missing = [row for row in rows if row.missing]
    return (
        Table(
            title=f"目标完成情况（{len(rows) - len(missing)} / {len(rows)} 达到）",
            headers=("单位", "已登记", "目标", "还差"),
            rows=[
                (
                    text(row.unit),
                    count(row.done),
                    count(row.target),
                    Cell(text=str(row.missing), tone="danger") if row.missing else text("达到"),
                )
                for row in rows[:GAPS_SHOWN]
            ],
            numeric=frozenset({1, 2}),
            note=f"差得多的在前，只列前 {GAPS_SHOWN} 个，全部见导出。" if len(rows) > GAPS_SHOWN else "",
        ),
    )
