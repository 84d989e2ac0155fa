"""Which entries of the disease lists a claim's diagnosis suggests (病种提示): shown, never decided here."""

from common.admin_panels import Cell, Panel, Table, text
from common.id_numbers import age_on
from policies.suggestions import Suggestion, diseases_suggested
from settlement.models import Claim


def disease_panels(claim: Claim) -> list[Panel]:
    """The suggested entries beside the disease that was claimed; nothing where the code suggests none."""
    # A year-end entry stands for no visit.
    if not claim.diagnosis_code:
        return []
    found = diseases_suggested(
        policy=claim.policy,
        diagnosis_code=claim.diagnosis_code,
        age_years=age_on(claim.person.born_on, claim.discharged_on),
    )
    if not found:
        return []
    return [
        Table(
            title="诊断编码提示的病种",
            headers=("病种", "所在目录", "还须核对", "申报"),
            rows=[_row(suggestion, claimed=claim.chronic_disease) for suggestion in found],
            note="编码只作提示，是否属于该病种由人审定。",
        )
    ]


def _row(suggestion: Suggestion, *, claimed: str) -> tuple[Cell, ...]:
    disease = suggestion.disease
    return (
        text(disease),
        text("、".join(suggestion.lists)),
        text("、".join(suggestion.needs)),
        text("申报的病种" if disease.key == claimed else ""),
    )
