"""The duty roster of a surge (值班表): who is in charge and who answers the phone, per unit and day (DOMAIN.md 7.1)."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.moves import Actor, NotAllowed, NotPossible, Step, perform
from grid.models import Unit
from grid.scope import local_day
from mediation.reviews.models import Surge, SurgeDuty
from mediation.reviews.workflow.surge_moves import SURGES
from mediation.reviews.workflow.surges import commands, reporting_units

NAMES = ("leader", "officer")
PHONES = ("leader_phone", "officer_phone")
PHONE = re.compile(r"[0-9+][0-9 -]{3,18}[0-9]")


def set_duty(
    *,
    pk: int,
    by: Actor,
    at: datetime,
    of_unit: Unit,
    day: date,
    leader: str,
    leader_phone: str,
    officer: str,
    officer_phone: str,
    until: date | None = None,
) -> Surge:
    """Put down who is on duty in a unit from ``day`` to ``until``; days that are set already are set anew.

    Raises NotAllowed for a unit that is neither the user's nor under their command, NotPossible for days outside the
    surge or past, and for a name or number that is none.
    """
    given = {"leader": leader, "leader_phone": leader_phone, "officer": officer, "officer_phone": officer_phone}
    said = _checked({name: value.strip() for name, value in given.items()})

    def change(surge: Surge, step: Step[Surge]) -> None:
        _check_unit(surge, of_unit, step.user)
        days = _days(surge, day, until or day, local_day(step.at))
        known = {row.day: row for row in surge.duties.filter(of_unit=of_unit, day__in=days)}
        for on in days:
            row = known.get(on) or SurgeDuty(surge=surge, of_unit=of_unit, day=on)
            row.by, row.at = step.user, step.at
            for name, value in said.items():
                setattr(row, name, value)
            step.add(row)
        step.data = {"of_unit": of_unit.pk, "day": str(days[0]), "until": str(days[-1])}

    done: Surge = perform(SURGES, "set_duty", pk=pk, by=by, at=at, change=change)
    return done


def _checked(said: dict[str, str]) -> dict[str, str]:
    for name in NAMES:
        if not 2 <= len(said[name]) <= 40:
            raise NotPossible(_("请填写姓名。"), name)
    for name in PHONES:
        if not PHONE.fullmatch(said[name]):
            raise NotPossible(_("请填写可以接通的电话号码。"), name)
    return said


def _check_unit(surge: Surge, unit: Unit, user: Any) -> None:
    if commands(surge, user):
        if unit.pk != surge.unit_id and not surge.units.filter(of_unit=unit).exists():
            raise NotPossible(_("值班单位须是本次战时的单位。"), "of_unit")
    elif unit.pk not in reporting_units(surge, user):
        raise NotAllowed(_("只能安排本单位的值班。"))


def _days(surge: Surge, first: date, last: date, today: date) -> list[date]:
    if last < first:
        raise NotPossible(_("结束日期不能早于开始日期。"), "until")
    if first < surge.starts_on or last > surge.ends_on:
        raise NotPossible(_("值班日期须在战时期间内。"), "day")
    if first < today:
        raise NotPossible(_("过去的值班不能再改。"), "day")
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def units_on_duty(surge: Surge) -> list[Unit]:
    """The units that keep a roster: the place that commands, and all that report, as far as the scope shows them."""
    below = (row.of_unit for row in surge.units.select_related("of_unit").order_by("of_unit__path"))
    return list({unit.pk: unit for unit in (surge.unit, *below)}.values())


def roster_of(surge: Surge, day: date, units: list[Unit]) -> list[tuple[Unit, SurgeDuty | None]]:
    """Return who is on duty on a day, unit by unit; None is 未排."""
    rows = {row.of_unit_id: row for row in surge.duties.filter(day=day)}
    return [(unit, rows.get(unit.pk)) for unit in units]


def gaps_of(surge: Surge, units: list[Unit], since: date) -> Iterator[tuple[date, int]]:
    """The days of a surge from ``since`` on, each with how many of the units have nobody on duty."""
    keys = {unit.pk for unit in units}
    kept: dict[date, set[int]] = {}
    for day, unit in surge.duties.filter(day__gte=since).values_list("day", "of_unit_id"):
        kept.setdefault(day, set()).add(unit)
    day = max(since, surge.starts_on)
    while day <= surge.ends_on:
        yield day, len(keys - kept.get(day, set()))
        day += timedelta(days=1)


def frozen_roster(surge: Surge, day: date) -> dict[str, Any]:
    """The roster of a day as its papers keep it, and how many units have nobody for the next one."""
    units = units_on_duty(surge)
    items = [
        {
            "unit": unit.code,
            "name": unit.name,
            "state": "missing" if row is None else "set",
            **{name: getattr(row, name, "") for name in (*NAMES, *PHONES)},
        }
        for unit, row in roster_of(surge, day, units)
    ]
    missing = sum(item["state"] == "missing" for item in items)
    kept = {"day": str(day), "units": len(items), "set": len(items) - missing, "missing": missing, "items": items}
    following = dict(gaps_of(surge, units, day + timedelta(days=1)))
    if day + timedelta(days=1) in following:
        kept["missing_next"] = following[day + timedelta(days=1)]
    return kept
