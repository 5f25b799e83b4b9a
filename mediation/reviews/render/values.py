"""Numbers as they are written in an outline, read back as numbers for charts and sheets."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mediation.reviews.outline import Figure, Run

_WRITTEN = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?P<percent>%?)")


class Written(StrEnum):
    """How a number is written."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    """Two decimals: an amount."""
    PERCENT = "percent"


@dataclass(frozen=True)
class Value:
    """A number and how it is written; 63.10% is 63.10 here."""

    number: Decimal
    written: Written


def value_of(run: Run) -> Value | None:
    """Return the number a figure is, or None for a dash and for words. Only figures are numbers, never plain words."""
    found = _WRITTEN.fullmatch(run.text) if isinstance(run, Figure) else None
    if found is None:
        return None
    if found["percent"]:
        return Value(Decimal(found["number"]), Written.PERCENT)
    return Value(Decimal(found["number"]), Written.DECIMAL if "." in found["number"] else Written.WHOLE)
