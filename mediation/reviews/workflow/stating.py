"""Stating what others counted: populations, and a court's suits. They are facts with a source, and never changed.

A correction is stated again: the newest row counts from then on, and reviews built before keep what they saw.
"""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.moves import Actor, NotPossible
from grid.models import Unit
from mediation.reviews.models import OutsideFigure, Population


def state_population(*, unit: Unit, year: int, people: int, source: str, by: Actor, at: datetime) -> Population:
    """State how many people lived in a division in a year. Raises NotPossible without a source, or for nobody."""
    if people < 1:
        raise NotPossible(_("人口数须大于0。"), "people")
    return _state(Population(year=year, people=people), unit, source, by, at)


def state_suits(
    *, unit: Unit, start_on: date, end_on: date, number: int, source: str, by: Actor, at: datetime
) -> OutsideFigure:
    """State how many first-instance civil and administrative suits there were in ``[start_on, end_on)``.

    Raises NotPossible without a source, for a negative number, or when the end is not after the start.
    """
    if number < 0:
        raise NotPossible(_("数值不能小于0。"), "number")
    if end_on <= start_on:
        raise NotPossible(_("期末须晚于期初。"), "end_on")
    what = OutsideFigure.What.SUITS
    return _state(OutsideFigure(what=what, start_on=start_on, end_on=end_on, number=number), unit, source, by, at)


def _state(row: Any, unit: Unit, source: str, by: Actor, at: datetime) -> Any:
    if unit.kind != Unit.Kind.DIVISION:
        raise NotPossible(_("只能为区划录入数据。"), "unit")
    if not source.strip():
        raise NotPossible(_("请注明数据来源。"), "source")
    row.source, row.by_id, row.recorded_at = source.strip(), by.pk, at
    row.lie_at(unit)
    row.save(force_insert=True)
    return row
