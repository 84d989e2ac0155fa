"""Reads of policies (政策查询). Policies are public: no scope."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from policies.codes import PolicyStatus, ShareLimitKind
from policies.errors import PolicyNotFoundError
from policies.models import (
    CountyRow,
    Disease,
    DiseaseList,
    Drug,
    Funding,
    Policy,
    PolicyParameter,
    PolicyRow,
    Quota,
    Rule,
    ShareLimit,
    Uplift,
    Waiver,
)

RowT = TypeVar("RowT", bound=PolicyRow)
CountyRowT = TypeVar("CountyRowT", bound=CountyRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTables:
    """The rows of one policy that settlements use, clauses, bands, caps and shares read along."""

    policy: Policy
    rules: Sequence[Rule]
    uplifts: Sequence[Uplift]
    waivers: Sequence[Waiver]
    out_of_catalogue: Sequence[ShareLimit]
    overall_ceilings: Sequence[ShareLimit]
    quotas: Sequence[Quota]
    fundings: Sequence[Funding]


def policy_in_force(*, city_code: str, on: date) -> Policy:
    """The published policy of a city on a day (当日生效的政策包): the city is where the person is insured.

    Raises:
        PolicyNotFoundError: nothing is published for that day.
    """
    # The database holds that published periods of a city do not overlap: there is at most one.
    policy = Policy.objects.filter(
        city_code=city_code, status=PolicyStatus.PUBLISHED, valid__contains=on
    ).first()
    if policy is None:
        raise PolicyNotFoundError(city_code=city_code, on=on)
    return policy


def policy_rows(*, policy: Policy) -> PolicyTables:
    """All rows that settlements use; ten queries however many rows there are."""
    limits = list(_cited(ShareLimit.objects.filter(policy=policy)))
    return PolicyTables(
        policy=policy,
        rules=list(_cited(Rule.objects.filter(policy=policy)).prefetch_related("bands", "caps")),
        uplifts=list(_cited(Uplift.objects.filter(policy=policy))),
        waivers=list(_cited(Waiver.objects.filter(policy=policy))),
        out_of_catalogue=[row for row in limits if row.kind == ShareLimitKind.OUT_OF_CATALOGUE],
        overall_ceilings=[row for row in limits if row.kind == ShareLimitKind.OVERALL_CEILING],
        quotas=list(_cited(Quota.objects.filter(policy=policy)).select_related("disease__disease_list")),
        fundings=list(_cited(Funding.objects.filter(policy=policy)).prefetch_related("shares__fund")),
    )


def policy_parameters(*, policy: Policy) -> dict[str, PolicyParameter]:
    """The parameters of a policy by code (参数): targets, days, open questions; a county's own too."""
    return {row.code: row for row in _cited(PolicyParameter.objects.filter(policy=policy))}


def parameter_in_county(*, policy: Policy, code: str, county_code: str) -> PolicyParameter | None:
    """A parameter as it holds in a county (参数的县区规定): its own, else the city's; None for none."""
    rows = _cited(PolicyParameter.objects.filter(policy=policy).filter(Q(code=code) | Q(overrides=code)))
    return next(iter(rows_of_county(rows, county_code)), None)


def rows_of_county(rows: Iterable[CountyRowT], county_code: str) -> list[CountyRowT]:
    """The rows as they hold in a county (县区另行规定): its own in place of those that they override."""
    held = [row for row in rows if row.county_code in {"", county_code}]
    replaced = {row.overrides for row in held if row.county_code}
    return [row for row in held if row.code not in replaced]


def disease_find(*, key: str) -> Disease | None:
    """The disease of a key ``list/number``, None when there is none."""
    code, _, number = key.partition("/")
    if not number.isdecimal():
        return None
    diseases = Disease.objects.select_related("disease_list")
    return diseases.filter(disease_list__code=code, number=int(number)).first()


def disease_list_codes(*, key: str) -> frozenset[str]:
    """The codes of all lists that a disease ``list/number`` stands in: its own and those that gather it."""
    code, _, number = key.partition("/")
    if not number.isdecimal():
        return frozenset()
    disease = {"disease_list__code": code, "number": int(number)}
    own = DiseaseList.objects.filter(diseases__number=int(number), code=code).values_list("code")
    gathered = DiseaseList.objects.filter(also_includes__in=Disease.objects.filter(**disease))
    return frozenset(found for (found,) in own.union(gathered.values_list("code")))


def drug_list_codes(*, names: Collection[str]) -> dict[str, frozenset[str]]:
    """The lists on which drugs stand, by the code or alias that names them; a drug on none is left out."""
    lists: dict[str, set[str]] = defaultdict(set)
    if names:
        drugs = Drug.objects.filter(Q(code__in=names) | Q(aliases__name__in=names))
        for code, alias, drug_list in drugs.values_list("code", "aliases__name", "drug_list__code"):
            for name in {code, alias} & set(names):
                lists[name].add(drug_list)
    return {name: frozenset(codes) for name, codes in lists.items()}


def _cited(rows: QuerySet[RowT]) -> QuerySet[RowT]:
    return rows.select_related("clause__document").order_by("position")
