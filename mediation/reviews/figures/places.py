"""Which places a review is of, and which places it is broken down by."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from grid.models import Unit
from grid.scope import LEVELS, local_day
from mediation.reviews.figures.looking import Look, unmoved
from mediation.reviews.periods import Period

CHILDREN = {
    Unit.Level.CITY: Unit.Level.COUNTY,
    Unit.Level.COUNTY: Unit.Level.TOWNSHIP,
    Unit.Level.TOWNSHIP: Unit.Level.VILLAGE,
}
"""Level of a review's division -> level its figures are broken down by."""

DIRECT = "direct"
"""Key of what lies at the division itself, below none of its children."""


class NoFigures(ValueError):
    """There are no figures of such a unit, or nothing of the period has happened by T; the text is for the user."""


@dataclass(frozen=True)
class Child:
    """A place below the review's, by its code. Codes return, so several units can stand behind one."""

    code: str
    ids: tuple[int, ...]


def child_level(unit: Unit) -> Unit.Level:
    """Return the level below, whose name the break-down carries (``by_county``).

    Raises NoFigures for a unit that is no city, county or township.
    """
    level = CHILDREN.get(Unit.Level(unit.level))
    if level is None or unit.kind != Unit.Kind.DIVISION:
        raise NoFigures(_("“%(unit)s”不是市、县或乡级区划，没有研判报告。") % {"unit": unit})
    return level


def look_at(unit: Unit, period: Period, as_of: datetime, *predecessors: Unit, snapshot: str | None = None) -> Look:
    """Return the look at a unit and the places merged into it, with the period clipped at T.

    Raises NoFigures when nothing of the period lies before T.
    """
    if as_of <= period.start:
        raise NoFigures(_("统计时点须晚于该期的开始（%(start)s）。") % {"start": f"{period.start:%Y-%m-%d %H:%M:%S}"})
    return Look(
        level=LEVELS[unit.level],
        child=LEVELS[child_level(unit)],
        units=(unit.pk, *(other.pk for other in predecessors)),
        start=period.start,
        end=min(period.end, as_of),
        as_of=as_of,
        snapshot=snapshot,
        is_whole=period.end <= as_of,
        unmoved=unmoved(as_of) if snapshot is None else frozenset(),
    )


def children_of(unit: Unit, look: Look, counted: set[int]) -> list[Child]:
    """Return the places below that were valid at any time of the period, in the order of codes.

    A place that was not, but where something was counted (an old incident still open there), is added: the children
    always add up to their parent.
    """
    last_day = local_day(look.end - timedelta(microseconds=1))
    valid = Q(valid_from__lte=last_day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=local_day(look.start)))
    below = Unit.objects.filter(kind=Unit.Kind.DIVISION, level=child_level(unit), **{LEVELS[unit.level]: unit.pk})
    ids: dict[str, list[int]] = {}
    for pk, code in below.filter(valid | Q(pk__in=counted)).order_by("code", "pk").values_list("pk", "code"):
        ids.setdefault(code, []).append(pk)
    return [Child(code, tuple(pks)) for code, pks in ids.items()]


def predecessors_of(unit: Unit, day: date) -> list[Unit]:
    """Return the places merged into the unit by ``day``, over any number of steps (DOMAIN.md 7.4 no. 13)."""
    found: list[Unit] = []
    newest = [unit]
    while newest:
        known = {unit.pk, *(other.pk for other in found)}
        merged = Unit.objects.filter(successor__in=newest, kind=unit.kind, level=unit.level, valid_to__lte=day)
        newest = list(merged.exclude(pk__in=known).order_by("pk"))
        found += newest
    return found
