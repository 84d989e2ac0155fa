"""Lists of diseases and drugs are locked with the published packs that name them (目录锁定)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import DjangoDbBlocker

from policies.audit import policy_audit
from policies.errors import PolicyLockedError
from policies.models import Disease, DiseaseIcd10Range, DiseaseList, Drug, DrugAlias, DrugList, Policy
from policies.services import findings_to_confirm, policy_load, policy_publish
from tests.policies.packs import PACKS, only_shipped_packs

ANSHAN = [
    *(PACKS / f"anshan-{name}.yaml" for name in ("documents", "disease-lists", "drug-lists", "2019")),
    PACKS / "funds.yaml",
]
CHANGES = (
    "UPDATE policies_drug SET code = 'X' WHERE id = %(drug)s",
    "DELETE FROM policies_drugalias WHERE drug_id = %(drug)s",
    "INSERT INTO policies_drugalias (drug_id, name) VALUES (%(drug)s, '另名')",
    "INSERT INTO policies_drug (drug_list_id, code, name) VALUES (%(drug_list)s, 'X', '新药')",
    "UPDATE policies_druglist SET code = 'mine' WHERE id = %(drug_list)s",
    "UPDATE policies_disease SET number = 99 WHERE id = %(disease)s",
    "INSERT INTO policies_disease (disease_list_id, number, name, qualifier, origin, any_time_application)"
    " VALUES (%(disease_list)s, 99, '新病', '', '', false)",
    "DELETE FROM policies_diseaselist_also_includes WHERE diseaselist_id = %(gathering)s",
    "UPDATE policies_diseaselist SET code = 'mine' WHERE id = %(gathering)s",
)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), only_shipped_packs(ANSHAN):
        yield


@pytest.fixture
def draft(loaded: None, db: None) -> Policy:
    return Policy.objects.get(code="anshan-2019")


@pytest.fixture
def published(draft: Policy) -> Policy:
    names = findings_to_confirm(policy_audit(draft))
    return policy_publish(policy=draft, reviewed_by=None, confirmed_provisional=names)


def keys() -> dict[str, int]:
    drug = Drug.objects.filter(drug_list__code="as-targeted-37").exclude(aliases=None).first()
    assert drug is not None
    return {
        "drug": drug.pk,
        "drug_list": drug.drug_list_id,
        "disease": Disease.objects.filter(disease_list__code="as-40").earliest("number").pk,
        "disease_list": DiseaseList.objects.get(code="as-40").pk,
        "gathering": DiseaseList.objects.get(code="as-16").pk,
    }


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_that_a_published_pack_names_cannot_be_changed(published: Policy, change: str):
    with (
        pytest.raises(IntegrityError, match="政策已锁定：目录 as-"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change, keys())


@pytest.mark.parametrize("change", CHANGES)
def test_as_long_as_the_pack_is_a_draft_its_lists_can_be_changed(draft: Policy, change: str):
    with connection.cursor() as cursor:
        cursor.execute(change, keys())
        assert cursor.rowcount >= 1


def test_a_list_that_no_published_pack_names_can_be_changed(published: Policy):
    drugs = DrugList.objects.create(code="mine", name="自建", provisional=True)
    drug = Drug.objects.create(drug_list=drugs, code="M1", name="药")
    DrugAlias.objects.create(drug=drug, name="别名")
    Drug.objects.filter(pk=drug.pk).update(name="改名")
    assert drugs.drugs.get().name == "改名"


def test_codes_that_only_suggest_a_disease_can_still_be_completed(published: Policy):
    disease = Disease.objects.filter(disease_list__code="as-40").earliest("number")
    DiseaseIcd10Range.objects.create(disease=disease, first="C99", last="C99")
    assert disease.icd10_ranges.filter(first="C99").exists()


def test_loading_another_list_of_drugs_over_a_locked_one_is_refused(published: Policy, tmp_path: Path):
    before = list(Drug.objects.values_list("code", "name"))
    text = (PACKS / "anshan-drug-lists.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace("吉非替尼", "另一种药"), encoding="utf-8")
    with pytest.raises(PolicyLockedError, match="政策已锁定：目录 as-targeted-37"):
        policy_load(paths=[changed])
    assert list(Drug.objects.values_list("code", "name")) == before
    assert policy_load(paths=ANSHAN).changed == []


def test_a_drug_cannot_be_moved_into_a_locked_list(published: Policy):
    drugs = DrugList.objects.create(code="mine", name="自建", provisional=True)
    drug = Drug.objects.create(drug_list=drugs, code="M1", name="药")
    with pytest.raises(DatabaseError, match="政策已锁定：目录 as-targeted-37"), transaction.atomic():
        Drug.objects.filter(pk=drug.pk).update(drug_list=DrugList.objects.get(code="as-targeted-37"))
    assert drugs.drugs.count() == 1
