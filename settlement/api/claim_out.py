"""Answers as JSON (答复): yuan as strings with two decimals, per cent as strings."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from common.codes import Tier
from common.money import format_percent, format_yuan
from settlement.advice.terms import Advice
from settlement.answers import ClaimAnswer, ClaimDetail, PostingAnswer
from settlement.engine.explain_zh import describe
from settlement.figures import Figures, Part
from settlement.models import Payment

_TIER_NAMES = {str(code): str(label) for code, label in Tier.choices}
_HOSPITAL, _PATIENT = Payment.Payee.HOSPITAL.value, Payment.Payee.PATIENT.value
_FIGURE_NAMES = tuple(name.removesuffix("_fen") for name in Figures._fields)


def claim_out(answer: ClaimAnswer) -> dict[str, Any]:
    """A settlement with its payments, its reasons and the sentences that print them."""
    return {
        "claim_no": answer.claim_no,
        "status": answer.status,
        "visit_type": answer.visit_type,
        "admitted_on": answer.admitted_on.isoformat(),
        "discharged_on": answer.discharged_on.isoformat(),
        "benefit_year": answer.discharged_on.year,
        "policy": answer.policy_code,
        "posted_on": answer.posted_on.isoformat() if answer.posted_on is not None else None,
        **_figures(answer.figures),
        "payments": payments_out(answer.parts),
        "explanation": yuan_out(answer.explanation),
        "sentences": describe(answer.explanation) if answer.explanation else [],
        "advice": [_advice(found) for found in answer.advice],
    }


def _advice(found: Advice) -> dict[str, Any]:
    """What a rule found; other claims that it rests on are the office's to see."""
    return {
        "rule": found.rule,
        "kind": found.kind,
        "title": found.title,
        "severity": found.severity,
        "clause": found.clause,
        "provisional": found.provisional,
        "evidence": found.evidence,
        "lines": list(found.line_nos),
    }


def detail_out(detail: ClaimDetail) -> dict[str, Any]:
    """A claim as it stands, net of adjustments, with every posting on it."""
    return claim_out(detail.now) | {"postings": [posting_out(posting) for posting in detail.postings]}


def posting_out(posting: PostingAnswer) -> dict[str, Any]:
    """One posting; a reversal and an adjustment have signed amounts."""
    return {
        "kind": posting.kind,
        "posted_on": posting.posted_on.isoformat(),
        "reason": posting.reason,
        **_figures(posting.figures),
        "payments": payments_out(posting.parts),
    }


def payments_out(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Payments by tier and rule, each with its funds."""
    groups: dict[tuple[str, str, str], list[Part]] = {}
    for part in parts:
        groups.setdefault(part[:3], []).append(part)
    return [
        {
            "tier": tier,
            "tier_name": _TIER_NAMES.get(tier, tier),
            "benefit": benefit,
            "rule": rule,
            "amount": format_yuan(sum([part.amount_fen for part in group])),
            "to_hospital": _sum_to(group, _HOSPITAL),
            "to_patient": _sum_to(group, _PATIENT),
            "paid_elsewhere": _sum_to(group, Payment.Payee.FUND.value),
            "funds": [
                {"fund": part.fund, "payee": part.payee, "amount": format_yuan(part.amount_fen)}
                for part in group
            ],
        }
        for (tier, benefit, rule), group in groups.items()
    ]


def yuan_out(value: Any) -> Any:
    """An explanation for people outside: ``rate_bp: 6500`` becomes ``rate: "65%"``, fen become yuan."""
    # Explanations are plain JSON values: exact types keep this fast.
    kind = type(value)
    if kind is list or kind is tuple:
        return [yuan_out(item) for item in value]
    if kind is not dict:
        return value
    outside: dict[str, Any] = {}
    for key, item in value.items():
        name, write = _names.get(key) or _name(key)
        if type(item) is int:
            outside[name] = write(item)
        elif type(item) is str:
            outside[name] = item
        elif write is not _same and type(item) is not dict:
            outside[name] = [write(part) for part in item]
        else:
            outside[name] = yuan_out(item)
    return outside


def _same(number: int) -> int:
    return number


# What keys are called outside, and how their integers are written; the engine has a few dozen.
_names: dict[str, tuple[str, Callable[[int], str | int]]] = {}


def _name(key: str) -> tuple[str, Callable[[int], str | int]]:
    if key.endswith("_fen"):
        found: tuple[str, Callable[[int], str | int]] = (key.removesuffix("_fen"), format_yuan)
    elif key.endswith("_bp"):
        found = (key.removesuffix("_bp"), format_percent)
    else:
        found = (key, _same)
    return _names.setdefault(key, found)


def _figures(figures: Figures) -> dict[str, str]:
    return dict(zip(_FIGURE_NAMES, map(format_yuan, figures), strict=True))


def _sum_to(group: Sequence[Part], payee: str) -> str:
    return format_yuan(sum([part.amount_fen for part in group if part.payee == payee]))
