"""The page of an application for certification (鉴定申请页面): papers, exams against standards, steps."""

from collections.abc import Sequence

from beneficiaries.models import (
    AppliedDisease,
    CertificationApplication,
    CertificationExam,
    CertificationPaper,
)
from common.admin_panels import (
    EMPTY,
    PROVISIONAL,
    Cell,
    Facts,
    Figures,
    Panel,
    Table,
    Tone,
    link,
    period,
    text,
    yuan,
)
from settlement.selectors.certification import Compared, exams_compared, papers_found

State = CertificationApplication.State
Standing = CertificationExam.Standing
TONES: dict[str, Tone] = {
    State.RECEIVED: "info",
    State.PAPERS_MISSING: "warning",
    State.CHECKED: "info",
    State.EXAMINED: "primary",
    State.REVIEWED: "primary",
    State.APPROVED: "primary",
    State.CERTIFIED: "success",
    State.REFUSED: "danger",
    State.WITHDRAWN: "",
}
STANDINGS: dict[str, Tone] = {
    Standing.WAIVED: "success",
    Standing.CHARGED: "info",
    Standing.OUTSIDE: "warning",
    Standing.NOT_ENTITLED: "",
}
RESULTS: dict[str, Tone] = {"present": "success", "missing": "danger", "not_needed": ""}


def certification_panels(application: CertificationApplication) -> list[Panel]:
    """The parts of the page."""
    compared = exams_compared(application=application)
    return [
        _header(application),
        _sums(compared),
        _diseases(compared),
        *[_exams(row) for row in compared],
        _papers(papers_found(application=application)),
        _steps(application),
    ]


def _header(application: CertificationApplication) -> Facts:
    return Facts(
        title=f"申请编号 {application.application_no}",
        badge=Cell(text=application.get_state_display(), tone=TONES[application.state]),
        items=(
            ("人员", link(application.person, label=application.person.name)),
            ("身份证号", text(application.person.masked_id_number)),
            ("参保县（市、区）", text(application.county)),
            ("鉴定机构", text(application.hospital)),
            ("申请日期", text(application.applied_on)),
            ("受理人", text(application.received_by)),
            ("材料核对人", text(application.checked_by)),
            ("审核人", text(application.reviewed_by)),
            ("决定人", text(application.decided_by)),
        ),
    )


def _sums(compared: Sequence[Compared]) -> Figures:
    waived = sum([row.waived_fen for row in compared])
    borne = sum([row.borne_fen for row in compared])
    return Figures(
        items=[
            ("体检费用", yuan(waived + borne)),
            ("免收（机构垫付，县级财政承担）", yuan(waived)),
            ("不减免（个人负担）", yuan(borne)),
        ]
    )


def _diseases(compared: Sequence[Compared]) -> Table:
    return Table(
        title="申请病种",
        headers=("病种", "受理依据", "条款", "结论", "有效期", "就医证"),
        rows=[_disease(row.applied) for row in compared],
    )


def _disease(applied: AppliedDisease) -> list[Cell]:
    decision = getattr(applied, "decision", None)
    issued = getattr(applied, "certificate_step", None)
    clause = PROVISIONAL if applied.provisional else text(applied.clause)
    if applied.provisional and applied.clause:
        clause = Cell(text=applied.clause, note="待核实")
    return [
        text(f"{applied.disease_name}（{applied.disease}）"),
        text(applied.accepted_because),
        clause,
        EMPTY if decision is None else _outcome(granted=decision.granted, reason=decision.reason),
        text(period(decision.valid)) if decision is not None and decision.granted else EMPTY,
        link(issued.certificate, label=issued.certificate.certificate_no) if issued is not None else EMPTY,
    ]


def _outcome(*, granted: bool, reason: str) -> Cell:
    return Cell(text="通过", tone="success") if granted else Cell(text="不予通过", tone="danger", note=reason)


def _exams(row: Compared) -> Table:
    standard = "本病种没有鉴定标准，所有项目不减免。"
    if row.standard is not None:
        missing = f"标准内未做：{'、'.join(row.missing)}。" if row.missing else "标准内项目已全部完成。"
        standard = (
            f"{missing}依据 {row.standard.clause}{'，项目待核实' if row.standard.provisional else ''}。"
        )
    return Table(
        title=f"体检项目与鉴定标准对照：{row.applied.disease_name}",
        note=standard,
        headers=("项目", "体检日期", "对照结果", "票据号", "金额（元）"),
        rows=[
            (
                link(exam, label=exam.item),
                text(exam.done_on),
                Cell(text=exam.get_standing_display(), tone=STANDINGS[exam.standing]),
                text(exam.receipt_no),
                yuan(exam.amount_fen),
            )
            for exam in row.exams
        ],
        foot=(
            text("合计"),
            Cell(text=""),
            Cell(text=""),
            Cell(text=""),
            yuan(row.waived_fen + row.borne_fen),
        ),
        numeric=frozenset({4}),
        empty="还没有录入体检项目",
    )


def _papers(papers: Sequence[CertificationPaper]) -> Table:
    by = f"{papers[0].step.by} {papers[0].step.on} 核对" if papers else ""
    return Table(
        title="申请材料",
        note=by,
        headers=("材料", "结果"),
        rows=[
            (text(row.get_paper_display()), Cell(text=row.get_result_display(), tone=RESULTS[row.result]))
            for row in papers
        ],
        empty="还没有核对",
    )


def _steps(application: CertificationApplication) -> Table:
    steps = application.steps.select_related("by").order_by("id")
    return Table(
        title="办理记录",
        headers=("日期", "步骤", "办理人", "说明", "登记时间"),
        rows=[
            (
                text(step.on),
                text(step.get_kind_display()),
                text(step.by or "接口"),
                text(step.note),
                text(step.at),
            )
            for step in steps
        ],
    )
