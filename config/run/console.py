"""What the person at the terminal sees: one line per step, Chinese first, English in brackets."""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "", *, end: str = "\n", error: bool = False) -> None:
    """Print at once. A terminal that has been closed must not keep us from stopping in good order."""
    try:
        print(text, end=end, flush=True, file=sys.stderr if error else sys.stdout)
    except OSError:
        # Python would flush again at exit, and fail again.
        sys.stdout = sys.stderr = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115


def speak_utf8() -> None:
    """Show Chinese whatever the locale says (LANG=C is common on servers)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


class Progress:
    """Numbered steps with the time each one took."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.done = 0

    @contextmanager
    def step(self, chinese: str, english: str) -> Iterator["Step"]:
        """Show the step while the block runs."""
        self.done += 1
        started = time.monotonic()
        step = Step(f"[{self.done}/{self.steps}] {chinese} ({english})")
        say(f"{step.title} …", end="")
        try:
            yield step
        except BaseException:
            say()
            raise
        took = f"{step.result}{time.monotonic() - started:.1f} s"
        say(f"      {took}" if step.broken else f" {took}")


class Step:
    """One step; ``result`` is shown after it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.result = ""
        self.broken = False

    def break_line(self) -> None:
        """Say that the step prints lines of its own from here on."""
        say()
        self.broken = True
