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
