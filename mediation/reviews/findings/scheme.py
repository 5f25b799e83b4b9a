"""By what units are assessed in one review: weights, targets, windows (DOMAIN.md 7.5).

A place goes by its own; without any by those of the nearest place above that has set some; else by the house's.
``scheme_for`` reads what holds for a period. A review stores what it was built with (``comparison``), and a later
count of an issued one goes by that (``stored_scheme``): settings never reach back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from grid.models import Unit
from mediation.reviews.findings.ranking import TARGETS, WEIGHTS
from mediation.reviews.indicators import NOTHING, REGISTER, half_up
from mediation.reviews.kinds import Kind
from mediation.reviews.models import AssessmentRule

OBJECTIONS = "objections"
WINDOWS: Mapping[str, int] = {
    OBJECTIONS: 3,
    Kind.DAILY.value: 1,
    Kind.WEEKLY.value: 3,
    Kind.MONTHLY.value: 10,
    Kind.BIMONTHLY.value: 20,
    Kind.QUARTERLY.value: 20,
    Kind.ANNUAL.value: 60,
}
"""Days units have at least to object, and within which a paper of a kind is to be issued after its period (the sources
name none but the first)."""


@dataclass(frozen=True)
class Scheme:
    """Weights in points, targets in percent, windows in days.

    ``set_by`` says whose they are: ``rule``, ``since``, and ``unit`` (its key) and ``name`` of the place they were set
    for, which may lie above; None: the house's.
    """

    weights: Mapping[str, int] = field(default_factory=lambda: dict(WEIGHTS))
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    windows: Mapping[str, int] = field(default_factory=lambda: dict(WINDOWS))
    set_by: Mapping[str, Any] | None = None

    @property
    def shares(self) -> dict[str, float]:
        """The target of each weighed measure as a share of one: what earns its whole weight."""
        return {id: float(self.targets[id]) / 100 if id in self.targets else TARGETS for id in self.weights}

    def as_json(self) -> dict[str, Any]:
        """Return what a review stores of it, to be read by ``stored_scheme``."""
        said: dict[str, Any] = {"weights": dict(self.weights), "windows": dict(self.windows)}
        if self.set_by is None:
            return said
        return {**said, "targets": {id: f"{target}%" for id, target in self.targets.items()}, "scheme": self.set_by}


def scheme_for(unit: Unit, on: date) -> Scheme:
    """Return what holds at a place for periods beginning on a day; call it in a scope that sees the place."""
    return schemes_of(unit)(on)


def schemes_of(unit: Unit) -> Callable[[date], Scheme]:
    """Return what holds at a place, by the day a period begins: one statement for all days."""
    return schemes_of_each([unit])[unit.pk]


def schemes_of_each(units: Iterable[Unit]) -> dict[int, Callable[[date], Scheme]]:
    """Return the same for several places by their key, in one statement for all."""
    upwards = {unit.pk: list(reversed(lineage(unit))) for unit in units}
    kept: dict[int, list[AssessmentRule]] = {pk: [] for pks in upwards.values() for pk in pks}
    for row in AssessmentRule.objects.filter(unit__in=kept).select_related("unit").order_by("-since", "-pk"):
        kept[row.unit_id].append(row)
    return {pk: partial(_on, [row for above in pks for row in kept[above]]) for pk, pks in upwards.items()}


def lineage(unit: Unit) -> list[int]:
    """Return the keys of the places whose rules may hold at a place: from the city down to itself."""
    return [pk for pk in unit.levels.values() if pk is not None]


def _on(rows: list[AssessmentRule], day: date) -> Scheme:
    """Return what holds on a day; the rows are the place's own first, then those above, the newest of each first."""
    row = next((row for row in rows if row.since <= day), None)
    return Scheme() if row is None else scheme_of(row)


def scheme_of(row: AssessmentRule) -> Scheme:
    """Return what a row set."""
    targets = {id: Decimal(target) for id, target in row.targets.items()}
    set_by = {"rule": row.pk, "since": str(row.since), "unit": row.unit_id, "name": row.unit.name}
    # The database keeps keys in an order of its own.
    windows = {name: row.windows.get(name, days) for name, days in WINDOWS.items()}
    return Scheme(row.weights, targets, windows, set_by)


def stored_scheme(figures: Mapping[str, Any]) -> Scheme | None:
    """Return what a stored review was assessed by; None for one that assesses nobody."""
    stored = figures.get("comparison")
    if not stored:
        return None
    targets = {id: Decimal(target.rstrip("%")) for id, target in stored.get("targets", {}).items()}
    return Scheme(stored["weights"], targets, stored.get("windows", dict(WINDOWS)), stored.get("scheme"))


def attainment(scheme: Scheme, measures: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return target, gap and result of the whole per measure that has a target; gaps are in percentage points.

    ``short`` is by how much a target was missed.
    """
    found: dict[str, dict[str, Any]] = {}
    for id, target in scheme.targets.items():
        if id not in measures:
            continue
        value = REGISTER[id].number(measures[id])
        # Of what is printed: nobody is to read a target reached to the digit, and missed.
        gap = None if value is None else half_up(value) - target
        found[id] = {
            "target": f"{target}%",
            "gap": NOTHING if gap is None else f"{gap:+.2f}" if gap else "0.00",
            "met": None if gap is None else gap >= 0,
        }
        if gap is not None and gap < 0:
            found[id]["short"] = f"{-gap:.2f}"
    return found


def attained(found: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return how many targets are set, and how many of them are met and missed; no data is neither."""
    met = [one["met"] for one in found.values()]
    return {"set": len(met), "met": met.count(True), "missed": met.count(False)}
