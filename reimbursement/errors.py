"""Why a ledger is refused (台账错误); messages are Chinese and say what to do."""

from reimbursement.quarters import Quarter


class LedgerError(Exception):
    """The ledger cannot be built or submitted."""


class LedgerSourceError(LedgerError):
    """Nothing is registered yet that the kind could list."""

    def __init__(self, *, kind: str, source: str) -> None:
        super().__init__(f"台账“{kind}”的内容“{source}”还没有登记簿，不能编制")


class LedgerQuarterClosedError(LedgerError):
    """This quarter or a later one of the same series has been submitted without it."""

    def __init__(self, *, quarter: Quarter, submitted: Quarter) -> None:
        super().__init__(f"{submitted}台账已报送，不能再编制{quarter}台账；更正计入{submitted.next}台账")


class QuarterNotOverError(LedgerError):
    """A quarter is submitted after its last day."""

    def __init__(self, *, quarter: Quarter) -> None:
        super().__init__(f"{quarter}尚未结束，{quarter.end.isoformat()}起才能报送；现在可以预编")


class EarlierQuarterOpenError(LedgerError):
    """An earlier quarter of the same series is not submitted yet."""

    def __init__(self, *, earlier: Quarter) -> None:
        super().__init__(f"{earlier}台账尚未报送，请先编制并报送{earlier}台账")


class LedgerOutdatedError(LedgerError):
    """Payments of the quarter are missing: what would be submitted is not what is owed."""

    def __init__(self, *, quarter: Quarter, missing: int) -> None:
        super().__init__(f"{quarter}台账编制后又有{missing}笔支付，请重新编制并核对后再报送")


class LedgerSubmittedError(LedgerError):
    """The ledger was submitted already."""

    def __init__(self, *, quarter: Quarter) -> None:
        super().__init__(f"{quarter}台账已经报送，不能再次报送")
