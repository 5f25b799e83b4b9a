"""What must hold between the cells of one row, in a few words that read like LEDGER.md."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _


class Checks:
    """Collects what is wrong with a row. Fields are named as in ``columns``; headers are for the user."""

    def __init__(self, row: Any, headers: dict[str, str]) -> None:
        """Begin with nothing found."""
        self.row = row
        self.headers = headers
        self.found: list[tuple[str, str]] = []

    def has(self, name: str) -> bool:
        """Whether the cell is filled."""
        return getattr(self.row, name) is not None

    def refuse(self, name: str, reason: str) -> None:
        """Say what is wrong with a cell."""
        self.found.append((name, reason))

    def together(self, *names: str) -> None:
        """All of these cells are filled, or none."""
        filled = [name for name in names if self.has(name)]
        if filled and len(filled) < len(names):
            for name in names:
                if name not in filled:
                    self.refuse(name, _("已填写“%(other)s”，此列不能为空。") % {"other": self.headers[filled[0]]})

    def only_with(self, name: str, *others: str) -> None:
        """The cell is filled only where at least one of the others is."""
        if self.has(name) and not any(self.has(other) for other in others):
            headers = "”“".join(self.headers[other] for other in others)
            self.refuse(name, _("未填写“%(others)s”，此列须为空。") % {"others": headers})

    def not_both(self, name: str, other: str) -> None:
        """At most one of the two cells is filled."""
        if self.has(name) and self.has(other):
            self.refuse(name, _("已填写“%(other)s”，此列须为空。") % {"other": self.headers[other]})

    def in_order(self, *names: str) -> None:
        """Filled times do not run backwards; the same second is no disorder."""
        before = None
        for name in names:
            if not self.has(name):
                continue
            if before is not None and getattr(self.row, name) < getattr(self.row, before):
                self.refuse(name, _("早于“%(other)s”，时间顺序有误。") % {"other": self.headers[before]})
            before = name

    def past(self, now: datetime, *names: str) -> None:
        """What happened, happened before now."""
        for name in names:
            if self.has(name) and getattr(self.row, name) > now:
                self.refuse(name, _("时间不能晚于现在。"))
