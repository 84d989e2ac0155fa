"""What is posted in a person's benefit year, net per claim (年度记账): one statement, one snapshot."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction

from settlement.engine.facts import CostLine
from settlement.figures import ZERO, Figures
from settlement.inputs import Inputs, inputs_load
from settlement.models import Settlement

# Everything as JSON arrays, ordered: a year needs one row, and a stream of years flat memory.
_SELECT = """
SELECT y.id,
    (SELECT json_agg(json_build_array(c.id, c.claim_no, c.hospital_id, c.insured_county_id, c.benefit_year)
            ORDER BY c.id)
        FROM settlement_claim c WHERE c.person_year_id = y.id),
    (SELECT json_agg(json_build_array(l.claim_id, l.line_no, l.category, l.amount_fen, l.in_scope_fen,
            l.excluded_fen, l.over_limit_fen, l.upfront_fen) ORDER BY l.claim_id, l.line_no)
        FROM settlement_claimline l JOIN settlement_claim c ON c.id = l.claim_id
        WHERE c.person_year_id = y.id),
    (SELECT json_agg(json_build_array(s.id, s.claim_id, s.kind, s.inputs, s.total_fen, s.waived_fen,
            s.excluded_fen, s.over_limit_fen, s.upfront_fen, s.in_scope_fen, s.over_quota_fen,
            s.hospital_borne_fen, s.paid_fen, s.account_fen, s.patient_fen) ORDER BY s.id)
        FROM settlement_settlement s WHERE s.person_year_id = y.id),
    (SELECT json_agg(json_build_array(p.claim_id, p.id, p.settlement_id, p.tier, p.benefit, p.rule, p.fund,
            p.payee, p.amount_fen) ORDER BY p.id)
        FROM settlement_payment p JOIN settlement_claim c ON c.id = p.claim_id
        WHERE c.person_year_id = y.id),
    (SELECT json_agg(json_build_array(s.claim_id, e.pool, e.amount) ORDER BY e.id)
        FROM settlement_poolentry e JOIN settlement_settlement s ON s.id = e.settlement_id
        WHERE e.person_year_id = y.id),
    (SELECT s.pools_after::json FROM settlement_settlement s
        WHERE s.person_year_id = y.id ORDER BY s.id DESC LIMIT 1)
"""
# What only checking needs; the server picks it out of the explanations, whose text is ten times as long.
_SELECT_STATED = """,
    (SELECT json_agg(json_build_array(s.id, s.claim_id, s.kind, s.pools_after::json, s.explanation->'totals',
            jsonb_path_query_array(s.explanation, '$.tiers[*].paid_fen ? (@ != 0)'),
            jsonb_path_query_array(s.explanation, '$.tiers[*].account_fen ? (@ != 0)'),
            (SELECT json_agg(json_build_array(e.pool, e.amount))
                FROM settlement_poolentry e WHERE e.settlement_id = s.id)) ORDER BY s.id)
        FROM settlement_settlement s WHERE s.person_year_id = y.id)
"""
_FROM = "FROM settlement_personyear y "
_READ = _SELECT + _FROM
_READ_STATED = _SELECT + _SELECT_STATED + _FROM


class PostedPayment(NamedTuple):
    """One posted payment, signed fen."""

    id: int
    settlement_id: int
    tier: str
    benefit: str
    rule: str
    fund: str
    payee: str
    amount_fen: int


@dataclass(slots=True, kw_only=True)
class PostedClaim:
    """What is posted on one claim: ``figures`` and ``entries`` net, ``stored`` the inputs last used.

    ``rows`` are its settlements: number and figures. A year-end entry has no hospital.
    """

    id: int
    claim_no: str
    hospital_id: int | None
    county_id: int
    benefit_year: int
    lines: list[CostLine] = field(default_factory=list)
    stored: dict[str, Any] = field(default_factory=dict)
    is_reversed: bool = False
    original_id: int = 0
    figures: Figures = ZERO
    rows: list[tuple[int, Figures]] = field(default_factory=list)
    payments: list[PostedPayment] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def inputs(self) -> Inputs:
        """What the claim was last settled on."""
        return inputs_load(self.stored, tuple(self.lines))


class Stated(NamedTuple):
    """What one posting states beside its figures: the pools after it and what its explanation says, fen.

    ``totals`` is None where there is no explanation (冲销); ``paid_fen`` and ``account_fen`` leave out zeros;
    ``entries`` are its own.
    """

    settlement_id: int
    claim_id: int
    kind: str
    pools: Mapping[str, int]
    totals: Mapping[str, int] | None
    paid_fen: Sequence[int]
    account_fen: Sequence[int]
    entries: Sequence[tuple[str, int]] | None


class PostedYear(NamedTuple):
    """A person's benefit year: claims in the order of their first settlement, ``pools`` as last stored.

    ``stated`` is only read for checking.
    """

    id: int
    claims: tuple[PostedClaim, ...]
    pools: Mapping[str, int]
    stated: Sequence[Stated] = ()


def posted_year(person_year_id: int) -> PostedYear:
    """One benefit year; take the lock first when you mean to post."""
    with connection.cursor() as cursor:
        cursor.execute(_READ + "WHERE y.id = %s", [person_year_id])
        return _year(cursor.fetchone())


def posted_years_of(person_year_ids: Sequence[int], *, chunk: int = 50) -> Iterator[list[PostedYear]]:
    """Some benefit years as of one moment, ``chunk`` of them at a time; inside the caller's transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_READ + "WHERE y.id = ANY(%s) ORDER BY y.id", [list(person_year_ids)])
        while rows := cursor.fetchmany(chunk):
            yield [_year(row) for row in rows]


def posted_years(*, chunk: int = 200) -> Iterator[PostedYear]:
    """All benefit years as of one moment, streamed: memory holds ``chunk`` of them at a time."""
    # Inside a transaction the server hands rows out as they are asked for.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_READ_STATED + "ORDER BY y.id")
        while rows := cursor.fetchmany(chunk):
            yield from map(_year, rows)


def _year(row: tuple[Any, ...]) -> PostedYear:
    year_id, claims, lines, settlements, payments, entries, pools, *stated = row
    by_id = {
        claim[0]: PostedClaim(
            id=claim[0], claim_no=claim[1], hospital_id=claim[2], county_id=claim[3], benefit_year=claim[4]
        )
        for claim in claims or ()
    }
    for claim_id, *line in lines or ():
        by_id[claim_id].lines.append(_line(line))
    for settlement_id, claim_id, kind, inputs, *figures in settlements or ():
        # A row that names another year than its claim's belongs to the claim; ``verify`` reports it.
        if claim_id in by_id:
            _add_settlement(by_id[claim_id], settlement_id, kind, inputs, Figures(*figures))
    for claim_id, *payment in payments or ():
        by_id[claim_id].payments.append(PostedPayment(*payment))
    for claim_id, pool, amount in entries or ():
        if claim_id in by_id:
            by_id[claim_id].entries[pool] += amount
    states = [Stated(*state) for state in stated[0] or ()] if stated else []
    return PostedYear(year_id, tuple(by_id.values()), pools or {}, states)


def _add_settlement(
    claim: PostedClaim, settlement_id: int, kind: str, inputs: dict[str, Any], figures: Figures
) -> None:
    claim.stored = inputs
    claim.figures = claim.figures.plus(figures)
    claim.rows.append((settlement_id, figures))
    if kind == Settlement.Kind.ORIGINAL:
        claim.original_id = settlement_id
    elif kind == Settlement.Kind.REVERSAL:
        claim.is_reversed = True


def _line(values: list[Any]) -> CostLine:
    line_no, category, amount, in_scope, excluded, over_limit, upfront = values
    return CostLine(
        line_no=line_no,
        category=category,
        amount_fen=amount,
        in_scope_fen=in_scope,
        excluded_fen=excluded,
        over_limit_fen=over_limit,
        upfront_fen=upfront,
    )
