"""The county of ``world``, and clients of its users."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from organizations.models import Office
from organizations.roles import HOSPITAL, INSURER
from organizations.services import roles_apply, staff_member_appoint
from tests.admin.urls import ROLE_LETTERS
from tests.admin.world import World, build_world

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path: Path) -> None:
    """Tests collect no static files: no manifest, no folder."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def world(packs: None, today: object) -> World:
    """The county with three people."""
    return build_world()


@pytest.fixture
def login(db: None) -> Login:
    """A client of the user with this name."""

    def as_user(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return as_user


@pytest.fixture
def staff(packs: None, today: object) -> dict[str, User]:
    """One account per role in the county of the world, by the role's letter."""
    roles_apply()
    world = build_world(people=1)
    users = {}
    for letter, role in ROLE_LETTERS.items():
        user = User.objects.create_user(f"role-{letter}")
        users[letter] = user
        if role == HOSPITAL:
            staff_member_appoint(user=user, at=world.hospital)
            continue
        kind = Office.Kind.MEDICAL_INSURANCE if role == INSURER else role
        office, _ = Office.objects.get_or_create(name=f"单位{kind}", kind=kind, region=world.county)
        staff_member_appoint(user=user, at=office, role=role)
    # Fresh from the table: rights are remembered on the object.
    return {letter: User.objects.get(pk=user.pk) for letter, user in users.items()}
