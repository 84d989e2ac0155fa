"""Handing roles out (角色下发、任职)."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from organizations.models import Hospital, Office, RoleGrant, StaffMember
from organizations.roles import HOSPITAL, ROLES, Role


@transaction.atomic
def roles_apply() -> int:
    """Make the groups of all roles, and give each right that its group was never given (角色下发).

    A right that a system administrator took away was given once and is not given again.

    Returns:
        How many rights were given.
    """
    given = 0
    known = _permissions()
    for key, role in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role.name)
        already = set(RoleGrant.objects.filter(role=key).values_list("permission", flat=True))
        new = [name for name in sorted(rights_of(role, known)) if name not in already]
        group.permissions.add(*(known[name] for name in new))
        RoleGrant.objects.bulk_create(RoleGrant(role=key, permission=name) for name in new)
        given += len(new)
    return given


def rights_of(role: Role, known: Iterable[str]) -> set[str]:
    """The rights of a role among ``known`` ones, as ``app.codename``."""
    seen = {name for name in known if _is_seen(role, name)}
    return seen | set(role.does).intersection(known)


def _is_seen(role: Role, name: str) -> bool:
    app, _, codename = name.partition(".")
    model = codename.removeprefix("view_")
    return model != codename and (app in role.sees or f"{app}.{model}" in role.sees)


def _permissions() -> dict[str, Permission]:
    rows = Permission.objects.select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}": row for row in rows}


@transaction.atomic
def staff_member_appoint(*, user: User, at: Office | Hospital, role: str | None = None) -> StaffMember:
    """Let somebody work at an office or hospital (任职), in its role unless ``role`` says otherwise.

    An account has one role; rights given to it alone stay.
    """
    place = {"office": at, "hospital": None} if isinstance(at, Office) else {"office": None, "hospital": at}
    member, _ = StaffMember.objects.update_or_create(user=user, defaults=place)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    role_give(user=user, role=role or role_of_place(at))
    return member


def role_of_place(at: Office | Hospital) -> str:
    """Which role a place of work brings with it."""
    return at.kind if isinstance(at, Office) else HOSPITAL


@transaction.atomic
def role_give(*, user: User, role: str) -> None:
    """Put the role's group in the place of another role's."""
    user.groups.remove(*Group.objects.filter(name__in=[each.name for each in ROLES.values()]))
    user.groups.add(Group.objects.get_or_create(name=ROLES[role].name)[0])
