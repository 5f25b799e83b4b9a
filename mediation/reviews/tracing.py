"""One number of a review, named the same way in addresses of pages and of the API, and the records behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from grid.models import Unit
from grid.scope import ScopedQuerySet
from mediation.models import Committee, Mediator, Studio
from mediation.reviews.figures.behind import DENOMINATOR, NUMERATOR, records_behind, seen_by, stored_number
from mediation.reviews.indicators import REGISTER
from mediation.reviews.models import OutsideFigure, Population, Review

JOINED: Mapping[Any, tuple[str, ...]] = {
    Incident: ("unit", "lead_unit", "category"),
    Case: ("unit", "committee", "category"),
    IncidentEvent: ("incident__unit", "incident__lead_unit", "incident__category"),
    CaseEvent: ("case__unit", "case__committee", "case__category"),
    Mediator: ("user", "committee__unit"),
    Committee: ("unit",),
    Studio: ("unit",),
    Unit: (),
    Population: ("unit",),
    OutsideFigure: ("unit",),
}
"""Kind of record behind a number -> what is read along with it."""

BROKEN_DOWN = re.compile(r"(reported_valid|disputes_found)_by_(category|class|source)$")
"""Break-downs whose counts open their records; a class is a category of two digits."""

NAMED_BY = ("part", "child", "category", "source")


@dataclass(frozen=True)
class Number:
    """A number of a review: a measure, which part of a rate, and where or of which kind; "" is the whole."""

    measure: str
    part: str = ""
    child: str = ""
    category: str = ""
    source: str = ""

    @classmethod
    def named(cls, measure: str, query: Mapping[str, str]) -> "Number":
        """Read the number from the query of an address; a rate's part is its numerator unless it is said."""
        part, *rest = (query.get(name, "") for name in NAMED_BY)
        if not part and measure in REGISTER and REGISTER[measure].bottom:
            part = NUMERATOR
        return cls(measure, part, *rest)

    @property
    def query(self) -> str:
        """The query that names it, without the measure; the same for pages and API."""
        said = {name: getattr(self, name) for name in NAMED_BY}
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def options(self) -> dict[str, str | None]:
        """What ``figures.behind`` takes."""
        return {name: getattr(self, name) or None for name in NAMED_BY}

    @property
    def is_denominator(self) -> bool:
        """Whether it is what a rate is counted over."""
        return self.part == DENOMINATOR

    def stored_in(self, review: Review) -> int:
        """How many records the review counted. Raises NoFigures when it has no such number."""
        return stored_number(review, self.measure, **self.options)

    def records_in(self, review: Review, user: Any) -> ScopedQuerySet[Any]:
        """What of these records the user may see, by id; call it inside the user's scope. Raises NoFigures."""
        found = records_behind(review, self.measure, **self.options)
        seen: ScopedQuerySet[Any] = seen_by(user, found)
        return seen.select_related(*JOINED[found.model])


def number_at(review: Review, ref: str) -> Number | None:
    """Return the number that stands at an address of a text (``mediation.reviews.quoting``); None for one without
    records of its own: a change, a share, a score.
    """
    first, *rest = ref.split(".")
    broken_down = BROKEN_DOWN.match(first)
    if broken_down is not None:
        measure, by = broken_down.groups()
        return Number(measure, **{"source" if by == "source" else "category": rest[0]}) if len(rest) == 1 else None
    children: Mapping[str, Any] = next((review.figures[key] for key in review.figures if key.startswith("by_")), {})
    child = first if first in children else ""
    measure, *rest = rest if child else [first, *rest]
    if measure not in REGISTER or measure not in review.figures["measures"] or len(rest) > 1:
        return None
    part = rest[0] if rest else NUMERATOR if REGISTER[measure].bottom else ""
    return Number(measure, part, child) if part in ("", NUMERATOR, DENOMINATOR) else None
