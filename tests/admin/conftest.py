"""The county of ``world``, and clients of its users."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

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
