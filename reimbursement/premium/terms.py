"""What premium aid is computed from (参保资助的条件): a pack's rows and a person's facts as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policies.codes import PremiumAidKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionTerms:
    """A year's contribution (个人缴费标准), fen; ``central_subsidy_fen`` is None where it is not entered."""

    amount_fen: int
    central_subsidy_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AidTerms:
    """One row of premium aid (参保资助); empty sets match everybody.

    ``age_on`` is the month and day of the insured year on which ages count.
    """

    code: str
    title: str
    clause: str
    provisional: bool
    identities: frozenset[str]
    insurance_types: frozenset[str]
    kind: PremiumAidKind
    amount_fen: int | None
    needs_recognition: bool
    age_from: int | None
    age_below: int | None
    age_on: tuple[int, int]
    funding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTerms:
    """Which funds bear an aid of whom, with weights (资金方案); empty sets match everybody."""

    identities: frozenset[str]
    insurance_types: frozenset[str]
    county_classes: frozenset[str]
    funds: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumTerms:
    """All of a pack that premium aid needs, as it holds in one county.

    ``contributions`` are by year and insurance type, ``fundings`` by group, in the order of the pack.
    """

    contributions: Mapping[tuple[int, str], ContributionTerms]
    aids: Sequence[AidTerms]
    fundings: Mapping[str, Sequence[ShareTerms]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredFacts:
    """Whose premium it is (参保人).

    ``identities`` are those that count for the year; ``unable_to_pay`` says that the authorities recognised
    the person as unable to pay (确实无力缴费).
    """

    identities: frozenset[str]
    insurance_type: str
    county_class: str
    born_on: date
    unable_to_pay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AidCandidate:
    """A row that matches the person (符合的资助条目), fen.

    ``counted`` is False where only the recognition 确实无力缴费 is missing.
    """

    row_code: str
    title: str
    clause: str
    provisional: bool
    amount_fen: int
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FundShare:
    """What one fund bears of an aid (分担), fen."""

    fund: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumAid:
    """The aid of one person and year (资助结果), fen.

    ``row_code`` and ``clause`` are those of the row that holds, "" where no row matches. The shares add up to
    the amount; the person pays ``own_fen``.

    Raises:
        ValueError: the parts do not add up.
    """

    contribution_fen: int
    amount_fen: int
    row_code: str
    clause: str
    provisional: bool
    shares: tuple[FundShare, ...]
    candidates: tuple[AidCandidate, ...]

    def __post_init__(self) -> None:
        """Never more than the contribution, and every fen borne by a fund."""
        if not 0 <= self.amount_fen <= self.contribution_fen:
            raise ValueError(f"aid of {self.amount_fen} fen on a contribution of {self.contribution_fen}")
        if sum(share.amount_fen for share in self.shares) != self.amount_fen:
            raise ValueError(f"shares {self.shares} do not add up to {self.amount_fen}")

    @property
    def own_fen(self) -> int:
        """What the person pays (个人实缴)."""
        return self.contribution_fen - self.amount_fen
