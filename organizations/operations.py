"""Names of the interface's operations as staff read them (接口操作名称)."""

from collections.abc import Mapping

# By the name of the address, which is what the call log keeps.
OPERATIONS: Mapping[str, str] = {
    "eligibility": "资格查询",
    "disease-suggestions": "病种提示",
    "claim-preview": "预结算",
    "claim-settle": "结算",
    "claim-batch": "批量结算",
    "claim-detail": "查询结算",
    "claim-statement": "一单清",
    "claim-reversal": "冲销",
    "message-outcome": "按消息号查询",
    "referral-register": "转诊登记",
    "referral-detail": "查询转诊登记",
    "approval-request": "耗材审批申请",
    "approval-detail": "查询耗材审批",
    "certification-exams": "鉴定体检",
    "reconcile-totals": "总额对账",
    "reconcile-details": "明细对账",
    "ledger-list": "查询台账列表",
    "ledger-detail": "查询台账明细",
    "ledger-confirm": "确认台账",
}
NO_ADDRESS = "未知网址"


def operation_name(operation: str) -> str:
    """The Chinese name; an address that is no more keeps the name it was logged by."""
    return OPERATIONS.get(operation, operation) if operation else NO_ADDRESS
