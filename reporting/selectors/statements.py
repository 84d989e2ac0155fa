"""What a settlement statement is made of (结算单查询): a claim of the scope and everything posted on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum

from common.codes import VisitType
from organizations.scope import Scope
from policies.models import Disease
from reporting.models import PrintSetting
from settlement.errors import ClaimNotFoundError
from settlement.models import Claim, ClaimLine, Payment, Settlement
from settlement.wording import Names, names_of

LINE_COLUMNS = ("amount_fen", "in_scope_fen", "upfront_fen", "over_limit_fen", "excluded_fen")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSource:
    """A claim with its postings, its bill by fee category, and what the year held before it.

    Attributes:
        now: the posting whose explanation last held; a reversal says nothing of its own.
        paid_before: by tier, net, of the year's earlier claims.
        in_scope_before_fen: of the year's earlier claims, net.
        admissions: which stay of the year this is; 0 for other visits.
    """

    claim: Claim
    settlements: Sequence[Settlement]
    now: Settlement
    payments: Sequence[Payment]
    categories: Sequence[Mapping[str, Any]]
    paid_before: Mapping[str, int]
    in_scope_before_fen: int
    admissions: int
    names: Names
    disease: str
    full_id_number: bool
    hotline: str


def statement_source(*, scope: Scope, claim_id: int) -> StatementSource:
    """Read a claim's statement; a dozen queries, however long the bill and the year are.

    Raises:
        ClaimNotFoundError: the scope has no such claim.
    """
    claims = Claim.objects.filter(scope.limit(county="insured_county", hospital="hospital"))
    related = ("person", "hospital", "insured_county", "policy")
    claim = claims.select_related(*related).filter(pk=claim_id).first()
    settlements = list(claim.settlements.order_by("id")) if claim is not None else []
    if claim is None or not settlements:
        raise ClaimNotFoundError(str(claim_id))
    setting = PrintSetting.objects.filter(county=claim.insured_county_id).first()
    now = _now(settlements)
    # Earlier in the fold of the year, which goes by the claim's number in the table.
    earlier = Q(claim__person_year=claim.person_year_id, claim__lt=claim.pk)
    return StatementSource(
        claim=claim,
        settlements=settlements,
        now=now,
        payments=list(claim.payments.order_by("id")),
        categories=_categories(claim),
        paid_before=_paid_before(earlier),
        in_scope_before_fen=Settlement.objects.filter(earlier).aggregate(fen=Sum("in_scope_fen"))["fen"] or 0,
        admissions=_admissions(claim),
        names=names_of(now.inputs["policy_id"]),
        disease=_disease(claim.chronic_disease),
        full_id_number=setting.full_id_number if setting else False,
        hotline=setting.hotline if setting else "",
    )


def _now(settlements: Sequence[Settlement]) -> Settlement:
    explained = [row for row in settlements if row.kind != Settlement.Kind.REVERSAL and row.explanation]
    return explained[-1] if explained else settlements[0]


def _categories(claim: Claim) -> list[Mapping[str, Any]]:
    sums = {column: Sum(column) for column in LINE_COLUMNS}
    lines = ClaimLine.objects.filter(claim=claim).order_by().values("category").annotate(**sums)
    rows: list[Mapping[str, Any]] = [*lines]
    return sorted(rows, key=lambda row: -row["amount_fen"])


def _paid_before(earlier: Q) -> dict[str, int]:
    rows = Payment.objects.filter(earlier).order_by().values_list("tier")
    return dict(rows.annotate(fen=Sum("amount_fen")))


def _admissions(claim: Claim) -> int:
    if claim.visit_type != VisitType.INPATIENT or claim.year_end:
        return 0
    stays = Claim.objects.filter(
        person_year=claim.person_year_id, visit_type=VisitType.INPATIENT, year_end=False, pk__lte=claim.pk
    )
    reversals = Settlement.objects.filter(claim=OuterRef("pk"), kind=Settlement.Kind.REVERSAL)
    # One's own stay counts, even one taken back.
    return stays.filter(Q(pk=claim.pk) | ~Exists(reversals)).count()


def _disease(key: str) -> str:
    """The name of ``list/number``; an unknown one is kept and shown."""
    code, _, number = key.partition("/")
    if not number.isdecimal():
        return key
    found = Disease.objects.filter(disease_list__code=code, number=number).values_list("name", flat=True)
    return found.first() or key
