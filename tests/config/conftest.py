"""An installation of its own for the tests of services and supervisor."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation for one test."""
    made = Installation(tmp_path / "var")
    yield made
    made.destroy()


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that waits for the disk, for tests of what survives a kill."""
    folder = tmp_path_factory.mktemp("durable")
    made = Installation(folder / "var", HEMU_EMBEDDED_FAST="0")
    yield made
    made.destroy()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation for the tests of one module, none of which leaves it stopped for good."""
    folder = tmp_path_factory.mktemp("shared")
    made = Installation(folder / "var")
    yield made
    made.destroy()
    shutil.rmtree(folder)
