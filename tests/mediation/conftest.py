"""The stage of the cases' tests serves here too, and so do the fixtures that open pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cases.conftest import as_it_was, bare_scene, stage
from tests.cases.stage import Stage, standing
from tests.pages import english, signed_in

__all__ = ["bare_scene", "english", "signed_in", "stage"]


@pytest.fixture(scope="module")
def case_scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A stage with a case in every status."""
    with django_db_blocker.unblock(), standing(with_cases=True) as stage:
        yield stage


@pytest.fixture
def cases(case_scene: Stage, db: None) -> Iterator[Stage]:
    """The case stage."""
    yield from as_it_was(case_scene)
