"""The stage, built once per module; each test gets it as it was, in a savepoint of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import pages
from tests.cases.stage import C, S, Stage, standing

english, signed_in = pages.english, pages.signed_in


@pytest.fixture(scope="module")
def full_scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A stage with an incident and a case in every status."""
    with django_db_blocker.unblock(), standing(with_incidents=True, with_cases=True) as stage:
        yield stage


@pytest.fixture(scope="module")
def bare_scene(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A stage without records, or with the beginnings that the module asks for (``STOCKED``)."""
    with django_db_blocker.unblock(), standing() as stage:
        wanted = getattr(request.module, "STOCKED", ())
        if "incidents" in wanted:
            stage.stock("incident", S)
        if "cases" in wanted:
            stage.stock("case", C)
        yield stage


def as_it_was(scene: Stage) -> Iterator[Stage]:
    """Give a test the stage, and put its clock back afterwards."""
    moment = scene.moment
    scene.used.clear()
    yield scene
    scene.moment = moment


@pytest.fixture
def records(full_scene: Stage, db: None) -> Iterator[Stage]:
    """The stage with records of both nouns."""
    yield from as_it_was(full_scene)


@pytest.fixture
def stage(bare_scene: Stage, db: None) -> Iterator[Stage]:
    """The bare stage."""
    yield from as_it_was(bare_scene)
