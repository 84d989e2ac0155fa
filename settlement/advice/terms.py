"""What advice is computed from and what it says (疑点提示的输入与结果). Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from policies.icd10 import Range
from settlement.engine.matching import Situation
from settlement.engine.terms import Condition
from settlement.intake import LineDetail, LineInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Drugs or items by name and code; those of ``disease``, or those with a yearly ``dose``."""

    disease: str = ""
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    dose: Decimal | None = None
    dose_unit: str = ""

    def holds(self, *, name: str, code: str) -> bool:
        """Whether a line belongs to it."""
        return any(word in name for word in self.names) or bool(code and code.startswith(self.codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of a pack, compiled (疑点规则)."""

    code: str
    title: str
    kind: str
    severity: str
    condition: Condition
    clause: str
    provisional: bool
    share_bp: int | None = None
    amount_fen: int | None = None
    count: int | None = None
    categories: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()


class Visit(NamedTuple):
    """Another claim of the person that stands, near this one in time."""

    claim_id: int
    hospital_id: int
    visit_type: str
    admitted_on: date
    discharged_on: date


class NamedDisease(NamedTuple):
    """A disease the claim names."""

    name: str
    ranges: tuple[Range, ...]


class Drug(NamedTuple):
    """What the person got of a drug earlier in the benefit year."""

    code: str
    name: str
    dose_unit: str
    dose: Decimal


class DrugDay(NamedTuple):
    """Others who got a drug at the hospital on a day: how many people, and their claims."""

    code: str
    serviced_on: date
    people: int
    claim_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What only the database knows of drugs and identities."""

    drugs: Sequence[Drug] = ()
    drug_days: Sequence[DrugDay] = ()
    identity_ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One claim under advice: what was claimed, and what is known beside it."""

    situation: Situation
    hospital_id: int
    admitted_on: date
    discharged_on: date
    diagnosis_code: str
    chronic_disease: str
    disease_keys: Sequence[str]
    approval_no: str
    lines: Sequence[LineInput]
    details: Mapping[int, LineDetail]
    died_on: date | None
    visits: Sequence[Visit]
    diseases: Mapping[str, NamedDisease]
    history: History = field(default_factory=History)


class Doubt(NamedTuple):
    """What a check found: evidence in Chinese without people's names or ID numbers.

    ``line_nos`` are lines of this claim; ``related`` are other claims, for the office only.
    """

    evidence: str
    line_nos: tuple[int, ...] = ()
    related: tuple[int, ...] = ()


class Advice(NamedTuple):
    """A rule's finding on a claim (疑点提示), as it is stored and answered."""

    rule: str
    title: str
    kind: str
    severity: str
    clause: str
    provisional: bool
    evidence: str
    line_nos: tuple[int, ...]
    related: tuple[int, ...]

    def plain(self) -> dict[str, Any]:
        """Plain values by column."""
        return {**self._asdict(), "line_nos": list(self.line_nos), "related": list(self.related)}
