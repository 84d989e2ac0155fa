"""Rows into the tables (政策包内容入库). Callers hold the transaction and have checked what may change."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from policies.models import (
    Clause,
    Disease,
    DiseaseAlias,
    DiseaseIcd10Range,
    DiseaseList,
    Drug,
    DrugAlias,
    DrugList,
    Fund,
    Policy,
    PolicyDocument,
)
from policies.pack.library import DISEASES, DOCUMENTS
from policies.pack.references import References
from policies.pack.rows import Row
from policies.pack.shapes import POLICY, Key, Shape


def store_document(row: Row) -> None:
    """Write a document and its clauses; clauses that the row does not name stay."""
    number = row.text("number")
    values = {key.attribute: row.values[key.attribute] for key in DOCUMENTS.keys if key.name != "number"}
    document, _ = PolicyDocument.objects.update_or_create(number=number, defaults=values)
    for clause in row.children["clauses"]:
        Clause.objects.update_or_create(
            document=document, path=clause.text("path"), defaults={"gist": clause.text("gist")}
        )


def store_fund(row: Row) -> None:
    """Write a fund."""
    Fund.objects.update_or_create(
        code=row.text("code"), defaults={"name": row.text("name"), "level": row.text("level")}
    )


def store_disease_list(row: Row, references: References) -> None:
    """Write a list with its diseases; a disease the row no longer names is deleted, if nothing names it."""
    clause = references.clause(row)
    disease_list, _ = DiseaseList.objects.update_or_create(
        code=row.text("code"),
        defaults={
            "name": row.text("name"),
            "clause": clause,
            "document": clause.document if clause else None,
        },
    )
    for disease in row.children["diseases"]:
        _store_disease(disease_list, disease)
    numbers = [disease.number("number") or 0 for disease in row.children["diseases"]]
    disease_list.diseases.exclude(number__in=numbers).delete()


def store_drug_list(row: Row, references: References) -> None:
    """Write a list with its drugs; the drugs of an earlier load are replaced."""
    drug_list, _ = DrugList.objects.update_or_create(
        code=row.text("code"),
        defaults={
            "name": row.text("name"),
            "clause": references.clause(row),
            "provisional": bool(row.values["provisional"]),
            "note": row.text("note"),
        },
    )
    drug_list.drugs.all().delete()
    for item in row.children["drugs"]:
        drug = Drug.objects.create(drug_list=drug_list, code=item.text("code"), name=item.text("name"))
        DrugAlias.objects.bulk_create(DrugAlias(drug=drug, name=name) for name in item.texts("aliases"))


def store_also_includes(row: Row, references: References) -> None:
    """Gather diseases of other lists, once all lists of the load are there."""
    disease_list = DiseaseList.objects.get(code=row.text("code"))
    disease_list.also_includes.set([references.disease(key, row) for key in row.texts("also_includes")])


def store_policy(row: Row, references: References, policy: Policy | None = None) -> Policy:
    """Write a pack as a draft; the rows of an earlier draft are replaced."""
    policy = policy or Policy()
    for key in POLICY.keys:
        if key.attribute not in {"valid_from", "valid_to"}:
            setattr(policy, key.attribute, row.values[key.attribute])
    policy.valid = DateRange(row.values["valid_from"], row.values["valid_to"], "[)")
    policy.save()
    for shape in POLICY.children:
        records: Any = shape.model._default_manager
        records.filter(policy=policy).delete()
        _store_rows(shape, row.children[shape.section], references, {"policy": policy})
    return policy


def _store_rows(
    shape: Shape, rows: Sequence[Row], references: References, owner: dict[str, models.Model]
) -> list[models.Model]:
    manager = shape.model._default_manager
    records = [_record(shape, row, position, references, owner) for position, row in enumerate(rows, 1)]
    made = list(manager.bulk_create(records))
    for child in shape.children:
        parent = next(field.name for field in child.model._meta.fields if field.related_model is shape.model)
        for record, row in zip(made, rows, strict=True):
            _store_rows(child, row.children[child.section], references, {parent: record})
    return made


def _record(
    shape: Shape, row: Row, position: int, references: References, owner: dict[str, models.Model]
) -> models.Model:
    values: dict[str, object] = dict(owner)
    for key in shape.all_keys:
        values[key.attribute] = _resolved(key, row, references)
    if shape.named_by and shape.named_by != "code":
        values["code"] = row.text(shape.named_by)
    if any(field.name == "position" for field in shape.model._meta.get_fields()):
        values["position"] = position
    return shape.model(**values)


def _resolved(key: Key, row: Row, references: References) -> object:
    if key.reference == "clause":
        return references.clause(row)
    if key.reference == "fund":
        return references.fund(row)
    if key.reference == "disease":
        return references.disease(row.text("disease"), row)
    return row.values[key.attribute]


def _store_disease(disease_list: DiseaseList, row: Row) -> None:
    own: Iterable[Key] = (key for key in DISEASES.keys if key.name not in {"number", "aliases"})
    disease, _ = Disease.objects.update_or_create(
        disease_list=disease_list,
        number=row.number("number") or 0,
        defaults={key.attribute: row.values[key.attribute] for key in own},
    )
    disease.aliases.all().delete()
    DiseaseAlias.objects.bulk_create(
        DiseaseAlias(disease=disease, name=name) for name in row.texts("aliases")
    )
    disease.icd10_ranges.all().delete()
    DiseaseIcd10Range.objects.bulk_create(
        DiseaseIcd10Range(
            disease=disease,
            first=item.text("first"),
            last=item.text("last") or item.text("first"),
            excluded=bool(item.values["excluded"]),
            remark=item.text("remark"),
        )
        for item in row.children["icd10"]
    )
