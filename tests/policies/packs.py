"""Shipped packs as drafts on tables without other packs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

from policies.services import policy_load

PACKS = Path(__file__).parents[2] / "fixtures" / "policies"
ZHENGZHOU = [
    PACKS / f"{name}.yaml"
    for name in (
        "documents",
        "funds",
        "disease-lists",
        "zhengzhou-disease-lists-2019",
        "zhengzhou-2018",
        "zhengzhou-2019",
    )
]


@contextmanager
def only_shipped_packs(paths: Sequence[Path] = ZHENGZHOU) -> Iterator[None]:
    """One transaction, undone at the end: other tests keep published packs in the same tables."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Published rows cannot be deleted; TRUNCATE is part of the transaction too.
            cursor.execute(
                "TRUNCATE policies_policy, policies_policydocument, policies_fund,"
                " policies_diseaselist CASCADE"
            )
        policy_load(paths=paths)
        yield
        transaction.set_rollback(True)
