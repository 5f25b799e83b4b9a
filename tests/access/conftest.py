"""The world that is walked, built once per module."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from grid import rls
from tests.world import World, build_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, in a transaction that is never committed; every call is undone in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        with rls.system_scope():
            made = build_world()
        yield made
        transaction.set_rollback(True)
