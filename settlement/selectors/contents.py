"""In what a request differs from the claim that has its number (内容比对)."""

from collections.abc import Iterator
from typing import Any

from common.money import format_yuan
from settlement.engine.facts import GivenPayment
from settlement.errors import Differing
from settlement.intake import ClaimInput, LineDetail, LineInput
from settlement.models import Claim, Settlement

MAX_DIFFERENCES = 50
# What says something of a person's body, or who it is: named, never shown.
PERSONAL = frozenset(
    {"id_number", "diagnosis_code", "diagnosis_name", "chronic_disease", "diseases", "papers", "line_details"}
)


def claim_differences(*, claim: ClaimInput, earlier_id: int) -> list[Differing]:
    """The fields of a request that differ from the earlier claim, with both values.

    Values are left out where they are personal, and all of them where the two are of different people: what
    the first was charged is then nobody's business.
    """
    before, now = _content_of(Claim.objects.select_related("person").get(pk=earlier_id)), claim.content()
    names = [name for name in {**now, **before} if now.get(name) != before.get(name)]
    hidden = names if "id_number" in names else PERSONAL
    found: list[Differing] = []
    for name in names:
        if name in hidden:
            found.append(Differing(name))
        elif name == "lines":
            found += _line_differences(before["lines"], now["lines"])
        else:
            found.append(Differing(name, _shown(name, before.get(name)), _shown(name, now.get(name))))
    return found[:MAX_DIFFERENCES]


def _line_differences(before: list[list[Any]], now: list[list[Any]]) -> Iterator[Differing]:
    """Line by line: its amount where amounts differ, otherwise without values; None where it is missing."""
    first, second = ({line[0]: line for line in lines} for lines in (before, now))
    for line_no in sorted(first.keys() | second.keys()):
        was, is_now = first.get(line_no), second.get(line_no)
        if was != is_now:
            yield Differing("lines", _amount(was), _amount(is_now), line_no)


def _amount(line: list[Any] | None) -> str | None:
    return format_yuan(line[3]) if line is not None else None


def _shown(name: str, value: Any) -> Any:
    if name == "given" and value is not None:
        return [[tier, fund, format_yuan(fen)] for tier, fund, fen in value]
    return value


def _content_of(claim: Claim) -> dict[str, Any]:
    """What was claimed, in the form of ``ClaimInput.content``."""
    inputs = claim.settlements.get(kind=Settlement.Kind.ORIGINAL).inputs
    lines = claim.lines.order_by("line_no")
    restored = ClaimInput(
        claim_no=claim.claim_no,
        id_number="",
        visit_type=claim.visit_type,
        admitted_on=claim.admitted_on,
        discharged_on=claim.discharged_on,
        bed_days=claim.bed_days,
        referral=claim.referral,
        diagnosis_code=claim.diagnosis_code,
        diagnosis_name=claim.diagnosis_name,
        lines=tuple(LineInput(*line) for line in lines.values_list(*LineInput._fields)),
        # A line that says anything beyond amounts has the day on which it was given.
        details=tuple(
            LineDetail(*detail) for detail in lines.exclude(serviced_on=None).values_list(*LineDetail._fields)
        ),
        chronic_disease=claim.chronic_disease,
        diseases=tuple(inputs["said"]["diseases"]),
        # Lists that only follow from the drugs of lines were not said.
        drug_lists=tuple(inputs["said"].get("drug_lists", inputs["claim"]["drug_lists"])),
        approval_no=inputs["said"]["approval_no"],
        given=tuple(GivenPayment(tier=t, fund=f, amount_fen=a) for t, f, a in inputs["claim"]["given"]),
    )
    papers = inputs["said"].get("papers")
    kept = {"papers": papers} if papers else {}
    return restored.content() | kept | {"id_number": claim.person.id_index}
