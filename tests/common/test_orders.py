"""Lists show the same rows in the same order, whatever plan the database chose."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

OWN = [
    model
    for model in apps.get_models()
    if apps.get_app_config(model._meta.app_label).path.startswith(str(settings.BASE_DIR / ""))
    and model._meta.ordering
    and ".venv" not in apps.get_app_config(model._meta.app_label).path
    # Its order comes from the library of the keys.
    and model._meta.label != "organizations.HospitalKey"
]
# Rows of a parent that its loader numbers.
NUMBERED = {"position", "number", "line_no", "floor_fen"}


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_no_two_rows_of_a_model_are_level_in_its_order(model: type[models.Model]) -> None:
    names = {str(name).lstrip("-") for name in model._meta.ordering}
    assert names & (NUMBERED | {"id", "pk"}) or _tells_apart(model, names)


def _tells_apart(model: type[models.Model], names: set[str]) -> bool:
    """Whether the fields, or codes of the rows that they name, are unique together."""
    fields = {name.removesuffix("_id").removesuffix("__code") for name in names}
    if any(_is_unique(model, name) for name in fields):
        return True
    return any(
        set(constraint.fields) <= fields
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition
    )


def _is_unique(model: type[models.Model], name: str) -> bool:
    try:
        return bool(getattr(model._meta.get_field(name), "unique", False))
    except FieldDoesNotExist:
        return False
