"""Reads of notices (公示查询): what a quarter's notice would say, and notices that were put up."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from common.codes import Tier
from organizations.models import Hospital, Region
from organizations.scope import Scope
from policies.models import Disease
from reimbursement.quarters import Quarter
from reporting.models import Notice, NoticeObjection, NoticeObjectionStep, NoticeRow
from reporting.notices.names import masked_name
from settlement.models import Payment, Settlement

CHUNK = 2000
_OF_POSTING = {
    "total_fen": "total_fen",
    "waived": "waived_fen",
    "borne": "hospital_borne_fen",
    "patient_fen": "patient_fen",
}


def notice_list(*, scope: Scope) -> QuerySet[Notice]:
    """Notices of the scope."""
    return Notice.objects.filter(scope.limit(county="county", hospital="hospital"))


def objection_list(*, scope: Scope) -> QuerySet[NoticeObjection]:
    """Objections to notices of the scope, each knowing whether it was closed."""
    closed = NoticeObjectionStep.objects.filter(objection=OuterRef("pk"), kind="closed")
    rows = NoticeObjection.objects.filter(scope.limit(county="notice__county", hospital="notice__hospital"))
    return rows.annotate(closed=Exists(closed))


def notice_rows(
    *, county: Region, hospital: Hospital, quarter: Quarter, full_names: bool
) -> Iterator[NoticeRow]:
    """Rows of a notice to be: chronic patients' visits with what the quarter's postings come to.

    What was settled and taken back within the quarter does not appear; a reversal of an earlier quarter's
    visit appears with its minus. One look-up of diseases and one server-side cursor.
    """
    diseases = {
        f"{code}/{number}": name
        for code, number, name in Disease.objects.values_list("disease_list__code", "number", "name")
    }
    number = 0
    for values in _visits(county=county, hospital=hospital, quarter=quarter).iterator(chunk_size=CHUNK):
        if not any(values[name] for name in ("total_fen", "patient_fen", *_tiers())):
            continue
        number += 1
        yield _row(values, number=number, diseases=diseases, full_names=full_names)


def _tiers() -> list[str]:
    return [f"{tier.value}_fen" for tier in Tier]


def _visits(*, county: Region, hospital: Hospital, quarter: Quarter) -> QuerySet[Settlement, dict[str, Any]]:
    posted = Q(posted_on__gte=quarter.first_day, posted_on__lt=quarter.end)
    payments = Payment.objects.filter(posted, claim=OuterRef("claim")).order_by().values("claim")
    by_tier = {
        f"{tier.value}_fen": Coalesce(
            Subquery(payments.filter(tier=tier).annotate(fen=Sum("amount_fen")).values("fen")), 0
        )
        for tier in Tier
    }
    sums = {name: Sum(column) for name, column in _OF_POSTING.items()}
    visits: QuerySet[Settlement, Any] = (
        Settlement.objects.filter(
            posted, claim__insured_county=county, claim__hospital=hospital, claim__chronic_disease__gt=""
        )
        .order_by()
        .values(
            "claim",
            name=F("claim__person__name"),
            disease=F("claim__chronic_disease"),
            diagnosis=F("claim__diagnosis_name"),
            visited_on=F("claim__discharged_on"),
        )
        .annotate(**{f"{name}_sum": total for name, total in sums.items()}, **by_tier)
        .annotate(total_fen=F("total_fen_sum"), patient_fen=F("patient_fen_sum"))
        .order_by("visited_on", "claim")
    )
    return visits


def _row(values: dict[str, Any], *, number: int, diseases: dict[str, str], full_names: bool) -> NoticeRow:
    return NoticeRow(
        number=number,
        claim_id=values["claim"],
        shown_name=values["name"] if full_names else masked_name(values["name"]),
        disease=diseases.get(values["disease"]) or values["diagnosis"],
        visited_on=values["visited_on"],
        total_fen=values["total_fen"],
        **{tier: values[tier] for tier in _tiers()},
        hospital_fen=values["waived_sum"] + values["borne_sum"],
        patient_fen=values["patient_fen"],
    )
