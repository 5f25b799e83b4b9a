"""A progress bar for long commands: on a terminal only, on the error stream, never in a log."""

import sys
import time
from typing import TextIO

WIDTH = 30
EVERY_SECONDS = 0.2


class Progress:
    """``total`` may be an estimate; the bar never passes its end."""

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        """Draw nothing yet."""
        self.stream = stream or sys.stderr
        self.label = label
        self.total = max(total, 1)
        self.done = 0
        self.drawn_at = 0.0
        self.is_shown = self.stream.isatty()

    def advance(self, count: int = 1) -> None:
        """Note that more is done."""
        self.done += count
        if self.is_shown and time.monotonic() - self.drawn_at >= EVERY_SECONDS:
            self._draw()

    def finish(self) -> None:
        """Draw the full bar and end its line."""
        self.done = self.total
        if self.is_shown:
            self._draw()
            self.stream.write("\n")
            self.stream.flush()

    def _draw(self) -> None:
        self.drawn_at = time.monotonic()
        share = min(self.done / self.total, 1.0)
        bar = "#" * int(share * WIDTH)
        self.stream.write(f"\r{self.label} [{bar:<{WIDTH}}] {share:6.1%}")
        self.stream.flush()
