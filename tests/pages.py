"""Browsers of the cast: each is signed in as one person."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import trans_real

from config import messages
from tests.cast import Cast

SignedIn = Callable[[str], Client]


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    """Compile the English once, when the committed catalogue is newer, and forget what was read before."""
    compiled = messages.CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < messages.CATALOGUE.stat().st_mtime:
        messages.compile_all()
        trans_real._translations = {}  # type: ignore[attr-defined]
    return


@pytest.fixture
def signed_in(cast: Cast) -> SignedIn:
    """Return a client signed in as one of the cast; the scope is the request's own, as in life."""

    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(cast.users[name], backend="grid.login.StaffBackend")
        return client

    return client_of
