"""A stored review laid out for reading: every number with its address, every table with its heads.

Nothing is computed here that a review does not store, but shares of a whole; a page and a paper say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.workflow.reasons import Prevention
from mediation.reviews.figures import DIRECT, NoFigures
from mediation.reviews.figures.behind import DENOMINATOR, NUMERATOR
from mediation.reviews.figures.places import child_level
from mediation.reviews.indicators import HIDDEN, MERGED, REGISTER, Measure, Shape, percentage
from mediation.reviews.models import Review
from mediation.reviews.tracing import Number, number_at
from mediation.reviews.words import (
    COMPARED,
    LEVEL_NAMES,
    base_text,
    category_name,
    change_text,
    note_text,
    place_names,
    source_name,
)

GROUPS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "closing": (
        _("办结情况"),
        (
            *("reported_valid", "closure_rate", "handling_rate", "on_time_closure_rate", "extension_share"),
            *("grassroots_resolution_rate", "village_resolution_share", "township_resolution_share"),
            *("self_handled_rate", "reopen_rate"),
        ),
    ),
    "reports": (
        _("上报与核实"),
        (
            *("reported", "reported_invalid", "reported_duplicate", "pending_inspection", "valid_report_rate"),
            *("active_grid_rate", "grids_unreported"),
        ),
    ),
    "flow": (
        _("流量与存量"),
        (
            *("flow_open_start", "flow_new", "flow_reopened", "flow_closed", "flow_voided", "flow_open_end"),
            *("stock_clearance", "clearance"),
        ),
    ),
    "disputes": (
        _("纠纷情况"),
        (
            *("disputes_found", "disputes_accepted", "resolution_rate_found", "resolution_rate_accepted"),
            *("mediation_success_rate", "mediation_success_concluded", "disputes_closed", "dispute_clearance"),
            *("handling_days_median", "handling_days_p90", "escalated_cases", "escalated_people"),
            *("cases_per_10k", "suits_per_10k"),
        ),
    ),
    "prevented": (
        _("防止激化"),
        tuple(f"prevented_{kind.value}_{what}" for kind in Prevention for what in ("cases", "people")),
    ),
    "agreements": (
        _("协议与回访"),
        (
            *("agreements_signed", "agreement_amount", "amount_involved"),
            *("performance_rate", "performance_rate_due", "performance_rate_signed"),
            *("confirmations_applied", "confirmation_apply_rate", "confirm_rate"),
            *("follow_up_rate", "satisfaction_rate"),
        ),
    ),
    "roster": (
        _("队伍"),
        (
            *("mediators_full_time", "mediators_part_time", "staffing_compliance"),
            *("committees_township", "committees_subdistrict", "committees_village", "named_studios"),
        ),
    ),
}
"""How the measures stand together on pages; each of the register stands in exactly one group."""

HEADLINE = (
    "reported_valid",
    "closure_rate",
    "on_time_closure_rate",
    "flow_open_end",
    "disputes_accepted",
    "resolution_rate_accepted",
    "agreements_signed",
    "performance_rate",
)
"""What stands first, large."""

FLOW = (
    ("flow_open_start", ""),
    ("flow_new", "＋"),
    ("flow_reopened", "＋"),
    ("flow_closed", "－"),
    ("flow_voided", "－"),
    ("flow_open_end", "＝"),
)
"""The identity that holds in every table, as it is written."""


BY_CODE = ("reported_valid", "disputes_found")
"""Measures that are broken down by category and source."""


@dataclass(frozen=True)
class Shown:
    """A number as it stands on a page; a count of nothing has no address, for there is nothing to open."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure: a count or an amount; a rate with both its parts; days with how many they were taken from."""

    main: Shown
    numerator: Shown | None = None
    denominator: Shown | None = None
    sample: Shown | None = None
    is_small: bool = False
    """Too few answers to say anything (DOMAIN.md 7.3)."""

    @property
    def is_rate(self) -> bool:
        """Whether it is printed with its parts."""
        return self.denominator is not None

    @property
    def url(self) -> str:
        """Where the figure as a whole opens: what was counted of what it was counted over."""
        return next((part.url for part in (self.numerator, self.sample) if part is not None), self.main.url)


@dataclass(frozen=True)
class Change:
    """A change from an earlier period, in words."""

    key: str
    name: str | Promise
    text: str
    base: str
    trend: str


@dataclass(frozen=True)
class Line:
    """One measure of the whole, with what it is compared with."""

    measure: Measure
    cell: Cell
    changes: list[Change]


def address_at(review: Review, ref: str) -> str:
    """The page of the records behind the number at an address of a text; "" where there are none to open."""
    try:
        number = number_at(review, ref)
        return address(review, number) if number is not None and number.stored_in(review) else ""
    except (NoFigures, KeyError):
        return ""


def address(review: Review, number: Number) -> str:
    """The page of the records behind a number; none for categories told together, whose records nobody is to part."""
    if number.category.endswith(MERGED):
        return ""
    query = number.query
    return reverse("reviews:record-list", args=[review.pk, number.measure]) + (f"?{query}" if query else "")


def shown(review: Review, number: Number, count: int, text: str = "") -> Shown:
    """A number and where it opens."""
    return Shown(text or str(count), address(review, number) if count else "")


def cell(review: Review, measure: Measure, figures: Mapping[str, Any], child: str = "") -> Cell | None:
    """The figure of a measure in one column of a review, or None where it was not counted yet."""
    figure = figures.get(measure.id)
    if figure is None:
        return None
    if "hidden" in figure:
        return Cell(Shown(HIDDEN))
    number = Number(measure.id, child=child)
    if measure.bottom:
        parts = {part: replace(number, part=part) for part in (NUMERATOR, DENOMINATOR)}
        top, bottom = (shown(review, each, figure[part]) for part, each in parts.items())
        return Cell(Shown(figure["display"]), top, bottom, is_small=measure.is_small(figure))
    if measure.shape is Shape.DAYS:
        return Cell(Shown(figure["display"]), sample=shown(review, number, figure["count"]))
    counted = figures[measure.listed_as or measure.id]["value"]
    text = f"{Decimal(figure['value']):,.2f}" if measure.shape is Shape.AMOUNT else str(figure["value"])
    return Cell(shown(review, number, counted, text))


def lines_of(review: Review, ids: Iterable[str]) -> list[Line]:
    """Measures of the whole, with their comparisons."""
    figures, compared = review.figures["measures"], review.figures.get("comparisons", {})
    lines = []
    for measure in (REGISTER[id] for id in ids):
        made = cell(review, measure, figures)
        if made is not None:
            lines.append(Line(measure, made, list(_changes(measure, compared))))
    return lines


def _changes(measure: Measure, compared: Mapping[str, Any]) -> Iterable[Change]:
    for key, name in COMPARED.items():
        comparison = compared.get(key)
        if comparison is None:
            continue
        change = comparison.get("measures", {}).get(measure.id)
        text = note_text(comparison) or change_text(change)
        yield Change(key, name, text, base_text(change), (change or {}).get("trend", "unknown"))


def groups_of(review: Review) -> list[dict[str, Any]]:
    """Every measure of the review, in groups."""
    return [{"key": key, "label": label, "lines": lines_of(review, ids)} for key, (label, ids) in GROUPS.items()]


def flow_of(review: Review) -> list[dict[str, Any]]:
    """The flow of open incidents as a sum."""
    figures = review.figures["measures"]
    return [{"sign": sign, "measure": REGISTER[id], "cell": cell(review, REGISTER[id], figures)} for id, sign in FLOW]


def places_key(review: Review) -> str:
    """Where a review keeps the figures of the places below."""
    return f"by_{child_level(review.unit).value}"


def places_of(review: Review, group: str) -> dict[str, Any]:
    """The table by places below: a row each, and the whole, which is no sum of rates."""
    key = places_key(review)
    measures = [REGISTER[id] for id in GROUPS[group][1] if id in review.figures["measures"]]
    names = place_names(review)
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "name": names[code],
            "cells": [
                (measure, cell(review, measure, review.figures.get(key, {})[code], code)) for measure in measures
            ],
        }
        for code in sorted(names, key=lambda code: (code == DIRECT, code))
    ]
    whole = [(measure, cell(review, measure, review.figures["measures"])) for measure in measures]
    first = next((measure.id for measure in measures if measure.shape is Shape.RATE and measure.id in HEADLINE), "")
    level = LEVEL_NAMES[child_level(review.unit)]
    is_hiding = any(made and made.main.text == HIDDEN for row in rows for _measure, made in row["cells"])
    return {
        "level": level,
        "measures": measures,
        "rows": rows,
        "whole": whole,
        "first": first,
        "is_hiding": is_hiding,
    }


def categories_of(review: Review) -> list[dict[str, Any]]:
    """Classes and their subcategories, the largest first: valid incidents, and disputes found."""
    sides = {name: review.figures.get(f"{name}_by_category", {}) for name in BY_CODE}
    codes = {code for counts in sides.values() for code in counts}
    classes: dict[str, list[str]] = {}
    for code in codes:
        classes.setdefault(code[:2], []).append(code)
    made = [_class(review, head, below, sides) for head, below in classes.items()]
    return sorted(made, key=lambda row: (-row["weight"], row["code"]))


def _class(review: Review, head: str, below: list[str], sides: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    below.sort(key=lambda code: (-sum(counts.get(code, 0) for counts in sides.values()), code))
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "name": category_name(code),
            "sides": [_side(review, name, counts, "category", code) for name, counts in sides.items()],
        }
        for code in below
    ]
    whole = [_side(review, name, counts, "category", head, below) for name, counts in sides.items()]
    weight = sum(side["count"] for side in whole)
    for row in rows:
        for side, total in zip(row["sides"], whole, strict=True):
            # Hazards never become disputes: a class has a column only where it has anything.
            side["is_shown"] = total["count"] > 0
    # What is told together with another class is one row, the class itself.
    rows = [] if head == MERGED else rows
    return {"code": head, "name": category_name(head), "rows": rows, "whole": whole, "weight": weight}


def _side(
    review: Review, measure: str, counts: Mapping[str, int], by: str, code: str, codes: Iterable[str] = ()
) -> dict[str, Any]:
    """The count of a code, or of a class of ``codes``, and its share of the whole."""
    codes = list(codes) or [code]
    count = sum(counts.get(each, 0) for each in codes)
    number = Number(measure, **{by: code})
    return {"shown": shown(review, number, count), "count": count, "share": _share(counts, codes)}


def _share(counts: Mapping[str, int], codes: Iterable[str]) -> str:
    return percentage(sum(counts.get(code, 0) for code in codes), sum(counts.values()))


def sources_of(review: Review) -> list[dict[str, Any]]:
    """Where matters came from, the largest first."""
    sides = {name: review.figures.get(f"{name}_by_source", {}) for name in BY_CODE}
    codes = {code for counts in sides.values() for code in counts}
    rows = [
        {
            "code": code,
            "name": source_name(code),
            "sides": [_side(review, name, counts, "source", code) for name, counts in sides.items()],
        }
        for code in codes
    ]
    return sorted(rows, key=lambda row: (-sum(side["count"] for side in row["sides"]), row["code"]))
