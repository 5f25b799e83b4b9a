"""What the charts of a review draw: the numbers of its tables, with the same texts and addresses.

A chart adds nothing to the tables beside it; who cannot see it, or has no script, loses nothing.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mediation.reviews import periods
from mediation.reviews.indicators import REGISTER, Measure, Shape
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Review
from mediation.reviews.periods import Period
from mediation.reviews.tracing import Number
from mediation.reviews.views.figures import BY_CODE, Cell, address, cell
from mediation.reviews.words import category_name

TREND = ("reported_valid", "closure_rate", "disputes_accepted", "resolution_rate_accepted")
"""Measures whose course is drawn."""

PAST = {
    Kind.DAILY: 14,
    Kind.WEEKLY: 13,
    Kind.MONTHLY: 13,
    Kind.BIMONTHLY: 7,
    Kind.QUARTERLY: 9,
    Kind.ANNUAL: 5,
}
"""How many periods a course shows, this one included: enough for the same period last year, where years have few."""

TOP = 12
"""Bars of a chart of categories; the table has them all."""


def value_of(measure: Measure, figure: Mapping[str, Any] | None) -> float | None:
    """A figure as a height; nothing over nothing."""
    number = None if figure is None else measure.number(figure)
    return None if number is None else float(number)


def point(measure: Measure, figures: Mapping[str, Any] | None, made: Cell | None) -> dict[str, Any]:
    """One point of a chart: its height, its text, and the page it opens."""
    figure = (figures or {}).get(measure.id)
    if figure is None or made is None:
        return {"value": None, "text": "", "url": ""}
    return {"value": value_of(measure, figure), "text": made.main.text, "url": made.url}


def short(period: Period) -> str:
    """A period's name for an axis, the same in both languages."""
    day = period.start_on
    return {
        Kind.DAILY: f"{day.month}/{day.day}",
        Kind.WEEKLY: f"W{day.isocalendar().week}",
        Kind.MONTHLY: f"{day:%y/%m}",
        Kind.BIMONTHLY: f"{day:%y/%m}–{period.last_on:%m}",
        Kind.QUARTERLY: f"{day:%y}Q{day.month // 3 + 1}",
        Kind.ANNUAL: str(day.year),
    }[period.kind]


def trend_of(request: HttpRequest, review: Review) -> dict[str, Any]:
    """The course of a few measures: stored reviews of the periods before, and what this one was compared with."""
    course = _course(review)
    stored = _stored(request, review, course)
    based = _bases(review)
    lines: list[dict[str, Any]] = []
    for measure in (REGISTER[id] for id in TREND if id in review.figures["measures"]):
        points = [_past_point(measure, stored.get(period.start), based.get(period.start)) for period in course]
        lines.append({"id": measure.id, "name": str(measure.name), "unit": str(measure.unit), "points": points})
    rows = []
    for number, period in enumerate(course):
        points = [line["points"][number] for line in lines]
        found = stored.get(period.start)
        url = reverse("reviews:review-detail", args=[found[0].pk]) if found else ""
        if any(each["text"] for each in points):
            rows.append({"name": periods.label(period, get_language() or ""), "url": url, "points": points})
    return {
        "periods": [[short(period), periods.label(period, get_language() or "")] for period in course],
        "lines": lines,
        "rows": rows[::-1],
        "is_worth_drawing": len(rows) > 1,
    }


def _course(review: Review) -> list[Period]:
    period = periods.starting(review.kind, review.start)
    course = [period]
    while len(course) < PAST[period.kind]:
        course.append(periods.previous(course[-1]))
    return course[::-1]


def _stored(request: HttpRequest, review: Review, course: list[Period]) -> dict[datetime, tuple[Review, Any]]:
    """Newest version of each period's review that the reader may see, with its measures alone."""
    found = Review.objects.visible_to(request.user).filter(
        unit=review.unit_id, kind=review.kind, start__gte=course[0].start, start__lt=review.start
    )
    stored = {
        start: (Review(pk=pk), measures)
        for pk, start, measures in found.order_by("version").values_list("pk", "start", "figures__measures")
    }
    return {**stored, review.start: (review, review.figures["measures"])}


RECORDED_BY = ("reported", "disputes_found", "flow_open_start")


def _bases(review: Review) -> dict[datetime, Mapping[str, Any]]:
    """What this review was compared with, by the start of the base.

    A base with nothing in it is from before anything was recorded: a gap, and no year without incidents.
    """
    return {
        periods.parse(review.kind, said["start"]).start: {id: row["base"] for id, row in said["measures"].items()}
        for said in review.figures.get("comparisons", {}).values()
        if "measures" in said and "start" in said and any(said["measures"][id]["base"]["value"] for id in RECORDED_BY)
    }


def _past_point(measure: Measure, stored: tuple[Review, Any] | None, base: Mapping[str, Any] | None) -> dict[str, Any]:
    if stored is not None:
        review, figures = stored
        return point(measure, figures, cell(review, measure, figures))
    figure = (base or {}).get(measure.id)
    text = "" if figure is None else str(figure["display"] if "display" in figure else figure["value"])
    return {"value": value_of(measure, figure), "text": text, "url": ""}


def places_chart(review: Review, places: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Every measure of the table by places below, as bars and as shades of a map."""
    by_code = review.figures.get(key, {})
    codes = [row["code"] for row in places["rows"]]
    measures = [
        {
            "id": measure.id,
            "name": str(measure.name),
            "unit": str(measure.unit),
            "is_rate": measure.shape is Shape.RATE,
            "points": [point(measure, by_code[row["code"]], row["cells"][number][1]) for row in places["rows"]],
        }
        for number, measure in enumerate(places["measures"])
    ]
    has_map = bool(set(codes) & set(outlines()))
    return {
        "codes": codes,
        "names": [row["name"] for row in places["rows"]],
        "measures": measures,
        "outlines": reverse("reviews:outline-list", args=[review.unit.code]) if has_map else "",
    }


def categories_chart(review: Review) -> list[dict[str, Any]]:
    """The largest categories of valid incidents and of disputes."""
    return [_largest(review, REGISTER[measure]) for measure in BY_CODE if review.figures.get(f"{measure}_by_category")]


def _largest(review: Review, measure: Measure) -> dict[str, Any]:
    counts: Mapping[str, int] = review.figures[f"{measure.id}_by_category"]
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    return {
        "id": measure.id,
        "name": str(measure.name),
        "unit": str(measure.unit),
        "names": [category_name(code) for code, _count in largest],
        "points": [
            {"value": count, "text": str(count), "url": address(review, Number(measure.id, category=code))}
            for code, count in largest
        ],
    }


# -- Outlines ---------------------------------------------------------------------------------------------------------


@cache
def outlines() -> dict[str, Any]:
    """Outlines of counties by code: a working diagram, no survey map; read once per process."""
    read = json.loads(Path(settings.COUNTY_OUTLINES).read_text("utf-8"))
    return {feature["properties"]["code"]: feature for feature in read["features"]}


def _within(city: str) -> Iterator[Any]:
    return (feature for code, feature in outlines().items() if code[:4] == city[:4])


@require_safe
@cache_control(private=True, max_age=86_400)
def outline_list(_request: HttpRequest, city: str) -> HttpResponse:
    """Give the outlines of a city's counties as GeoJSON; an empty collection where there are none."""
    return JsonResponse({"type": "FeatureCollection", "features": list(_within(city))})
