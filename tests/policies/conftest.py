from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from policies.audit import policy_audit
from policies.models import Policy
from policies.services import findings_to_confirm, policy_publish
from tests.policies.packs import only_shipped_packs


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped packs, loaded once for a module; each test undoes its own changes."""
    with django_db_blocker.unblock(), only_shipped_packs():
        yield


@pytest.fixture
def drafts(loaded: None, db: None) -> dict[str, Policy]:
    """The shipped packs as drafts."""
    return {policy.code: policy for policy in Policy.objects.all()}


@pytest.fixture
def published(drafts: dict[str, Policy]) -> Policy:
    """The shipped pack of 2018, published."""
    policy = drafts["zhengzhou-2018"]
    names = findings_to_confirm(policy_audit(policy))
    return policy_publish(policy=policy, reviewed_by=None, confirmed_provisional=names)
