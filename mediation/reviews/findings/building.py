"""Concentrations and warnings of one review, as it stores them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from cases.codes import categories
from grid.models import Unit
from grid.scope import LEVELS
from mediation.reviews.figures.looking import Look
from mediation.reviews.figures.places import child_level
from mediation.reviews.findings.concentrations import Concentration, concentrations
from mediation.reviews.findings.counting import PAST_DAYS, STREAMS, Stream
from mediation.reviews.findings.sentences import frozen
from mediation.reviews.findings.warning import SPOT_DAYS, Rule, spot_chance, spot_per_day
from mediation.reviews.findings.watching import WHOLE, Warned, Watch, days_watched

LISTED = 60
"""Concentrations a review lists, the least likely first; how many more there are is said beside them."""

RAREST = 1e-6


@dataclass(frozen=True)
class Named:
    """Code and name of a place, as a sentence says it."""

    code: str
    name: str
    parent: int | None
    """The child of the review's unit that it lies in; itself, if it is one."""


@dataclass(frozen=True)
class Places:
    """The places of a review: the unit itself under ``WHOLE``, its children, and all villages."""

    named: Mapping[int, Named]
    villages: Mapping[int, int]
    """Child -> how many villages it has."""
    child_is_village: bool


def places_of(unit: Unit, look: Look) -> Places:
    """Read the unit's children and villages that were valid at any time of the period: one statement."""
    below = Unit.objects.filter(
        Q(level=Unit.Level.VILLAGE) | Q(level=child_level(unit)) | Q(level=Unit.Level.TOWNSHIP),
        kind=Unit.Kind.DIVISION,
        **{LEVELS[unit.level]: unit.pk},
    ).order_by("pk")
    # Plain values: a city has thousands of them.
    columns = ("pk", "code", "name", "level", "valid_to", "township_id", look.child)
    found = list(below.values_list(*columns))
    names = {pk: name for pk, _code, name, *_more in found}
    is_low = unit.level == Unit.Level.TOWNSHIP
    named = {WHOLE: Named(unit.code, unit.name, None)}
    villages: Counter[int] = Counter()
    for pk, code, name, level, valid_to, township, parent in found:
        is_deep = level == Unit.Level.VILLAGE and not is_low
        above = names.get(township or 0, "") if is_deep else ""
        named[pk] = Named(code, f"{above}{name}", parent)
        if level == Unit.Level.VILLAGE and parent is not None and valid_to is None:
            villages[parent] += 1
    return Places(named, villages, is_low)


def findings_of(look: Look, first: date, places: Places) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the findings of the days from ``first`` to the look's end, and how many of a kind are left out."""
    # Three matters of a restricted kind in one village point at people; they are counted, not pointed at (PV-06).
    hidden = {code for code, category in categories().items() if category.is_restricted}
    told: list[dict[str, Any]] = []
    left_out = {}
    kinds = days_watched(look, first)
    for stream in STREAMS.values():
        found = [one for one in concentrations(look, stream, first, hidden) if one.village in places.named]
        watch = Watch(look, stream, first, kinds)
        told += list(_warnings(watch.warned(), stream, places, hidden if places.child_is_village else set()))
        dense = [_concentration(one, stream, places, watch) for one in found]
        dense.sort(key=lambda finding: (_rank(finding), -finding["count"], finding["id"]))
        told += dense[:LISTED]
        if len(dense) > LISTED:
            left_out[f"concentration.{stream.name}"] = len(dense) - LISTED
    return [frozen(finding) for finding in told], left_out


def _rank(finding: dict[str, Any]) -> float:
    rate = finding["false_alarm_rate"]
    return 1.0 if rate is None else float(rate)


def _warnings(warned: Iterable[Warned], stream: Stream, places: Places, hidden: set[str]) -> Iterable[dict[str, Any]]:
    warned = [one for one in warned if one.category not in hidden and one.place in places.named]
    below = {one.category for one in warned if one.place != WHOLE}
    for one in sorted(warned, key=lambda one: (one.alarm.chance, one.place, one.category)):
        if one.place == WHOLE and one.category in below:
            continue  # Where it is known, the place is told.
        start, after = one.window
        yield _finding(
            one.alarm.rule.value,
            stream,
            places.named[one.place],
            one.category,
            since=str(one.since),
            first_on=str(one.first_on),
            window={"start": str(start), "end": str(after)},
            days=(after - start).days,
            count=one.alarm.count,
            expected=round(one.alarm.expected, 1),
            false_alarm_rate=_rounded(one.alarm.chance),
            rule_rate=one.alarm.share,
            warns=True,
        )


def _concentration(one: Concentration, stream: Stream, places: Places, watch: Watch) -> dict[str, Any]:
    named = places.named[one.village]
    parent = named.parent or WHOLE
    past = watch.past(parent, one.category, one.last)
    expected = chance = share = None
    if past is not None:
        many = 1 if places.child_is_village else max(1, places.villages.get(parent, 1))
        per_day = spot_per_day(one.past, past, many, PAST_DAYS)
        expected = round(per_day * SPOT_DAYS, 1)
        chance = _rounded(spot_chance(one.count, per_day, past, many))
        share = past.share(Rule.SPOT)
    after = date.fromordinal(one.last.toordinal() + 1)
    return _finding(
        "concentration",
        stream,
        named,
        one.category,
        since=str(one.first),
        first_on=str(one.last),
        window={"start": str(one.first), "end": str(after)},
        days=SPOT_DAYS,
        count=one.count,
        expected=expected,
        false_alarm_rate=chance,
        rule_rate=share,
        warns=chance is not None and share is not None and chance <= share,
    )


def _finding(kind: str, stream: Stream, place: Named, category: str, **told: Any) -> dict[str, Any]:
    return {
        "id": f"{kind}.{stream.name}.{place.code}.{category}",
        "kind": kind,
        "of": stream.name,
        "place": place.code,
        "place_name": place.name,
        "category": category,
        "category_name": said_name(category),
        **told,
    }


def said_name(code: str) -> str:
    """Return a subcategory's name as it is said alone: "邻里纠纷", not "邻里"; "环境卫生诉求", not "环境卫生"."""
    name = categories()[code].name
    what = {"01": "纠纷", "02": "隐患", "04": "诉求", "05": "诉求"}.get(code[:2], "")
    return name if name.endswith((what, "争议", "破损")) else f"{name}{what}"


def _rounded(chance: float) -> float:
    return round(max(chance, RAREST), 6)
