"""Two reviews side by side: two periods of a place, or two places in one period."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from grid.views.asked import key_of
from mediation.reviews.figures.comparing import Trend
from mediation.reviews.indicators import MERGED, NOTHING, REGISTER, Measure, Shape, half_up, percentage
from mediation.reviews.indicators.cells import CLASS_DIGITS
from mediation.reviews.models import Review
from mediation.reviews.tracing import Number
from mediation.reviews.views.charts import value_of
from mediation.reviews.views.figures import BY_CODE, GROUPS, HEADLINE, Cell, Shown, cell, places_key, shown
from mediation.reviews.views.review import review_or_404
from mediation.reviews.words import category_name, change_text, place_names, title_of

OFFERED = 60


@dataclass(frozen=True)
class Pair:
    """One figure in both reviews: as cells, as bars of at most 100, and the first less the second in words."""

    name: str
    unit: str
    cells: tuple[Cell | None, Cell | None]
    bars: tuple[float, float]
    text: str
    trend: str


def compare_context(request: HttpRequest, first: Review) -> dict[str, Any]:
    """The first review, what it can be compared with, and the comparison once the second is chosen."""
    context: dict[str, Any] = {"first": first, "first_title": title_of(first), **_offered(request, first)}
    if not request.GET.get("with"):
        return context
    second = review_or_404(request, _number(request, "with"))
    measure = request.GET.get("measure", "")
    measure = measure if measure in REGISTER else HEADLINE[1]
    return context | {
        "second": second,
        "second_title": title_of(second),
        "warnings": list(_warnings(first, second)),
        "groups": [(label, [_pair(first, second, REGISTER[id]) for id in ids]) for label, ids in GROUPS.values()],
        "categories": _categories(first, second),
        "measure": REGISTER[measure],
        "measures": list(REGISTER.values()),
        "places": _places(first, second, REGISTER[measure]),
    }


def _number(request: HttpRequest, name: str) -> int:
    key = key_of(request.GET.get(name, ""))
    if key is None:
        raise Http404
    return key


def _offered(request: HttpRequest, review: Review) -> dict[str, Any]:
    """Other periods of the place, and other places in the period, the newest version of each."""
    mine = Review.objects.visible_to(request.user).filter(kind=review.kind).select_related("unit")
    mine = mine.defer("figures", "snapshot").exclude(pk=review.pk)
    periods_found = mine.filter(unit=review.unit_id).exclude(start=review.start).order_by("-start", "-version")
    places_found = mine.filter(start=review.start).exclude(unit=review.unit_id).order_by("unit__path", "-version")
    return {
        "other_periods": [(found, title_of(found)) for found in _newest(periods_found[:OFFERED], "start")],
        "other_places": list(_newest(places_found[:OFFERED], "unit_id")),
    }


def _newest(found: Any, key: str) -> Iterator[Review]:
    known = set()
    for review in found:
        if getattr(review, key) not in known:
            known.add(getattr(review, key))
            yield review


def _warnings(first: Review, second: Review) -> Iterator[str]:
    """What makes the two unlike (DOMAIN.md 7.4 no. 5)."""
    if first.kind != second.kind:
        yield _("两份报告的期间长短不同。")
    if first.as_of - first.end != second.as_of - second.end:
        yield _("两份报告的统计时点距期末的时间不同，截至时点的比率不完全可比。")
    if first.register_version != second.register_version:
        yield _("两份报告的指标口径版本不同。")


def difference(measure: Measure, now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change from one stored figure to another, like ``figures.comparing.change``: rates by points."""
    current, former = measure.number(now), measure.number(then)
    if current is None or former is None:
        nothing = {"points": NOTHING} if measure.shape is Shape.RATE else {"difference": NOTHING, "percent": NOTHING}
        return {**nothing, "trend": Trend.UNKNOWN}
    change = current - former
    if measure.shape is Shape.RATE:
        return {"points": str(half_up(change)), "trend": _trend(change)}
    said: int | str = int(change) if measure.shape is Shape.COUNT else str(half_up(change))
    return {"difference": said, "percent": percentage(change, former), "trend": _trend(change)}


def _trend(change: Decimal) -> str:
    if not change:
        return Trend.FLAT
    return Trend.UP if change > 0 else Trend.DOWN


def _pair(first: Review, second: Review, measure: Measure) -> Pair:
    sides = [(review, review.figures["measures"], "") for review in (first, second)]
    return _paired(str(measure.name), measure, sides)


def _paired(name: str, measure: Measure, sides: list[tuple[Review, Mapping[str, Any], str]]) -> Pair:
    found = [figures.get(measure.id) for _review, figures, _child in sides]
    change = difference(measure, found[0], found[1]) if found[0] is not None and found[1] is not None else None
    values = [value_of(measure, figure) or 0 for figure in found]
    full = max(*values, 100.0 if measure.shape is Shape.RATE else 0.0) or 1.0
    one, other = (cell(review, measure, figures, child) for review, figures, child in sides)
    bars = (round(values[0] * 100 / full, 1), round(values[1] * 100 / full, 1))
    trend = change["trend"] if change else Trend.UNKNOWN
    return Pair(name, str(measure.unit), (one, other), bars, change_text(change), trend)


def _categories(first: Review, second: Review) -> list[dict[str, Any]]:
    """Counts by category in both, those that differ most first."""
    made = []
    for id in BY_CODE:
        counts = [review.figures.get(f"{id}_by_category", {}) for review in (first, second)]
        rows: list[dict[str, Any]] = [
            {
                "name": category_name(code),
                "sides": [_count(review, id, code, side) for review, side in zip((first, second), counts, strict=True)],
                "difference": _difference(code, *counts),
            }
            for code in sorted(set(counts[0]) | set(counts[1]))
        ]
        rows.sort(key=lambda row: -abs(row["difference"] or 0))
        made.append({"measure": REGISTER[id], "rows": rows})
    return made


def _count(review: Review, measure: str, code: str, counts: Mapping[str, int]) -> Shown:
    if _is_merged(code, counts):
        return Shown(NOTHING)
    return shown(review, Number(measure, category=code), counts.get(code, 0))


def _is_merged(code: str, counts: Mapping[str, int]) -> bool:
    """Whether a side cannot tell how many: it has some categories together, and this one may be among them."""
    return code not in counts and (MERGED in counts or code[:CLASS_DIGITS] + MERGED in counts or code.endswith(MERGED))


def _difference(code: str, ours: Mapping[str, int], theirs: Mapping[str, int]) -> int | None:
    if _is_merged(code, ours) or _is_merged(code, theirs):
        return None
    return ours.get(code, 0) - theirs.get(code, 0)


def _places(first: Review, second: Review, measure: Measure) -> list[Pair]:
    """One measure by places below, where both reviews have the same ones."""
    if first.unit_id != second.unit_id:
        return []
    key, names = places_key(first), {**place_names(second), **place_names(first)}
    return [
        _paired(
            names[code],
            measure,
            [(review, review.figures.get(key, {}).get(code, {}), code) for review in (first, second)],
        )
        for code in sorted(names)
    ]


@require_safe
def review_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two reviews side by side."""
    return render(request, "reviews/compare_page.html", compare_context(request, review_or_404(request, pk)))
