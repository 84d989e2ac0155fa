"""Very different claims for the tests of the statement (结算单)."""

from typing import Any

from common.codes import FeeCategory
from organizations.models import Hospital
from organizations.scope import EVERYTHING
from reporting.selectors.statements import statement_source
from reporting.statements.compose import compose
from reporting.statements.rows import Statement
from settlement.api.claim_in import read_claim
from settlement.models import Claim
from settlement.services import claim_settle


def settled(hospital: Hospital, body: dict[str, Any]) -> Claim:
    """Settle a request body; the claim."""
    claim_settle(hospital=hospital, claim=read_claim(body))
    return Claim.objects.get(hospital=hospital, claim_no=body["claim_no"])


def statement_of(claim: Claim) -> Statement:
    """The claim's statement as it stands."""
    return compose(statement_source(scope=EVERYTHING, claim_id=claim.pk))


def long_bill(rows: int = 500) -> list[dict[str, Any]]:
    """``rows`` lines over all fee categories, each with a long name and every part of an amount."""
    categories = list(FeeCategory.values)
    return [
        {
            "line_no": number,
            "category": categories[number % len(categories)],
            "item_name": f"#很长的项目名称*{number}" * 8,
            "amount": "1000.00",
            "in_scope": "700.00",
            "upfront": "100.00",
            "over_limit": "50.00",
            "excluded": "150.00",
        }
        for number in range(1, rows + 1)
    ]
