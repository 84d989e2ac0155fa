"""Which list entries a diagnosis code suggests under a policy (病种提示): a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q

from policies.icd10 import Fit, Match, Range, match
from policies.models import (
    AdviceRule,
    ApplicationRule,
    Disease,
    DiseaseList,
    Funding,
    LedgerKind,
    Policy,
    Quota,
    Rule,
    ShareLimit,
    Uplift,
    Waiver,
)

# Whose rows name disease lists.
_NAMING = (Rule, Uplift, Waiver, ShareLimit, Funding, LedgerKind, ApplicationRule, AdviceRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A list entry that a diagnosis code may stand for (病种提示).

    ``needs`` says what must hold besides the code; ``lists`` are the names of all lists of the policy that
    the disease stands in.
    """

    disease: Disease
    match: Match
    lists: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        """Whether the code alone suffices."""
        return self.match.fit == Fit.YES and not self.disease.qualifier

    @property
    def needs(self) -> tuple[str, ...]:
        """What a person must check: the document's qualifier and the remarks of the codes."""
        return tuple(dict.fromkeys(filter(None, (self.disease.qualifier, *self.match.needs))))


def diseases_suggested(
    *, policy: Policy, diagnosis_code: str, age_years: int | None = None
) -> list[Suggestion]:
    """The entries of the policy's lists that a code fits, the certain ones first; five queries."""
    codes = disease_lists_of(policy)
    names: dict[str, str] = {}
    gathered: dict[int | None, list[str]] = {}
    for code, name, disease_id in DiseaseList.objects.filter(code__in=codes).values_list(
        "code", "name", "also_includes"
    ):
        names[code] = name
        gathered.setdefault(disease_id, []).append(code)
    diseases = (
        Disease.objects.filter(Q(disease_list__code__in=codes) | Q(gathered_in__code__in=codes))
        .distinct()
        .select_related("disease_list")
        .prefetch_related("icd10_ranges")
    )
    found = []
    for disease in diseases.order_by("disease_list__code", "number"):
        fit = match(diagnosis_code, ranges_of(disease), age_years=age_years)
        if fit.fit != Fit.NO:
            standing = [disease.disease_list.code, *gathered.get(disease.pk, [])]
            lists = tuple(names[code] for code in standing if code in names)
            found.append(Suggestion(disease=disease, match=fit, lists=lists))
    return sorted(found, key=lambda item: not item.is_certain)


def disease_lists_of(policy: Policy) -> set[str]:
    """The codes of the lists that the policy's rows and quotas name; two queries."""
    first, *others = (
        model._default_manager.filter(policy=policy).order_by().values_list("disease_lists")
        for model in _NAMING
    )
    named: Iterable[list[str]] = (codes for (codes,) in first.union(*others))
    quotas = Quota.objects.filter(policy=policy).values_list("disease__disease_list__code", flat=True)
    return {*chain.from_iterable(named), *quotas}


def ranges_of(disease: Disease) -> list[Range]:
    """A disease's codes as the matcher takes them."""
    return [Range(row.first, row.last, row.excluded, row.remark) for row in disease.icd10_ranges.all()]
