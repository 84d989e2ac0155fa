"""Filters of what is still to be done about payments to patients (支付待办筛选)."""

from common.admin_filters import undone_filter
from settlement.selectors.payouts import without_result

WaitingFilter = undone_filter(
    parameter="bank", value="waiting", title="银行结果", label="待登记", keep=without_result
)
