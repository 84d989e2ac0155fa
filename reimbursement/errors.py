"""Why a ledger is refused (台账错误); messages are Chinese and say what to do."""

from reimbursement.quarters import Quarter


class LedgerError(Exception):
    """The ledger cannot be built or submitted."""


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


class StepRefusedError(LedgerError):
    """The step is not the ledger's next one."""

    def __init__(self, *, step: str, now: str) -> None:
        super().__init__(f"台账现在是“{now}”，不能办理“{step}”；内容有变动的须由医疗机构重新确认")


class ReasonMissingError(LedgerError):
    """A step that has to be explained was not."""

    def __init__(self) -> None:
        super().__init__("请填写原因")


class NothingToSubmitError(LedgerError):
    """No open ledger of the kind, county and quarter."""

    def __init__(self, *, quarter: Quarter) -> None:
        super().__init__(f"{quarter}没有待报送的台账，请先编制")


class NotReviewedError(LedgerError):
    """Ledgers that the hospital did not confirm or the office did not review, as they are now."""

    def __init__(self, *, names: list[str]) -> None:
        super().__init__(f"以下医疗机构的台账尚未确认或审核：{'、'.join(names)}")


class DeductionError(LedgerError):
    """The amount cannot be taken off the line."""

    def __init__(self, *, left: str) -> None:
        super().__init__(f"扣减金额须大于零，且不超过该笔尚未扣减的 {left} 元")


class TakenTwiceError(LedgerError):
    """What was deducted from a line is taken back once more by a correction."""

    def __init__(self, *, lines: int) -> None:
        super().__init__(
            f"有 {lines} 笔费用先已扣减，现又冲销，会重复扣回；请先到原台账撤销对这些明细的扣减，再审核"
        )


class AfterApprovalError(LedgerError):
    """What is due would fall below what was approved or paid."""

    def __init__(self) -> None:
        super().__init__("核定金额已超过扣减后的应付金额，请先撤销核定；已拨付的请先撤销或登记退回")


class NothingToApproveError(LedgerError):
    """All that is due was approved."""

    def __init__(self) -> None:
        super().__init__("没有待核定的金额")


class PaymentRefusedError(LedgerError):
    """More than was approved, of another sign, or nothing."""

    def __init__(self, *, open_fen: str) -> None:
        super().__init__(f"拨付金额须与已核定未拨付的 {open_fen} 元同向，且不超过它")


class BankReferenceError(LedgerError):
    """The bank reference is missing or known."""

    def __init__(self, *, reference: str) -> None:
        super().__init__(
            f"银行流水号“{reference}”已登记过，请核对是否重复拨付" if reference else "请填写银行流水号"
        )


class PaymentDateError(LedgerError):
    """A day that cannot be."""

    def __init__(self, *, what: str) -> None:
        super().__init__(what)


class UndoneAlreadyError(LedgerError):
    """The entry was taken back before, or is itself a counter-entry."""

    def __init__(self) -> None:
        super().__init__("这笔记录已经撤销，或本身就是撤销记录")


class ReceivedAlreadyError(LedgerError):
    """The payment was acknowledged before, or taken back."""

    def __init__(self) -> None:
        super().__init__("这笔拨付已确认到账，或已撤销")


class ReceivedPaymentError(LedgerError):
    """The hospital acknowledged the payment: nobody else can say that it never came."""

    def __init__(self) -> None:
        super().__init__(
            "医疗机构已确认到账，不能撤销登记；款项由银行或医疗机构退回的，请凭退回的银行流水号登记退回"
        )


class BudgetError(LedgerError):
    """The entry of a budget cannot be."""

    def __init__(self) -> None:
        super().__init__("请填写金额和预算文号；调减后当年预算不能小于零")
