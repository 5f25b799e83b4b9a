"""How the reporting units stand in daily inspection, as page and API show it."""

from datetime import date, timedelta
from typing import Any

from grid.models import Unit
from grid.scope import today
from mediation.reviews.findings.ranking import row_of
from mediation.reviews.workflow import scores


def usual_days() -> tuple[date, date]:
    """First and last day shown unless others are asked for: this year's until yesterday, for one day tells little."""
    yesterday = today() - timedelta(days=1)
    return yesterday.replace(month=1, day=1), yesterday


def standings(unit: Unit, first: date, last: date) -> list[dict[str, Any]]:
    """Return the share that passed per reporting unit over the days from ``first`` to ``last``, the best first.

    Each row is that of a ranking (``findings.ranking.row_of``) with its ``place``. Call it in a scope that sees the
    unit.
    """
    rows = [row_of(one) for one in scores(unit, first, last + timedelta(days=1))]
    # A code can have been borne by several places one after the other; the last one is the one that stands.
    found = Unit.objects.filter(code__in=[row["unit"] for row in rows]).order_by("valid_from")
    places = {place.code: place for place in found}
    return [row | {"place": places[row["unit"]]} for row in rows]
