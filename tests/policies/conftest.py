from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from policies.audit import policy_audit
from policies.models import Policy
from policies.services import findings_to_confirm, policy_load, policy_publish

PACKS = Path(__file__).parents[2] / "fixtures" / "policies"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The shipped packs, loaded once for a module; each test undoes its own changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        policy_load(paths=[PACKS])
        yield
        transaction.set_rollback(True)


@pytest.fixture
def drafts(loaded, db) -> dict[str, Policy]:
    """The shipped packs as drafts."""
    return {policy.code: policy for policy in Policy.objects.all()}


@pytest.fixture
def published(drafts) -> Policy:
    """The shipped pack of 2018, published."""
    policy = drafts["zhengzhou-2018"]
    names = findings_to_confirm(policy_audit(policy))
    return policy_publish(policy=policy, reviewed_by=None, confirmed_provisional=names)
