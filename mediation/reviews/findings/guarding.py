"""The guard's hits of one review, as it stores them under ``guard``."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from cases.workflow.clocks import load_calendar
from mediation.reviews.figures.looking import Look
from mediation.reviews.findings import guard
from mediation.reviews.findings.building import Named, Places
from mediation.reviews.findings.counting import INCIDENTS, last_day, within
from mediation.reviews.findings.days import kinds_of, weights
from mediation.reviews.findings.sentences import frozen
from mediation.reviews.findings.surprise import at_least
from mediation.reviews.findings.watching import WHOLE

LISTED = 100
"""Groups of copied or split reports a review lists, the largest first."""

QUICK_FROM = 3
"""Quick closures of a place from which on they are told; each of them can be drawn into a sample all the same."""

CUTOFF_DAYS = 2
COMPARED_DAYS = 28
CUTOFF_FROM = 10
CUTOFF_TIMES = 2.0
CUTOFF_CHANCE = 0.001
"""Closings of the last two days are told when there are ten, twice those to be expected, and hardly by chance."""

SHORT_DAYS, LONG_DAYS = 7, 62
"""Nearly the same texts are looked for in periods up to a week, equal ones up to two months: longer periods have had
their shorter reviews, and a year's texts are too many to compare."""


def guard_of(look: Look, first: date, places: Places) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the guard's findings of the days from ``first`` to the look's end, and how many are left out."""
    days = (last_day(look) - first).days + 1
    window = {"start": str(first), "end": str(first + timedelta(days=days))}
    told = [*_quick(look, places, window)]
    if days >= SHORT_DAYS:
        told += _cutoff(look, first, places)
    if days > LONG_DAYS:
        return [frozen(finding) for finding in told], {}
    low = within(look, first, last_day(look) + timedelta(days=1), child="village_id")
    split = guard.split(low)
    chains = [set(hit.incidents) for hit in split]
    copied = [
        hit
        for hit in guard.copied(low, nearly=days <= SHORT_DAYS)
        if not any(set(hit.incidents) <= chain for chain in chains)
    ]
    left_out = {}
    for kind, hits in (("copied", copied), ("split", split)):
        told += _groups(kind, hits[:LISTED], places, window)
        if len(hits) > LISTED:
            left_out[kind] = len(hits) - LISTED
    return [frozen(finding) for finding in told], left_out


def _quick(look: Look, places: Places, window: dict[str, str]) -> Iterable[dict[str, Any]]:
    found = guard.quick_closures(look)
    for child in sorted(found, key=lambda child: (-found[child][0], child or 0)):
        count, spot, closures = found[child]
        if count >= QUICK_FROM and (child or WHOLE) in places.named:
            yield _finding(
                "quick_closure", places.named[child or WHOLE], window, count=count, self_handled=spot, of_all=closures
            )


def _cutoff(look: Look, first: date, places: Places) -> Iterable[dict[str, Any]]:
    """Closings of the last days against the four weeks before them, workdays and holidays weighed."""
    after = last_day(look) + timedelta(days=1)
    cut = after - timedelta(days=CUTOFF_DAYS)
    origin = cut - timedelta(days=COMPARED_DAYS)
    days = within(look, origin, after)
    kinds = kinds_of(load_calendar(origin, COMPARED_DAYS + CUTOFF_DAYS + 1), origin, COMPARED_DAYS + CUTOFF_DAYS)
    for child, closings in sorted(guard.closings(days).items(), key=lambda item: item[0] or 0):
        counts = [0] * len(kinds)
        for day, number in closings:
            counts[day] = number
        weighed = weights(kinds, counts, COMPARED_DAYS)
        before, load = sum(counts[:COMPARED_DAYS]), sum(weighed[:COMPARED_DAYS])
        expected = before / load * sum(weighed[COMPARED_DAYS:])
        count = sum(counts[COMPARED_DAYS:])
        if (child or WHOLE) not in places.named or count < CUTOFF_FROM or count < CUTOFF_TIMES * expected:
            continue
        dispersion = _dispersion(counts, weighed)
        chance = at_least(int(count / dispersion), max(expected, 0.5) / dispersion)
        if chance > CUTOFF_CHANCE:
            continue
        window = {"start": str(cut), "end": str(after)}
        yield _finding(
            "cutoff_burst",
            places.named[child or WHOLE],
            window,
            count=count,
            expected=round(expected, 1),
            days=CUTOFF_DAYS,
        )


def _dispersion(counts: list[int], weighed: list[float]) -> float:
    """Variance over mean of the daily closings before the cut-off, at least 1."""
    mean = sum(counts[:COMPARED_DAYS]) / COMPARED_DAYS
    if not mean:
        return 1.0
    pairs = zip(counts[:COMPARED_DAYS], weighed[:COMPARED_DAYS], strict=True)
    return max(1.0, sum((count - mean * load) ** 2 / mean for count, load in pairs) / (COMPARED_DAYS - 1))


def _groups(kind: str, hits: Iterable[guard.Hit], places: Places, window: dict[str, str]) -> Iterable[dict[str, Any]]:
    for hit in hits:
        named = places.named.get(hit.child or WHOLE)
        if named is not None:
            yield _finding(
                kind,
                named,
                window,
                suffix=f".{hit.incidents[0]}",
                count=len(hit.incidents),
                records=list(hit.incidents),
            )


def _finding(kind: str, place: Named, window: dict[str, str], *, suffix: str = "", **told: Any) -> dict[str, Any]:
    return {
        "id": f"{kind}.{INCIDENTS.name}.{place.code}{suffix}",
        "kind": kind,
        "of": INCIDENTS.name,
        "place": place.code,
        "place_name": place.name,
        "since": window["start"],
        "window": window,
        **told,
    }
