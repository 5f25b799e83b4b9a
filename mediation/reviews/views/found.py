"""What a review found, for its page: concentrations and warnings, hits of the guard, and who stands where.

Everything is stored; here it is put in order and given addresses. Ranks are shown with their intervals, so that nobody
reads a difference where there is none.
"""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from mediation.reviews.findings import sentence, suggestions
from mediation.reviews.findings.comparing import VERSUS
from mediation.reviews.indicators import HIDDEN, NOTHING, REGISTER
from mediation.reviews.models import Review
from mediation.reviews.tracing import Number
from mediation.reviews.views.figures import shown

SHOWN_AT_ONCE = 6
TONES = {"above": "good", "below": "bad", "unclear": "neutral"}


def findings_of(review: Review) -> dict[str, Any]:
    """Findings that warn, the surest first; the usual ones; the guard's; each with its records and what is advised."""
    advised = {draft["finding"]: draft["text"] for draft in suggestions(review.figures) if draft["finding"]}
    stored = [_finding(review, each, advised) for each in review.figures.get("findings", ())]
    warning = sorted((each for each in stored if each["warns"]), key=lambda each: each["chance"])
    left_out = sum(review.figures.get("findings_left_out", {}).values())
    return {
        "is_known": "findings" in review.figures,
        "warning": warning[:SHOWN_AT_ONCE],
        "more": warning[SHOWN_AT_ONCE:],
        "warnings": len(warning),
        "usual": [each for each in stored if not each["warns"]],
        "guard": [_finding(review, each, advised) for each in review.figures.get("guard", ())],
        "left_out": left_out,
    }


def _finding(review: Review, stored: Mapping[str, Any], advised: Mapping[str, str]) -> dict[str, Any]:
    rate = stored.get("false_alarm_rate")
    return {
        "id": stored["id"],
        "kind": stored["kind"],
        "of": stored.get("of", "incident"),
        "place": stored["place_name"],
        "category": stored.get("category_name", ""),
        "count": stored["count"],
        "sentence": sentence(stored),
        "warns": bool(stored.get("warns")),
        "chance": 1.0 if rate is None else float(rate),
        "advice": advised.get(stored["id"], ""),
        "url": reverse("reviews:finding-records", args=[review.pk, stored["id"]]),
    }


def ranking_of(review: Review, asked: str) -> dict[str, Any]:
    """One measure's ranking, and the scores over all of them; empty for days, of which too little can be said."""
    tables: Mapping[str, Any] = review.figures.get("ranking", {})
    measures = [REGISTER[id] for id in REGISTER if id in tables]
    if not measures:
        return {}
    chosen = next((measure for measure in measures if measure.id == asked), measures[0])
    compared: Mapping[str, Any] = review.figures["comparison"]
    whole = review.figures["measures"][chosen.id]
    axis = _axis(tables[chosen.id], whole["display"])
    rows = [_row(review, chosen.id, row, axis) for row in tables[chosen.id]]
    return {
        "measures": measures,
        "measure": chosen,
        "rows": rows,
        "axis": [f"{end}%" for end in axis],
        "whole": _on(axis, _number(whole["display"])),
        "whole_text": whole["display"],
        "told": compared["measures"].get(chosen.id, {}),
        "scores": compared["scores"],
        "weights": [(REGISTER[id], weight) for id, weight in compared["weights"].items() if id in REGISTER],
        "commended": compared["commended"],
        "urged": compared["urged"],
    }


def _axis(rows: Any, whole: str) -> tuple[int, int]:
    """From where to where, in whole fives of a percent, all intervals and the whole lie."""
    known = [_number(row[name]) for row in rows for name in ("low", "high")]
    ends = [end for end in (*known, _number(whole)) if end is not None]
    if not ends:
        return 0, 100
    low, high = int(min(ends) // 5 * 5), int(-(-max(ends) // 5) * 5)
    return low, max(high, low + 5)


def _on(axis: tuple[int, int], percent: float | None) -> float | None:
    """A percentage as a place on the axis, 0 to 100."""
    low, high = axis
    return None if percent is None else round((percent - low) * 100 / (high - low), 2)


def _row(review: Review, measure: str, row: Mapping[str, Any], axis: tuple[int, int]) -> dict[str, Any]:
    number = Number(measure, child=row["unit"])
    low, high = _on(axis, _number(row["low"])), _on(axis, _number(row["high"]))
    is_told = row["value"] != HIDDEN
    takes_part = is_told and row.get("position") is not None
    return {
        "name": row["name"],
        "value": row["value"],
        "parts": [
            shown(review, Number(measure, part=part, child=number.child), row[part])
            for part in (("numerator", "denominator") if is_told else ())
        ],
        "takes_part": takes_part,
        "rank": row["rank"],
        "is_apart": row["is_apart"],
        "band": str(VERSUS[row["versus"]]) if row["versus"] in VERSUS else "",
        "tone": TONES.get(row["versus"], "neutral"),
        "is_few": row["versus"] == "too_few",
        "low": low,
        "width": None if low is None or high is None else round(max(high - low, 0.8), 2),
        "range": f"{row['low']}—{row['high']}" if takes_part else NOTHING,
        "reopened": row.get("reopened"),
        "late": row.get("late"),
    }


def _number(text: str) -> float | None:
    """A stored percentage as a place on a line from 0 to 100."""
    return None if text in (NOTHING, HIDDEN) else min(100.0, max(0.0, float(text.rstrip("%"))))
