"""Fixtures of the reviews' tests."""

from datetime import datetime

import pytest

from grid import rls
from grid.models import Unit
from grid.scope import SHANGHAI


@pytest.fixture
def place(db: None):
    """Units by code."""

    def find(code: str) -> Unit:
        return Unit.objects.get(code=code)

    return find


def local(text: str) -> datetime:
    """A local time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def in_system(function, *args, **kwargs):
    """Call something that sees every city."""
    with rls.system_scope():
        return function(*args, **kwargs)
