"""The counties of a city, shaded by a figure: a working diagram, no survey map.

Outlines come from the file ``settings.COUNTY_OUTLINES`` (GeoJSON; codes of 12 digits).
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mediation.reviews.outline import Chart, Figure
from mediation.reviews.render.svg import GREY, INK, NO_LINKS, SHADES, Drawing, Links, framed, label, linked, tag, words
from mediation.reviews.render.values import value_of

WIDTH, EDGE, LEGEND = 560.0, 12.0, 138.0
NET = 14
"""Points per side of the net in which a place for a name is sought."""
DARK_FROM = 3
"""From this class on, words on the shade are white."""


@dataclass(frozen=True)
class Outlines:
    """One county: its rings in degrees, and where its name stands."""

    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    centre: tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """Degrees to units of the drawing; a degree of longitude is shortened as it is at this latitude."""

    west: float
    north: float
    shrink: float
    scale: float

    def __call__(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a point lies in the drawing."""
        east, north = point
        return EDGE + (east - self.west) * self.shrink * self.scale, EDGE + (self.north - north) * self.scale


@cache
def outlines() -> Mapping[str, Outlines]:
    """Return every county there is an outline of, by its code; read once per process."""
    read = json.loads(Path(settings.COUNTY_OUTLINES).read_text(encoding="utf-8"))
    return {one["properties"]["code"]: _county(one) for one in read["features"]}


def has_map(codes: tuple[str, ...]) -> bool:
    """Whether there is an outline of every one of these places."""
    return bool(codes) and all(code in outlines() for code in codes)


def county_map(chart: Chart, links: Links = NO_LINKS) -> Drawing:
    """Draw a chart of kind MAP: the places of its labels, and their neighbours in the same city left blank."""
    cities = {code[:4] for code in chart.labels}
    shown = {code: county for code, county in outlines().items() if code[:4] in cities}
    figures = dict(zip(chart.labels, chart.series[0].figures, strict=True)) if chart.series else {}
    names = dict(zip(chart.labels, chart.names, strict=False))
    known = {code: value.number for code, figure in figures.items() if (value := value_of(figure)) is not None}
    classes = classes_of(list(known.values()))
    place, height = _projected(shown)
    blank = f"{chart.id}-blank"
    parts = [_hatching(blank)]
    for code, county in shown.items():
        level = class_of(known[code], classes) if code in known else None
        said = f"{names.get(code, county.name)} {figures.get(code, '')}".strip()
        drawn = _shape(county, place, SHADES[level] if level is not None else f"url(#{blank})", said)
        parts.append(linked(drawn, links.get(figures[code].ref, "") if code in figures else "", said))
    for code, county in shown.items():
        level = class_of(known[code], classes) if code in known else 0
        parts.append(
            _name(place(label_place(code)), names.get(code, county.name), figures.get(code), level >= DARK_FROM)
        )
    missing = len(known) < len(shown)
    parts.append(_legend(classes, blank if missing else "", chart.series[0].name if chart.series else "", figures))
    height = max(height, 60 + 24.0 * (len(classes) + 2))
    parts.append(label(WIDTH - EDGE, height - 8, _("示意图，非测绘地图"), size=11, anchor="end", fill=GREY))
    return framed(chart, WIDTH, height, *parts, is_linked=bool(links))


def classes_of(numbers: list[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """Return up to five classes as (least, most) of the numbers in each: about equally many, equal numbers together."""
    distinct = sorted(set(numbers))
    if len(distinct) <= len(SHADES):
        return [(number, number) for number in distinct]
    ordered, found = sorted(numbers), []
    start = 0
    for nth in range(len(SHADES)):
        end = max(start + 1, round(len(ordered) * (nth + 1) / len(SHADES)))
        while end < len(ordered) and ordered[end] == ordered[end - 1]:
            end += 1
        if start < len(ordered):
            found.append((ordered[start], ordered[min(end, len(ordered)) - 1]))
        start = end
    return found


def class_of(number: Decimal, classes: list[tuple[Decimal, Decimal]]) -> int:
    """The class a number falls into; fewer than five classes are spread over the shades."""
    nth = next(nth for nth, (_least, most) in enumerate(classes) if number <= most)
    return _shade(nth, len(classes))


def _shade(nth: int, count: int) -> int:
    return round(nth * (len(SHADES) - 1) / (count - 1)) if count > 1 else len(SHADES) // 2


@cache
def label_place(code: str) -> tuple[float, float]:
    """Return where a county's name has most room: of a net of points inside its largest ring, the one farthest from
    the border.
    """
    ring = max(outlines()[code].rings, key=len)
    west, east = min(x for x, _y in ring), max(x for x, _y in ring)
    south, north = min(y for _x, y in ring), max(y for _x, y in ring)
    steps = [(nth + 0.5) / NET for nth in range(NET)]
    net = [(west + (east - west) * x, south + (north - south) * y) for x in steps for y in steps]
    inside = [point for point in net if _is_inside(point, ring)]
    return max(inside or [outlines()[code].centre], key=lambda point: min(_apart(point, corner) for corner in ring))


def _is_inside(point: tuple[float, float], ring: tuple[tuple[float, float], ...]) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance squared, with room for a line of words: east and west count half."""
    return ((one[0] - other[0]) / 2) ** 2 + (one[1] - other[1]) ** 2


def _county(feature: Any) -> Outlines:
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    rings = tuple(tuple((east, north) for east, north, *_more in ring) for polygon in polygons for ring in polygon)
    east, north = feature["properties"]["centre"]
    return Outlines(feature["properties"]["name"], rings, (east, north))


def _points(shown: Mapping[str, Outlines]) -> Iterator[tuple[float, float]]:
    for county in shown.values():
        for ring in county.rings:
            yield from ring


def _projected(shown: Mapping[str, Outlines]) -> tuple[Projection, float]:
    points = list(_points(shown)) or [(0.0, 0.0), (1.0, 1.0)]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - LEGEND - 2 * EDGE) / ((east - west) * shrink)
    return Projection(west, north, shrink, scale), (north - south) * scale + 2 * EDGE


def _shape(county: Outlines, place: Projection, fill: str, said: str) -> str:
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(place, ring)) + "Z" for ring in county.rings)
    return tag("path", tag("title", words(said)), d=path, fill=fill, fill_rule="evenodd", stroke=INK, stroke_width=0.7)


def _name(at: tuple[float, float], name: str, figure: Figure | None, is_dark: bool) -> str:
    x, y = at
    ink, halo = ("#ffffff", SHADES[-1]) if is_dark else (INK, "#ffffff")
    # A name lies over its county and must not be in the way of the county's link.
    more = {
        "pointer_events": "none",
        "stroke": halo,
        "stroke_width": 2,
        "stroke_linejoin": "round",
        "paint_order": "stroke",
    }
    said = label(x, y, name, size=11, anchor="middle", fill=ink, **more)
    return said + (label(x, y + 13, figure.text, size=11, anchor="middle", fill=ink, **more) if figure else "")


def _hatching(name: str) -> str:
    stripe = tag("path", d="M0 6L6 0", stroke=GREY, stroke_width=0.8)
    ground = tag("rect", width=6, height=6, fill="#ffffff")
    return tag("defs", tag("pattern", ground, stripe, id=name, width=6, height=6, patternUnits="userSpaceOnUse"))


def _legend(classes: list[tuple[Decimal, Decimal]], blank: str, name: str, figures: Mapping[str, Figure]) -> str:
    x, y = WIDTH - LEGEND + 6, 26.0
    parts = [label(x, y, name, size=12)]
    percent = "%" if any(figure.text.endswith("%") for figure in figures.values()) else ""
    rows = [(SHADES[_shade(nth, len(classes))], _span(*ends, percent)) for nth, ends in enumerate(classes)]
    if blank:
        rows.append((f"url(#{blank})", _("无数据")))
    for fill, said in rows:
        y += 22
        parts.append(tag("rect", x=x, y=y - 12, width=22, height=15, fill=fill, stroke=INK, stroke_width=0.6))
        parts.append(label(x + 28, y, said, size=11))
    return "".join(parts)


def _span(least: Decimal, most: Decimal, percent: str) -> str:
    return f"{least}{percent}" if least == most else f"{least}{percent}—{most}{percent}"
