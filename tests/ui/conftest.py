"""Browsers of the cast: each is signed in as one person."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.scene import Scene, build_scene

SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in(cast: Cast) -> SignedIn:
    """Return a client signed in as one of the cast; the scope is the request's own, as in life."""

    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(cast.users[name], backend="grid.login.StaffBackend")
        return client

    return client_of


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The lived-in street."""
    return build_scene(cast)
