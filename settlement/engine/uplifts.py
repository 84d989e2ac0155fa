"""Which uplifts hold for one rule (倾斜政策): of one kind the best, never two together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from common.money import share_of
from settlement.engine.errors import MissingParameterError
from settlement.engine.matching import Situation, matches
from settlement.engine.terms import Rule, Uplift, UpliftKind

NOT_REFERRED = "not_referred"
_BEST_OF: tuple[UpliftKind, ...] = ("rate_add", "drug_rate_add", "rate_floor", "rate_cut", "no_cap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What the uplifts that hold make of a rule's terms; ``held`` names them, one per kind."""

    ordinary_deductible_fen: int
    deductible_fen: int
    rate_add_bp: int = 0
    rate_floor_bp: int = 0
    rate_cut_bp: int = 0
    drug_rate_add_bp: int = 0
    no_cap: bool = False
    held: tuple[Uplift, ...] = ()

    def rate_of(self, ordinary_bp: int) -> int:
        """A band's rate after uplifts, bp: between 0 and 100 %."""
        raised_bp = min(10_000, max(self.rate_floor_bp, ordinary_bp + self.rate_add_bp))
        return max(0, raised_bp - self.rate_cut_bp)

    def drug_rate_of(self, ordinary_bp: int) -> int:
        """A band's rate for listed drugs, bp: of both added points the higher ones, never their sum."""
        return replace(self, rate_add_bp=max(self.rate_add_bp, self.drug_rate_add_bp)).rate_of(ordinary_bp)

    def with_deductible_of(self, other: "Adjustment") -> "Adjustment":
        """These terms with the other's deductible."""
        return replace(self, deductible_fen=other.deductible_fen)

    def with_rates_of(self, other: "Adjustment") -> "Adjustment":
        """These terms with the other's rates."""
        return replace(
            self,
            rate_add_bp=other.rate_add_bp,
            rate_floor_bp=other.rate_floor_bp,
            rate_cut_bp=other.rate_cut_bp,
            drug_rate_add_bp=other.drug_rate_add_bp,
        )


def adjustment_for(rule: Rule, uplifts: Iterable[Uplift], situation: Situation) -> Adjustment:
    """Choose the uplifts that hold for a rule: lowest deductible, largest add, highest floor, largest cut.

    Raises:
        MissingParameterError: the rule has no deductible.
    """
    matching = [uplift for uplift in uplifts if _holds(uplift, rule, situation)]
    ordinary_fen = _ordinary_deductible(rule, situation.admission)
    held: list[Uplift] = []
    deductible_fen = ordinary_fen
    for uplift in matching:
        lowered_fen = _lowered_deductible(uplift, ordinary_fen, situation.admission)
        if lowered_fen < deductible_fen:
            deductible_fen, held = lowered_fen, [uplift]
    best = {kind: _best(matching, kind) for kind in _BEST_OF}
    held += [uplift for uplift in best.values() if uplift is not None]
    return Adjustment(
        ordinary_deductible_fen=ordinary_fen,
        deductible_fen=deductible_fen,
        rate_add_bp=_value(best["rate_add"]),
        rate_floor_bp=_value(best["rate_floor"]),
        rate_cut_bp=_value(best["rate_cut"]),
        drug_rate_add_bp=_value(best["drug_rate_add"]),
        no_cap=best["no_cap"] is not None,
        held=tuple(held),
    )


def _holds(uplift: Uplift, rule: Rule, situation: Situation) -> bool:
    if uplift.tier != rule.tier or (uplift.rules and rule.code not in uplift.rules):
        return False
    # Without a proper referral only ordinary terms apply (黔南医保发〔2019〕36号 二(七)).
    if uplift.lost_without_referral and situation.referral == NOT_REFERRED:
        return False
    return matches(uplift.condition, situation)


def _ordinary_deductible(rule: Rule, admission: int) -> int:
    amounts_fen = rule.deductible.amounts_fen
    if not amounts_fen:
        raise MissingParameterError(f"待遇规则 {rule.code} 未填写起付线，请先在政策中补充。")
    return amounts_fen[min(max(admission, 1), len(amounts_fen)) - 1]


def _lowered_deductible(uplift: Uplift, ordinary_fen: int, admission: int) -> int:
    if uplift.kind == "deductible_waive":
        return 0
    if uplift.kind == "deductible_scale":
        return share_of(ordinary_fen, uplift.value)
    # Only admissions are counted, so only an admission can be among the first n.
    if uplift.kind == "deductible_waive_first" and 1 <= admission <= uplift.value:
        return 0
    return ordinary_fen


def _best(matching: list[Uplift], kind: str) -> Uplift | None:
    of_kind = [uplift for uplift in matching if uplift.kind == kind]
    return max(of_kind, key=lambda uplift: uplift.value, default=None)


def _value(uplift: Uplift | None) -> int:
    return uplift.value if uplift is not None else 0
