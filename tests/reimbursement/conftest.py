"""Fixtures of the ledger tests."""

import pytest

from tests.reimbursement.rows import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()
