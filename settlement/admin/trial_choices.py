"""What the fields of a trial offer (试算可选项): diseases, drug lists, county classes of the packs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from policies.models import ConditionedRow, Disease, Funding, Rule, Uplift, Waiver

Choice = tuple[str, str]
_CONDITIONED: tuple[type[ConditionedRow], ...] = (Rule, Uplift, Waiver, Funding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Codes with what people read; diseases under their list."""

    diseases: Sequence[tuple[str, Sequence[Choice]]]
    drug_lists: Sequence[Choice]
    county_classes: Sequence[Choice]


def trial_choices() -> Choices:
    """All that any pack names; nine queries."""
    rows = Disease.objects.order_by("disease_list__name", "disease_list__code", "number").values_list(
        "disease_list__name", "disease_list__code", "number", "name"
    )
    diseases = [
        (group, [(f"{code}/{number}", f"{number} {name}") for _, code, number, name in items])
        for group, items in groupby(rows, key=lambda row: row[0])
    ]
    drugs: dict[str, str] = {}
    classes: set[str] = set()
    for model in _CONDITIONED:
        records = model._default_manager
        for codes, title in records.exclude(drug_lists=[]).values_list("drug_lists", "title"):
            for code in codes:
                drugs.setdefault(code, title or code)
        for (named,) in records.exclude(county_classes=[]).values_list("county_classes"):
            classes.update(named)
    return Choices(
        diseases=diseases,
        drug_lists=sorted(drugs.items()),
        county_classes=[("", "不分类"), *((name, name) for name in sorted(classes))],
    )
