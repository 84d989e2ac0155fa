"""Why a report is not delivered (报表错误); messages are Chinese and say what to do."""


class ReportError(Exception):
    """The report cannot be made."""


class NothingToReportError(ReportError):
    """There is no ledger that the user may see."""

    def __init__(self) -> None:
        super().__init__("没有可以导出的台账：本季度尚未编制，或不在您的管辖范围内")


class WorkbookMismatchError(ReportError):
    """The sheets do not come to what the database holds; nothing is delivered."""

    def __init__(self, *, ledger_no: str, written: str, expected: str) -> None:
        super().__init__(
            f"台账 {ledger_no} 的工作簿合计 {written} 与数据库 {expected} 不符，未生成文件，请重新编制后再试"
        )


class StatementMismatchError(ReportError):
    """The columns of a statement do not come to what was posted; nothing is printed."""

    code = "statement_mismatch"

    def __init__(self, *, claim_no: str, what: str, written: str, posted: str) -> None:
        super().__init__(
            f"单据 {claim_no} 的结算单{what} {written} 元与记账 {posted} 元不符，未打印，请联系系统管理员核对"
        )


class PayoutMismatchError(ReportError):
    """The list for the bank does not come to what the batch holds; nothing is delivered."""

    def __init__(self, *, batch_no: str, written: str, expected: str) -> None:
        super().__init__(
            f"批次 {batch_no} 的代发清单合计 {written} 与批次 {expected} 不符，未生成文件，请联系管理员"
        )


class RollUpMismatchError(ReportError):
    """The counties' sums differ from the whole; nothing is delivered."""

    def __init__(self, *, indicator: str, added: tuple[int, int], held: tuple[int, int]) -> None:
        super().__init__(
            f"指标“{indicator}”各县（市、区）合计 {added} 与数据库 {held} 不符，"
            "未生成文件，请稍后再试或联系管理员"
        )


class NoticeError(ReportError):
    """A notice cannot be published or an objection not be handled."""

    code = "notice_refused"


class QuarterNotOverError(NoticeError):
    """Figures may still change."""

    code = "quarter_not_over"

    def __init__(self, quarter: str) -> None:
        super().__init__(f"{quarter}还没有结束，不能公示，请在季度结束后发布")


class HotlineMissingError(NoticeError):
    """A notice names where to complain."""

    code = "hotline_missing"

    def __init__(self, county: str) -> None:
        super().__init__(f"{county}还没有登记监督电话，请先在“打印设置”填写咨询监督电话")


class NothingToPublishError(NoticeError):
    """Nobody was treated there."""

    code = "nothing_to_publish"

    def __init__(self) -> None:
        super().__init__("该医疗机构本季度没有本县（市、区）参保人员的慢性病结算，没有可公示的内容")


class NoticeChangedError(NoticeError):
    """Something was posted while the notice was written."""

    code = "notice_changed"

    def __init__(self) -> None:
        super().__init__("公示生成期间有新的记账，没有发布，请重新发布")


class AlreadyClosedError(ReportError):
    """The end was recorded already."""

    code = "already_closed"

    def __init__(self) -> None:
        super().__init__("已经办结（销号），不能再登记；有新情况请另行登记")


class OutOfScopeError(ReportError):
    """The county or hospital is not the user's."""

    code = "out_of_scope"

    def __init__(self) -> None:
        super().__init__("不在您的管辖范围内，请核对县（市、区）和医疗机构")


class DrawError(ReportError):
    """A plan cannot be drawn."""

    code = "draw_refused"


class AlreadyDrawnError(DrawError):
    """One plan, one draw."""

    code = "already_drawn"

    def __init__(self) -> None:
        super().__init__("该计划已经抽取过，结果不能重抽；需要再抽请另立计划")


class TooFewError(DrawError):
    """There is less to draw from than is to be drawn."""

    code = "too_few_to_draw"

    def __init__(self, *, what: str, wanted: int, found: int) -> None:
        super().__init__(f"{what}名册只有 {found} 个，少于要抽取的 {wanted} 个，请调整计划后另立")
