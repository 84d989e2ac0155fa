"""Items on which something is still to do (未办结申报明细): few, however many years are behind them."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from organizations.scope import Scope
from reimbursement.models import Approval, LedgerLine, LedgerPayment, LineDeduction, SubmissionItem
from reimbursement.selectors.flow import ItemSums

# Every entry is read once and added up by item; asking item by item would read a ledger's lines for each.
_OPEN = f"""
WITH item AS ({{items}}),
approved AS (
    SELECT item_id, sum(amount_fen) AS fen FROM {Approval._meta.db_table}
    WHERE item_id IN (SELECT id FROM item) GROUP BY item_id
),
paid AS (
    SELECT item_id, sum(amount_fen) AS fen FROM {LedgerPayment._meta.db_table}
    WHERE item_id IN (SELECT id FROM item) GROUP BY item_id
),
deducted AS (
    SELECT line.ledger_id, line.fund, sum(taken.amount_fen) AS fen
    FROM {LineDeduction._meta.db_table} taken JOIN {LedgerLine._meta.db_table} line ON line.id = taken.line_id
    WHERE line.ledger_id IN (SELECT ledger_id FROM item) GROUP BY line.ledger_id, line.fund
),
summed AS (
    SELECT item.id, item.applied_fen, coalesce(deducted.fen, 0) AS deducted_fen,
        coalesce(approved.fen, 0) AS approved_fen, coalesce(paid.fen, 0) AS paid_fen
    FROM item
    LEFT JOIN approved ON approved.item_id = item.id
    LEFT JOIN paid ON paid.item_id = item.id
    LEFT JOIN deducted ON deducted.ledger_id = item.ledger_id AND deducted.fund = item.fund
)
SELECT id, applied_fen, deducted_fen, approved_fen, paid_fen FROM summed
WHERE approved_fen <> paid_fen OR applied_fen - deducted_fen <> paid_fen
"""  # noqa: S608 - the names are our models'; every value travels as a parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An item that is not paid as it is due, with its sums."""

    item: SubmissionItem
    sums: ItemSums


def open_items(*, scope: Scope, due_before: date | None = None) -> list[OpenItem]:
    """Items to approve or to pay that the scope may see, in the order of their keys; two queries.

    Args:
        scope: whose items.
        due_before: only those of which some part is due before that day.
    """
    asked = SubmissionItem.objects.filter(
        scope.limit(county="submission__county", hospital="hospital"),
        Q(submission__first_due_on__lt=due_before) if due_before else Q(),
        submission__pays=True,
    ).order_by()
    try:
        items, parameters = asked.values_list(
            "id", "ledger_id", "fund", "applied_fen"
        ).query.sql_with_params()
    except EmptyResultSet:
        # Who sees nothing asks nothing.
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(items=items), parameters)
        sums = {
            item_id: ItemSums(
                applied_fen=applied,
                deducted_fen=int(deducted),
                approved_fen=int(approved),
                paid_fen=int(paid),
            )
            for item_id, applied, deducted, approved, paid in cursor
        }
    rows = SubmissionItem.objects.select_related("submission__kind", "submission__county", "hospital")
    return [OpenItem(item=item, sums=sums[item.pk]) for item in rows.filter(pk__in=sums).order_by("pk")]
