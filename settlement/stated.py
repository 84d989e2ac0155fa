"""What postings state beside their figures: pools after them, and explanations (留存说明的复核)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from common.money import format_yuan
from settlement.engine.result import Settlement as Result
from settlement.figures import ZERO, Figures, added
from settlement.models import Settlement
from settlement.selectors.years import PostedYear, Stated


class Misstated(NamedTuple):
    """One statement that does not fit: on which claim, what it should say, what it says."""

    claim_id: int
    what: str
    expected: str
    stated: str


def newest_misstated(year: PostedYear, results: Mapping[int, Result]) -> Iterator[Misstated]:
    """The newest explanation of every claim that stands, against the fold."""
    newest = {stated.claim_id: stated for stated in year.stated}
    for claim_id, result in results.items():
        if (stated := newest.get(claim_id)) is not None:
            due = {name: getattr(result, name) for name in stated.totals or ()}
            yield from _of_explanation(stated, due, result)


def older_misstated(year: PostedYear) -> Iterator[Misstated]:
    """Every state against the entries up to it, every explanation against the figures up to it."""
    pools: Mapping[str, int] = {}
    sums: dict[int, Figures] = {}
    figures = {number: row for claim in year.claims for number, row in claim.rows}
    for stated in year.stated:
        pools = added(pools, stated.entries or ())
        if pools != stated.pools:
            what = f"记账 {stated.settlement_id} 之后的年度累计"
            yield Misstated(stated.claim_id, what, _pools(pools), _pools(stated.pools))
        now = sums.get(stated.claim_id, ZERO).plus(figures.get(stated.settlement_id, ZERO))
        sums[stated.claim_id] = now
        if stated.kind != Settlement.Kind.REVERSAL:
            due = {name: fen for name, fen in now._asdict().items() if name in (stated.totals or {})}
            yield from _of_explanation(stated, due, None)
            if sum(stated.paid_fen) != now.paid_fen:
                yield _misstated(stated, "各层次支付合计", now.paid_fen, sum(stated.paid_fen))


def _of_explanation(stated: Stated, due: Mapping[str, int], result: Result | None) -> Iterator[Misstated]:
    if stated.totals is None:
        yield Misstated(stated.claim_id, f"记账 {stated.settlement_id} 的计算过程", "有", "无")
        return
    for name, fen in stated.totals.items():
        if due.get(name) != fen:
            label = getattr(Settlement._meta.get_field(name), "verbose_name", name).removesuffix("（分）")
            yield _misstated(stated, label, due.get(name, 0), fen)
    payments = result.payments if result is not None else ()
    for name, what in (("paid_fen", "各层次支付"), ("account_fen", "转个人账户")):
        expected = [fen for payment in payments if (fen := getattr(payment, name))]
        listed = list(getattr(stated, name))
        if result is not None and expected != listed:
            named = f"记账 {stated.settlement_id} 的计算过程所列{what}"
            yield Misstated(stated.claim_id, named, _amounts(expected), _amounts(listed))


def _misstated(stated: Stated, label: str, expected_fen: int, stated_fen: int) -> Misstated:
    what = f"记账 {stated.settlement_id} 的计算过程所列{label}"
    return Misstated(stated.claim_id, what, format_yuan(expected_fen), format_yuan(stated_fen))


def _amounts(amounts_fen: list[int]) -> str:
    return "、".join(map(format_yuan, amounts_fen)) or "无"


def _pools(pools: Mapping[str, int]) -> str:
    return "、".join(f"{pool} {amount}" for pool, amount in sorted(pools.items())) or "无"
