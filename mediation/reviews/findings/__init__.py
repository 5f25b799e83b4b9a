"""What a review finds beside what it counts: concentrations, warnings, ranks, the guard's hits (docs/findings.md).

``find`` is called where a review is built, in the same transaction and snapshot, and what it returns is frozen with the
figures. ``records_of_finding`` lists the records behind a stored finding; ``suggestions`` proposes what to do about it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from grid.models import Unit
from mediation.reviews.figures.places import child_level, look_at
from mediation.reviews.findings.building import findings_of, places_of
from mediation.reviews.findings.comparing import mix_of, ranking_of
from mediation.reviews.findings.guarding import guard_of
from mediation.reviews.findings.records import finding_of, records_of_finding
from mediation.reviews.findings.sentences import sentence
from mediation.reviews.findings.suggesting import suggestions
from mediation.reviews.kinds import Kind
from mediation.reviews.periods import Period

__all__ = ["find", "finding_of", "records_of_finding", "sentence", "suggestions"]


def find(unit: Unit, period: Period, *, as_of: datetime, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is found of a unit in a period, as a review stores it beside its ``figures``.

    The keys, beside those of LEDGER.md section 4, are ``findings``, ``guard``, ``findings_left_out``, ``ranking`` and
    ``comparison``; the last two not for a day, which is not ranked: too little happens in one.
    Call it where the figures were computed: in a scope that sees the unit, in the same REPEATABLE READ transaction.
    """
    look = look_at(unit, period, as_of)
    places = places_of(unit, look)
    is_day = period.kind is Kind.DAILY
    with connection.cursor() as cursor:
        # A city's years are sorted and grouped in memory; on disk that costs more than all the rest.
        cursor.execute("set local work_mem = '64MB'")
    findings, left_out = findings_of(look, period.start_on, places, watches=not is_day)
    guard, more = guard_of(look, period.start_on, places)
    found: dict[str, Any] = {"findings": findings, "guard": guard, "findings_left_out": {**left_out, **more}}
    if not is_day:
        below = f"by_{child_level(unit).value}"
        found |= ranking_of(figures, below, mix_of(look, places), places)
    return found
