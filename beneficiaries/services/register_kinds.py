"""Which registers there are (登记簿种类): loaded from a file, never typed in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from beneficiaries.models import RegisterEntry, RegisterKind
from beneficiaries.registers.file import registers_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load did."""

    total: int
    added: int
    changed: int


class RegisterInUseError(Exception):
    """A field with entries would lose its meaning; the message says what to do."""

    code = "register_in_use"


@transaction.atomic
def registers_load(*, path: Path) -> Loaded:
    """Bring the registers to what the file says; what it no longer names stays as it is.

    Raises:
        beneficiaries.registers.file.RegisterFileError: the file is wrong.
        RegisterInUseError: a field that entries may hold is gone or of another type.
    """
    rows = registers_read(path)
    existing = {kind.code: kind for kind in RegisterKind.objects.select_for_update()}
    added = [RegisterKind(**row) for row in rows if row["code"] not in existing]
    changed = [existing[row["code"]] for row in rows if _differs(existing.get(row["code"]), row)]
    for kind, row in ((existing[row["code"]], row) for row in rows if existing.get(row["code"]) in changed):
        _keep_meaning(kind, row["fields"])
        for name, value in row.items():
            setattr(kind, name, value)
        kind.save()
    RegisterKind.objects.bulk_create(added)
    return Loaded(total=len(rows), added=len(added), changed=len(changed))


def _differs(kind: RegisterKind | None, row: dict[str, Any]) -> bool:
    return kind is not None and any(getattr(kind, name) != value for name, value in row.items())


def _keep_meaning(kind: RegisterKind, fields: list[dict[str, Any]]) -> None:
    types = {field["key"]: field["type"] for field in fields}
    lost = [field["title"] for field in kind.fields if types.get(field["key"]) != field["type"]]
    if lost and RegisterEntry.objects.filter(kind=kind).exists():
        raise RegisterInUseError(
            f"登记簿“{kind.name}”已有登记，不能删去或改变项目类型：{'、'.join(lost)}；请保留原项目，另加新项目。"
        )
