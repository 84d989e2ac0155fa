"""Budgets (预算登记)."""

from django.contrib.auth.models import User
from django.db import transaction

from organizations.models import Region
from policies.models import Fund
from reimbursement.errors import BudgetError
from reimbursement.models import Budget


@transaction.atomic
def budget_record(
    *,
    county: Region,
    fund: Fund,
    year: int,
    amount_fen: int,
    document: str,
    by: User,
    source: str = Budget.Source.COUNTY,
    note: str = "",
) -> Budget:
    """Record an entry of a budget, or a change of it by its difference (登记预算, 郑卫〔2017〕214号 三(一)).

    Raises:
        BudgetError: nothing, no document, or the year's budget would be negative.
    """
    if not amount_fen or not document.strip():
        raise BudgetError
    # Entries of one county queue on its row.
    Region.objects.select_for_update().get(pk=county.pk)
    entries = Budget.objects.filter(county=county, fund=fund, year=year)
    if sum(entries.values_list("amount_fen", flat=True)) + amount_fen < 0:
        raise BudgetError
    return Budget.objects.create(
        county=county,
        fund=fund,
        year=year,
        source=source,
        amount_fen=amount_fen,
        document=document.strip(),
        note=note.strip(),
        recorded_by=by,
    )
