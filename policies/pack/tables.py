"""Rows of the tables as a pack file would say them (政策表转为政策包内容)."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from policies.models import Clause, Disease, DiseaseList, DrugList, Fund, Policy, PolicyDocument
from policies.pack.library import CLAUSES, DISEASES, DOCUMENTS, FUNDS, ICD10
from policies.pack.rows import Row
from policies.pack.shapes import POLICY, Key, Shape

# What reading a row's references needs, so that every section is one query.
RELATED = {
    "rules": ["clause__document"],
    "quotas": ["clause__document", "disease__disease_list"],
    "exam_standards": ["clause__document", "disease__disease_list"],
    "ledgers": ["clause__document", "fund"],
    "shares": ["fund"],
}


def row_of_policy(policy: Policy) -> Row:
    """The whole pack; about a dozen queries, however large."""
    values: dict[str, object] = {
        key.attribute: getattr(policy, key.attribute)
        for key in POLICY.keys
        if key.attribute not in {"valid_from", "valid_to"}
    }
    values["valid_from"], values["valid_to"] = policy.valid.lower, policy.valid.upper
    children = {shape.section: _rows_of_policy(shape, policy) for shape in POLICY.children}
    return Row(values=values, children=children)


def row_of_document(document: PolicyDocument) -> Row:
    """A document with all its clauses."""
    clauses = [row_of(CLAUSES, clause) for clause in document.clauses.all()]
    return Row(values=_values(DOCUMENTS.keys, document), children={"clauses": clauses})


def row_of_fund(fund: Fund) -> Row:
    """A fund."""
    return row_of(FUNDS, fund)


def row_of_disease_list(disease_list: DiseaseList) -> Row:
    """A disease list with its diseases."""
    values: dict[str, object] = {
        "code": disease_list.code,
        "name": disease_list.name,
        "clause": str(disease_list.clause) if disease_list.clause else "",
        "also_includes": [disease.key for disease in disease_list.also_includes.all()],
    }
    diseases = disease_list.diseases.prefetch_related("aliases", "icd10_ranges").all()
    return Row(values=values, children={"diseases": [_row_of_disease(disease) for disease in diseases]})


def row_of_drug_list(drug_list: DrugList) -> Row:
    """A drug list with its drugs."""
    values: dict[str, object] = {
        "code": drug_list.code,
        "name": drug_list.name,
        "clause": str(drug_list.clause) if drug_list.clause else "",
        "provisional": drug_list.provisional,
        "note": drug_list.note,
    }
    drugs = [
        Row(
            values={
                "code": drug.code,
                "name": drug.name,
                "aliases": [alias.name for alias in drug.aliases.all()],
            },
            children={},
        )
        for drug in drug_list.drugs.prefetch_related("aliases")
    ]
    return Row(values=values, children={"drugs": drugs})


def row_of(shape: Shape, record: models.Model) -> Row:
    """One record; its children must be prefetched."""
    children = {
        child.section: [row_of(child, item) for item in getattr(record, child.section).all()]
        for child in shape.children
    }
    return Row(values=_values(shape.all_keys, record), children=children)


def _rows_of_policy(shape: Shape, policy: Policy) -> list[Row]:
    related = RELATED.get(shape.section, ["clause__document"])
    records: Any = shape.model._default_manager.filter(policy=policy).order_by("position")
    records = records.select_related(*related)
    for child in shape.children:
        nested = child.model._default_manager.select_related(*RELATED.get(child.section, []))
        records = records.prefetch_related(models.Prefetch(child.section, queryset=nested))
    return [row_of(shape, record) for record in records]


def _row_of_disease(disease: Disease) -> Row:
    values = _values((key for key in DISEASES.keys if key.name != "aliases"), disease)
    values["aliases"] = [alias.name for alias in disease.aliases.all()]
    ranges = [row_of(ICD10, item) for item in disease.icd10_ranges.all()]
    return Row(values=values, children={"icd10": [_without_last(item) for item in ranges]})


def _without_last(row: Row) -> Row:
    """A single code is written without its equal end."""
    if row.values["last"] != row.values["first"]:
        return row
    return Row(values={**row.values, "last": ""})


def _values(keys: Iterable[Key], record: models.Model) -> dict[str, object]:
    return {key.attribute: _value(key, getattr(record, key.attribute)) for key in keys}


def _value(key: Key, value: Any) -> object:
    if not key.reference:
        return value
    if isinstance(value, Clause):
        return str(value)
    if isinstance(value, Fund):
        return value.code
    return value.key if isinstance(value, Disease) else ""
