"""What the page of a roster shows (名单页面): head, counts, differences, files made of it."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse

from beneficiaries.models import RosterDelivery, RosterImport, RosterRow
from beneficiaries.rosters.headings import BY_KEY, column_letter
from beneficiaries.rosters.problems import PROBLEMS
from beneficiaries.selectors.rosters import Punctuality, roster_rows, rows_of_file
from beneficiaries.services.roster_comparing import SETTLED
from common.admin_panels import Cell, Facts, Figures, Table, Tone, count, link, percent, text
from common.codes import IdentityCategory
from common.id_numbers import mask_id_number
from organizations.models import Office
from organizations.scope import Scope

STATES: dict[str, Tone] = {
    "待核对": "info", "待确认": "warning", "写入中": "warning", "已生效": "success", "撤销中": "warning",
    "已撤销": "", "已放弃": "", "文件有误": "danger",
}  # fmt: skip
TONES: dict[str, Tone] = {
    "new": "success", "changed": "info", "left": "warning", "moved": "warning", "held": "info",
    "wrong": "danger", "duplicate": "", "unchanged": "",
}  # fmt: skip
ROWS_SHOWN = 50


def head_of(roster: RosterImport) -> Facts:
    """Who sent what, and what became of it."""
    state = roster.get_state_display()
    categories = "、".join(str(IdentityCategory(category).label) for category in roster.categories)
    return Facts(
        title=str(roster),
        badge=Cell(text=state, tone=STATES[state]),
        items=(
            ("来源部门", text(roster.get_source_display())),
            ("名单区划", link(roster.region)),
            ("名单日期", text(roster.roster_on)),
            ("收到日期", text(roster.received_on)),
            ("名单种类", text(roster.get_kind_display())),
            ("身份类别", text(categories)) if roster.year is None else ("参保年度", text(roster.year)),
            ("文件", text(roster.file_name)),
            ("文件摘要", text(roster.file_sha256[:16])),
            ("上传", text(f"{roster.uploaded_by}")),
            ("确认", text(roster.confirmed_by)),
            ("生效时间", text(roster.applied_at)),
            ("撤销", text(f"{roster.undone_by} {roster.undone_at:%Y-%m-%d}" if roster.undone_at else "")),
            *((("说明", text(roster.message)),) if roster.message else ()),
        ),
    )


def figures_of(roster: RosterImport) -> Figures:
    """How many rows of each kind; a click shows them."""
    kinds = [
        (str(kind.label), Cell(text=str(roster.count_of(kind)), url=f"?difference={kind}"))
        for kind in RosterRow.Difference
    ]
    settled = Cell(text=str(roster.count_of(SETTLED)), note="期间内有已结算费用")
    return Figures(items=(("名单行数", count(rows_of_file(roster))), *kinds, ("涉及结算的人", settled)))


def rows_of(scope: Scope, roster: RosterImport, asked: QueryDict) -> Table:
    """A page of rows, of one kind if asked; ID numbers masked."""
    kind = asked.get("difference", "")
    if kind not in RosterRow.Difference.values:
        kind = ""
    pages = Paginator(roster_rows(scope=scope, roster=roster, difference=kind), ROWS_SHOWN)
    # Counted already: by kind when the rows were compared.
    pages.count = roster.count_of(kind) if kind else sum(map(roster.count_of, RosterRow.Difference.values))
    shown = pages.get_page(asked.get("p", "1"))
    following = None
    if shown.has_next():
        following = Cell(text="下一页", url=f"?difference={kind}&p={shown.next_page_number()}")
    title = RosterRow.Difference(kind).label if kind else "全部行"
    return Table(
        title=f"{title}（第{shown.number}页，共{pages.num_pages}页，{pages.count}行）",
        headers=("行号", "差异", "姓名", "身份证号", "身份类别或险种", "住址", "变动或问题"),
        rows=[_row(row, roster) for row in shown],
        more=following,
        empty="没有这样的行",
    )


def _row(row: RosterRow, roster: RosterImport) -> Sequence[Cell]:
    masked = mask_id_number(row.id_last4) if row.id_last4 else ""
    return (
        text(row.row_no),
        Cell(text=row.get_difference_display(), tone=TONES.get(row.difference, "")),
        text(row.name),
        text(masked),
        text(row.get_category_display() or row.get_insurance_type_display()),
        text(f"{row.township}{row.village}"),
        text(row.detail or "\n".join(_problems(row, roster))),
    )


def _problems(row: RosterRow, roster: RosterImport) -> list[str]:
    columns: dict[str, int] = roster.headings.get("columns", {})
    found = [(error["field"], error["message"]) for error in row.errors]
    if row.problem:
        found.append(PROBLEMS[row.problem])
    return [
        f"{column_letter(columns[key])}{row.row_no} {BY_KEY[key].title}：{message}"
        if key in columns
        else f"{BY_KEY[key].title}：{message}"
        for key, message in found
    ]


def deliveries_of(roster: RosterImport) -> Table:
    """Files that were made of it, and who received them when."""
    rows = []
    for delivery in roster.deliveries.select_related("made_by"):
        receipt = text(f"{delivery.received_on} {delivery.received_by}" if delivery.received_on else "")
        if delivery.kind == RosterDelivery.Kind.PASSED_ON and delivery.received_on is None:
            url = reverse("admin:beneficiaries_roster_receipt", args=[roster.pk, delivery.pk])
            receipt = Cell(text="登记签收", url=url)
        rows.append(
            (
                text(delivery.made_at),
                text(delivery.get_kind_display()),
                text(delivery.get_recipient_display()),
                count(delivery.row_count),
                text(delivery.made_by),
                receipt,
            )
        )
    return Table(
        title="移交和退回",
        headers=("时间", "用途", "接收部门", "行数", "经办人", "签收"),
        rows=rows,
        numeric=frozenset({3}),
        empty="还没有移交或退回",
    )


def punctuality_of(rows: Sequence[Punctuality]) -> Table:
    """Per county and source: is the list there, complete, correct (R122, R166)."""
    return Table(
        title="各部门名单报送情况",
        note="每月一次（文件只写“及时”，频次待核实）；正确率为没有问题的行占比，空缺为未填写的行占比。",
        headers=(
            "县（市、区）",
            "来源部门",
            "最近名单",
            "收到",
            "在途天数",
            "应报日期",
            "逾期天数",
            "正确率",
            "空缺",
        ),
        rows=[_punctual(row) for row in rows],
        numeric=frozenset({4, 6, 7}),
    )


def _punctual(row: Punctuality) -> Sequence[Cell]:
    source = text(Office.Kind(row.source).label)
    if row.latest is None:
        never = Cell(text="从未收到", tone="danger")
        return (text(row.county), source, never, *[text("")] * 6)
    late = Cell(text=str(row.days_late), tone="danger") if row.days_late else count(0)
    blanks = "、".join(f"{title} {percent(share).text}" for title, share in row.blanks)
    return (
        text(row.county),
        source,
        text(row.latest.roster_on),
        text(row.latest.received_on),
        count(row.days_under_way),
        text(row.due_on),
        late,
        percent(row.good_bp),
        text(blanks),
    )
