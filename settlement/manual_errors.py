"""Why a step of a claim from papers or of a payment is refused (零星报销、支付的拒绝原因)."""

from collections.abc import Sequence


class ManualError(Exception):
    """The step is refused; the message is Chinese and says what to do."""

    code = "manual_error"


class ManualDaysMissingError(ManualError):
    """The pack does not say how many working days claims from papers take (政策包未定零星报销办理时限)."""

    code = "manual_days_missing"

    def __init__(self, *, policy: str) -> None:
        super().__init__(
            f"政策包 {policy} 没有零星报销的办理时限，请先在政策包的拨付规定中补上“零星报销”的工作日数。"
        )


class PapersMissingError(ManualError):
    """Papers are missing (材料不全): the claim is not accepted, and all that is missing is said at once."""

    code = "papers_missing"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"材料不全，不予受理。请一次性告知申请人补齐：{'、'.join(missing)}。")
        self.missing = tuple(missing)


class InvoiceUsedError(ManualError):
    """An invoice was handed in before (发票重复)."""

    code = "invoice_used"

    def __init__(self, invoice: str, where: str) -> None:
        super().__init__(f"发票 {invoice} 已用于{where}，同一发票不得重复报销；请核对票据代码和号码。")
        self.invoice = invoice


class OverlappingStayError(ManualError):
    """Another visit of the person overlaps this stay (就诊时间重叠); it may be accepted once checked."""

    code = "stay_overlaps"

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__(
            f"与已有的住院时间重叠：{'；'.join(found)}。请核对是否同一次住院；确属两次就诊的，勾选“重叠已核实”后再提交。"
        )
        self.found = tuple(found)


class CountyChangedError(ManualError):
    """The person is insured elsewhere by now (参保县已变更): another county's funds would pay."""

    code = "county_changed"

    def __init__(self, *, now: str) -> None:
        super().__init__(f"受理后参保县（市、区）已变为{now}，请不予支付并退还发票，由{now}受理。")


class StaySettledError(ManualError):
    """An overlapping stay was settled since the papers came in (受理后又有重叠的结算)."""

    code = "stay_settled"

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__(
            f"受理后又结算了时间重叠的住院：{'；'.join(found)}。同一次住院已经结算的，请不予支付；"
            "确属两次住院的，请在说明中写明单据号和核实结果后再通过。"
        )
        self.found = tuple(found)


class EntryInvalidError(ManualError):
    """Something in the entry cannot be (录入有误)."""

    code = "entry_invalid"


class StateError(ManualError):
    """The step does not follow from the state the claim is in (状态不符)."""

    code = "state_wrong"

    def __init__(self, *, step: str, state: str) -> None:
        super().__init__(f"现在的状态是“{state}”，不能办理“{step}”；请刷新页面查看最新状态。")


class SameReviewerError(ManualError):
    """The second reviewer is the first (复审人与初审人相同)."""

    code = "same_reviewer"

    def __init__(self) -> None:
        super().__init__("复审须由初审人以外的人员办理，请交另一名复审人员。")


class NoteMissingError(ManualError):
    """A step needs a reason (未写说明)."""

    code = "note_missing"

    def __init__(self, step: str) -> None:
        super().__init__(f"办理“{step}”须写明原因或结果，请填写说明。")


class AccountInvalidError(ManualError):
    """The account is not the patient's own (账户不符)."""

    code = "account_invalid"


class NothingToPayError(ManualError):
    """No transfer is open (没有待支付)."""

    code = "nothing_to_pay"

    def __init__(self) -> None:
        super().__init__("没有可以支付的款项：待支付的都已列入批次，或没有登记一卡通账户。")


class RepaymentError(ManualError):
    """A repayment cannot be recorded or taken back (退还不能登记)."""

    code = "repayment_invalid"


class BankResultError(ManualError):
    """The bank's answer does not fit the batch (银行结果不符)."""

    code = "bank_result_invalid"
