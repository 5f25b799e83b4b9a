"""The stage, built once per module; each test gets it as it was, in a savepoint of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests import pages
from tests.cases.stage import C, S, Stage, standing

# A busy machine is no failure.
settings.register_profile("house", deadline=None, max_examples=60)
settings.load_profile("house")

english, signed_in = pages.english, pages.signed_in


@pytest.fixture(scope="module")
def incident_scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A stage with an incident in every status."""
    with django_db_blocker.unblock(), standing(with_incidents=True) as stage:
        yield stage


@pytest.fixture(scope="module")
def case_scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A stage with a case in every status."""
    with django_db_blocker.unblock(), standing(with_cases=True) as stage:
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


def _as_it_was(scene: Stage) -> Iterator[Stage]:
    moment = scene.moment
    scene.used.clear()
    yield scene
    scene.moment = moment


@pytest.fixture
def incidents(incident_scene: Stage, db: None) -> Iterator[Stage]:
    """The incident stage."""
    yield from _as_it_was(incident_scene)


@pytest.fixture
def cases(case_scene: Stage, db: None) -> Iterator[Stage]:
    """The case stage."""
    yield from _as_it_was(case_scene)


@pytest.fixture
def stage(bare_scene: Stage, db: None) -> Iterator[Stage]:
    """The bare stage."""
    yield from _as_it_was(bare_scene)
