"""``make bench`` finds every measurement, and says so when there is none of a name."""

import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).parents[2]


@pytest.mark.process
def test_an_unknown_measurement_is_told_beside_those_there_are() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "nothing"], cwd=BASE, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no such measurement: nothing" in done.stdout
    assert {"intake", "queues"} <= set(done.stdout.replace(",", " ").split())
