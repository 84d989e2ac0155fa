"""What the pages of ledgers show (台账页面): head, steps, deductions, lines."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.urls import NoReverseMatch, reverse

from common.admin_panels import Cell, Facts, Table, link, text, yuan
from policies.models import Fund
from reimbursement.models import LedgerLine, LineDeduction, QuarterlyLedger
from reimbursement.selectors import ledger_lines, ledger_stage

LINES_SHOWN = 100
STATUS = {"编制中": "warning", "已报送": "success"}
BLANK = Cell(text="")


def workbook_url(ledger: QuarterlyLedger, *, view: str = "ledger-workbook") -> str:
    """Where reporting serves the Excel file; empty where it does not."""
    try:
        return reverse(f"reporting:{view}", args=[ledger.pk])
    except NoReverseMatch:
        return ""


def due_text(ledger: QuarterlyLedger) -> str:
    """The deadline of a ledger."""
    if ledger.due_on is None:
        return "—"
    return f"{ledger.due_on.isoformat()}{'（待核实）' if ledger.due_provisional else ''}"


def stage_text(ledger: QuarterlyLedger) -> str:
    """What was done last on the ledger's present content."""
    if ledger.status == QuarterlyLedger.Status.SUBMITTED:
        return "已报送"
    stage = ledger_stage(ledger)
    return stage.get_step_display() if stage else "待医疗机构确认"


def ledger_facts(ledger: QuarterlyLedger) -> Facts:
    """The head of a ledger."""
    status = ledger.get_status_display()
    item = ledger.items.select_related("submission").first()
    return Facts(
        title=str(ledger),
        badge=Cell(text=status, tone=STATUS[status]),  # type: ignore[arg-type]
        items=(
            ("台账编号", text(ledger.ledger_no)),
            ("台账种类", text(ledger.kind.title or ledger.kind.code)),
            ("县（市、区）", text(ledger.county)),
            ("医疗机构", link(ledger.hospital)),
            ("笔数", text(ledger.line_count)),
            ("合计（元）", yuan(ledger.total_fen)),
            ("报送期限", text(due_text(ledger))),
            ("编制时间", text(ledger.built_at)),
            ("办理情况", text(stage_text(ledger))),
            ("报送时间", text(ledger.submitted_at)),
            ("报送人", text(ledger.submitted_by)),
            ("汇总申报", link(item.submission, label=item.submission.number) if item else text("")),
        ),
    )


def steps_of(ledger: QuarterlyLedger) -> Table:
    """Who confirmed, reviewed, returned, when; and of which content."""
    steps = ledger.steps.select_related("by", "by_hospital").order_by("-pk")
    return Table(
        title="办理记录",
        headers=("时间", "步骤", "办理人", "说明", "内容"),
        rows=[
            (
                text(step.at),
                text(step.get_step_display()),
                text(step.by or f"{step.by_hospital}（接口）"),
                text(step.note),
                text("现有内容" if step.content_hash == ledger.content_hash else "以前的内容"),
            )
            for step in steps
        ],
        empty="尚未确认",
    )


def deductions_of(ledger: QuarterlyLedger, *, may_undo: bool) -> Table:
    """What the office took off, and why."""
    found = LineDeduction.objects.filter(line__ledger=ledger).select_related("by", "undone_by").order_by("pk")
    return Table(
        title="扣减",
        headers=("时间", "明细", "原因", "扣减人", "金额（元）", ""),
        rows=[
            (
                text(row.at),
                text(row.line_id),
                text(row.reason),
                text(row.by),
                yuan(row.amount_fen),
                _undo(row, may_undo=may_undo),
            )
            for row in found
        ],
        numeric=frozenset({4}),
        empty="没有扣减",
    )


def _undo(row: LineDeduction, *, may_undo: bool) -> Cell:
    if row.undoes_id is not None:
        return text("撤销")
    if hasattr(row, "undone_by"):
        return text("已撤销")
    url = reverse("admin:reimbursement_deduction_undo", args=[row.pk])
    return Cell(text="撤销", url=url) if may_undo else BLANK


def lines_of(ledger: QuarterlyLedger, *, page: str, may_deduct: bool = False) -> Table:
    """A page of the ledger's lines; the total is that of the whole ledger."""
    shown = Paginator(ledger_lines(ledger=ledger), LINES_SHOWN).get_page(page)
    funds = dict(Fund.objects.values_list("code", "name"))
    rows = [(*_line(line), text(funds.get(line.fund, line.fund)), yuan(line.amount_fen)) for line in shown]
    if may_deduct:
        rows = [(*row, _deduct(line)) for row, line in zip(rows, shown, strict=True)]
    following = Cell(text="下一页", url=f"?p={shown.next_page_number()}") if shown.has_next() else None
    pages = shown.paginator.num_pages
    return Table(
        title=f"明细（第{shown.number}页，共{pages}页）" if pages > 1 else "明细",
        headers=(
            "记账日期", "单据号", "姓名", "身份证号", "诊断", "种类", "更正", "资金", "金额（元）",
            *([""] if may_deduct else []),
        ),
        rows=rows,
        foot=(text("台账合计"), *[BLANK] * 7, yuan(ledger.total_fen), *([BLANK] if may_deduct else [])),
        numeric=frozenset({8}),
        more=following,
        empty="没有明细",
    )  # fmt: skip


def _deduct(line: LedgerLine) -> Cell:
    if line.amount_fen <= 0:
        return BLANK
    url = reverse("admin:reimbursement_line_deduct", args=[line.pk])
    return Cell(text="扣减", url=url, unbroken=True)


def _line(line: LedgerLine) -> tuple[Cell, ...]:
    """Day, number, name and kind in one line each; diagnoses and funds wrap."""
    *known, diagnosis, kind, corrects = _known(line)
    return (
        *[replace(cell, unbroken=True) for cell in known],
        diagnosis,
        replace(kind, unbroken=True),
        corrects,
    )


def _known(line: LedgerLine) -> tuple[Cell, ...]:
    corrected = line.corrects
    corrects = text(f"更正明细 {corrected.pk}" if corrected else "")
    if line.exam_advance is not None:
        advance = line.exam_advance
        person = advance.application.person
        return (
            text(advance.posted_on),
            text(advance.application.application_no),
            link(person, label=person.name),
            text(person.masked_id_number),
            text(advance.item),
            text("冲销" if advance.corrects_id else "垫付"),
            corrects,
        )
    if line.service_fee is not None:
        fee = line.service_fee
        person = fee.contract.person
        return (
            text(fee.posted_on),
            text(fee.contract),
            link(person, label=person.name),
            text(person.masked_id_number),
            text(fee.item),
            text("冲销" if fee.corrects_id else "记账"),
            corrects,
        )
    posting: Any = line.settlement or (line.payment and line.payment.settlement)
    claim = posting.claim
    return (
        text(posting.posted_on),
        link(claim),
        link(claim.person, label=claim.person.name),
        text(claim.person.masked_id_number),
        text(claim.diagnosis_name),
        text(posting.get_kind_display()),
        corrects,
    )
