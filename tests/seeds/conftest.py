"""Fixtures of the seeds' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from seeds.management.commands import seed_demo
from tests.seeds.demo import PASSWORD


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder and a password of its own for a whole module."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch, override_settings(DATA_DIR=folder):
        patch.setenv("HEMU_DEMO_PASSWORD", PASSWORD)
        # What is not built at once is built by beat; the tests build what they look at.
        patch.setattr(seed_demo, "REVIEW_SECONDS", 0.0)
        yield folder
