"""What a section of a pack file is made of: keys, references, conditions (政策包格式的构件)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.db import models

from common.codes import (
    Designation,
    HospitalLevel,
    IdentityCategory,
    InsuranceType,
    Ownership,
    Place,
    Referral,
    VisitType,
)
from policies.pack.kinds import FLAG, REFERENCE, TEXT, WHOLE, YUAN, Kind, choice, list_of
from policies.pack.rows import Row

Reference = Literal["", "clause", "fund", "disease"]


class Required:
    """Marks a key without default."""


REQUIRED = Required()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key in the file and the column it fills; a key equal to its default is not written."""

    name: str
    attribute: str
    kind: Kind
    default: object = REQUIRED
    reference: Reference = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A section: its rows' keys, the key that names a row, sections inside a row.

    ``model`` is the table of the rows; sections that are only read (worked cases) have none of their own.
    """

    section: str
    model: type[models.Model] = models.Model
    keys: tuple[Key, ...]
    named_by: str = "code"
    children: tuple["Shape", ...] = ()
    conditioned: bool = False
    checks: tuple[Callable[[Row], str], ...] = ()

    @property
    def all_keys(self) -> tuple[Key, ...]:
        """Keys of the row and of its ``when``."""
        return (*self.keys, *CONDITION) if self.conditioned else self.keys


def key(name: str, kind: Kind, default: object = REQUIRED, *, attribute: str = "") -> Key:
    """A key; ``attribute`` where the column has another name."""
    return Key(name=name, attribute=attribute or name, kind=kind, default=default)


def reference(name: Reference, default: object = "") -> Key:
    """A key that names a row of another table."""
    return Key(name=name, attribute=name, kind=REFERENCE, default=default, reference=name)


CONDITION = (
    key("identities", list_of(choice(IdentityCategory)), []),
    key("insurance_types", list_of(choice(InsuranceType)), []),
    key("visit_types", list_of(choice(VisitType)), []),
    key("hospital_levels", list_of(choice(HospitalLevel)), []),
    key("hospital_designations", list_of(choice(Designation)), []),
    key("ownerships", list_of(choice(Ownership)), []),
    key("places", list_of(choice(Place)), []),
    key("referrals", list_of(choice(Referral)), []),
    key("disease_lists", list_of(TEXT), []),
    key("drug_lists", list_of(TEXT), []),
    key("county_classes", list_of(TEXT), []),
    key("certified", FLAG, False),
    key("age_from", WHOLE, None),
    key("age_below", WHOLE, None),
    key("total_from", YUAN, None, attribute="total_from_fen"),
    key("total_below", YUAN, None, attribute="total_below_fen"),
)
NAMED = (key("code", TEXT), key("title", TEXT, ""))
CITED = (reference("clause"), key("provisional", FLAG, False), key("note", TEXT, ""))
# A county's own row, and the one that it replaces there.
OF_COUNTY = (key("county_code", TEXT, ""), key("overrides", TEXT, ""))
