"""A claim as a hospital submits it (费用申报), normalized, and the plausibility of its dates."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from common.codes import VisitType
from common.encryption import blind_index
from settlement.engine.facts import CostLine, GivenPayment
from settlement.errors import ClaimDatesError

# Shared by all lines: making one costs as much as the rest of a line.
_NO_LISTS: frozenset[str] = frozenset()


class LineInput(NamedTuple):
    """One line of the bill, amounts in fen; its parts make its amount."""

    line_no: int
    category: str
    item_name: str
    amount_fen: int
    in_scope_fen: int
    upfront_fen: int
    over_limit_fen: int
    excluded_fen: int


class LineDetail(NamedTuple):
    """What a line says beyond its amounts (用药和项目信息): for advice; ``drug_code`` also decides money.

    ``dose`` is the active substance that the whole line dispenses, in ``dose_unit``; ``serviced_on`` the day
    on which it was given. Quantity and dose have up to four decimals.
    """

    line_no: int
    item_code: str
    drug_code: str
    quantity: Decimal | None
    unit: str
    dose: Decimal | None
    dose_unit: str
    expires_on: date | None
    serviced_on: date

    def plain(self) -> dict[str, Any]:
        """Plain values by column; a number is written one way only."""
        return {
            **self._asdict(),
            "quantity": _plain_number(self.quantity),
            "dose": _plain_number(self.dose),
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
            "serviced_on": self.serviced_on.isoformat(),
        }


def _plain_number(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


@dataclass(frozen=True, kw_only=True)
class ClaimInput:
    """One visit or stay, checked field by field; ``lines`` in the order of their numbers.

    ``details`` are those of the lines that say more than amounts, in the same order.

    ``chronic_disease`` and ``diseases`` are keys ``list/number``. ``approval_no`` is the office's approval of
    cost outside the catalogue. ``given`` is what another system already paid. ``papers`` are the numbers of
    the papers shown at a chronic visit (三证).

    ``message_id`` and ``expected`` belong to the request, not to the claim: the number the request is asked
    about later, and the figures, fen by name, that settling must come to.

    ``from_papers``: the patient paid the bill and claims at the office (零星报销), so the patient is paid.
    """

    claim_no: str
    id_number: str
    visit_type: str
    admitted_on: date
    discharged_on: date
    bed_days: int
    referral: str
    diagnosis_code: str
    diagnosis_name: str
    lines: tuple[LineInput, ...]
    chronic_disease: str = ""
    diseases: tuple[str, ...] = ()
    drug_lists: tuple[str, ...] = ()
    approval_no: str = ""
    given: tuple[GivenPayment, ...] = ()
    details: tuple[LineDetail, ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict)
    message_id: str = ""
    expected: Mapping[str, int] = field(default_factory=dict)
    from_papers: bool = False

    @property
    def benefit_year(self) -> int:
        """The year of the discharge (outpatient: of the visit)."""
        return self.discharged_on.year

    @cached_property
    def id_index(self) -> str:
        """By what the person is looked up."""
        return blind_index(self.id_number)

    @property
    def disease_keys(self) -> list[str]:
        """Every disease the claim names, once."""
        return sorted({*self.diseases, self.chronic_disease} - {""})

    @property
    def drug_codes(self) -> dict[int, str]:
        """The drug of each line that names one."""
        return {detail.line_no: detail.drug_code for detail in self.details if detail.drug_code}

    def cost_lines(self, drug_lists: Mapping[str, frozenset[str]]) -> tuple[CostLine, ...]:
        """The lines as the engine takes them; ``drug_lists`` are the lists of drugs by their code."""
        codes = self.drug_codes if drug_lists else {}
        return tuple(
            [
                CostLine(
                    line_no=line_no,
                    category=category,
                    amount_fen=amount,
                    in_scope_fen=in_scope,
                    upfront_fen=upfront,
                    over_limit_fen=over_limit,
                    excluded_fen=excluded,
                    drug_lists=drug_lists.get(codes.get(line_no, ""), _NO_LISTS),
                )
                for line_no, category, _, amount, in_scope, upfront, over_limit, excluded in self.lines
            ]
        )

    @property
    def papers_kept(self) -> dict[str, str]:
        """The papers as they are stored: a card's number may be the ID number: its blind index is."""
        return {
            name: blind_index(number) if name == "insurance_card" else number
            for name, number in sorted(self.papers.items())
        }

    def content(self) -> dict[str, Any]:
        """What makes this claim this claim, by field; the person by the blind index, not the number."""
        return {
            "id_number": self.id_index,
            "visit_type": self.visit_type,
            "admitted_on": self.admitted_on.isoformat(),
            "discharged_on": self.discharged_on.isoformat(),
            "bed_days": self.bed_days,
            "referral": self.referral,
            "diagnosis_code": self.diagnosis_code,
            "diagnosis_name": self.diagnosis_name,
            "lines": [list(line) for line in self.lines],
            "chronic_disease": self.chronic_disease,
            "diseases": list(self.diseases),
            "drug_lists": list(self.drug_lists),
            "approval_no": self.approval_no,
            "given": [[part.tier, part.fund, part.amount_fen] for part in self.given],
            # Named only where said: what was claimed before these fields existed keeps its hash.
            **({"line_details": [detail.plain() for detail in self.details]} if self.details else {}),
            **({"papers": self.papers_kept} if self.papers else {}),
            # Who is paid: a hospital's own claim never passes for the patient's.
            **({"from_papers": True} if self.from_papers else {}),
        }

    @cached_property
    def content_hash(self) -> str:
        """Of the content: equal for a repeated request, however it was written."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True).encode()).hexdigest()


def check_dates(claim: ClaimInput, *, today: date) -> None:
    """Refuse dates and bed-days that cannot be.

    Raises:
        ClaimDatesError: discharge after ``today`` or before admission, or bed-days outside the stay.
    """
    if claim.discharged_on > today:
        raise ClaimDatesError("date_in_future", f"出院（就诊）日期晚于今天（{today}），请核对日期。")
    if claim.admitted_on > claim.discharged_on:
        raise ClaimDatesError("dates_out_of_order", "入院日期晚于出院日期，请核对日期。")
    nights = (claim.discharged_on - claim.admitted_on).days
    most = nights + 1 if claim.visit_type == VisitType.INPATIENT else 0
    if claim.bed_days > most:
        raise ClaimDatesError(
            "bed_days_implausible", f"床日 {claim.bed_days} 超过这次就诊最多的 {most} 天，请核对床日和日期。"
        )
