"""The records behind a stored figure (drill-down), whatever has been recorded, moved or corrected since.

The same pieces of SQL that counted a figure list what it counted: not with everything there is now, but with the events
the review saw. So under full rights the list is exactly as long as the figure is large.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from cases.workflow.reasons import Prevention
from grid.models import Unit
from grid.scope import LEVELS, ScopedQuerySet
from mediation.models import Committee, Mediator, RosterEvent, Studio
from mediation.reviews.figures import agreements, disputes, grids, incidents, rosters, stated
from mediation.reviews.figures.looking import DISPUTE, INCIDENT, Look, Timeline, moved, placed, placed_events
from mediation.reviews.figures.places import DIRECT, NoFigures, child_level, look_at
from mediation.reviews.indicators import MERGED, REGISTER, Measure, Shape
from mediation.reviews.models import OutsideFigure, Population, Review
from mediation.reviews.periods import Period

NUMERATOR, DENOMINATOR = "numerator", "denominator"


CLASS_DIGITS = 2
SORTED_BY = {"category": "category_id", "source": "source"}
"""What some counts are broken down by (``figures.BREAKDOWNS``) -> the column of the records as they stood at T."""


@dataclass(frozen=True)
class Listing:
    """How a sum of terms is listed: the model of the records, and SQL that selects their ``id`` and ``child``.

    Cohorts select the columns of ``SORTED_BY`` as well. ``is_own`` is for facts of a place as a whole, which do not add
    up: the unit's have no child.
    """

    model: Any
    sql: Callable[[Look], str]
    is_own: bool = False


def records_behind(
    review: Review,
    measure: str,
    *,
    child: str | None = None,
    part: str | None = None,
    category: str | None = None,
    source: str | None = None,
) -> ScopedQuerySet[Any]:
    """Return the records behind a figure of a review, ordered by id: filter by ``pk__gt`` to page on.

    ``part`` is ``numerator`` (the default) or ``denominator`` of a rate; ``child`` the code of a place below, or
    ``direct``; ``category`` (a kind, or a class of kinds) or ``source`` a code of one of the break-downs. What comes
    back depends on what is counted: incidents or disputes for cohorts and stocks; events of their timelines (with
    ``.incident`` or ``.case``) for what happened, such as closures, agreements and answers; mediators, committees or
    studios for the roster; units for townships and grids; the row stated for a population. An amount is behind its
    agreements.

    Pass it through ``visible_to(user)`` inside the user's scope before it is shown. Raises NoFigures for a measure,
    part, child or code that the review does not have.
    """
    if category is not None or source is not None:
        _sorted_number(review, measure, child, category, source)
    listing = LISTINGS[_terms(_measure(measure), part)]
    look = look_of(review)
    where = [_at(listing, look, child)]
    codes = {name: code for name, code in (("category", category), ("source", source)) if code is not None}
    where += [f"starts_with(listed.{SORTED_BY[name]}, %({name})s)" for name in codes if name == "category"]
    where += [f"listed.{SORTED_BY[name]} = %({name})s" for name in codes if name == "source"]
    sql = f"select listed.id from ({listing.sql(look)}) listed where {' and '.join(where)}"
    ids = _ids(review.unit, child)
    known = {**look.parameters, **incidents.PARAMETERS, **agreements.PARAMETERS, **codes, "children": ids}
    found: ScopedQuerySet[Any] = listing.model.objects.filter(pk__in=_raw(sql, known)).order_by("pk")
    return found


def seen_by(user: Any, found: Any) -> Any:
    """What of the records a user may see; call it inside the user's scope. Places are public knowledge."""
    return found if found.model is Unit else found.visible_to(user)


def stored_number(
    review: Review,
    measure: str,
    *,
    child: str | None = None,
    part: str | None = None,
    category: str | None = None,
    source: str | None = None,
) -> int:
    """Return the number of records behind a figure as the review stores it.

    Of an amount that is the number of its agreements, of people that of their cases, of days that of the closings they
    were taken from; a population or a number of suits is one row, or none. Raises NoFigures for a measure, part, child
    or code that the review does not have.
    """
    entry = _measure(measure)
    sums = _terms(entry, part)
    if category is not None or source is not None:
        return _sorted_number(review, measure, child, category, source)
    where = review.figures["measures"]
    if child is not None:
        where = review.figures[f"by_{child_level(review.unit).value}"].get(child)
        if where is None:
            raise NoFigures(_("该报告中没有“%(code)s”的数据。") % {"code": child})
    if "hidden" in where.get(measure, {}):
        raise NoFigures(_("该数字不予列出。"))
    figure = where[entry.listed_as or measure]
    if sums[0] in stated.STATED:
        return _stated(review, sums[0], child)
    if entry.shape is Shape.DAYS:
        return int(figure["count"])
    return int(figure[part or NUMERATOR] if entry.bottom else figure["value"])


def _stated(review: Review, term: str, child: str | None) -> int:
    """Return whether a fact was stated of the unit or of a place below it, with the review's own eyes."""
    told = {(row["term"], row["code"]) for row in review.figures["stated"]}
    needed = ("population", stated.SUITS) if term == "suits_population" else (term,)
    return int(all((name, child or review.unit.code) in told for name in needed))


def _sorted_number(review: Review, measure: str, child: str | None, category: str | None, source: str | None) -> int:
    """A count of one category, class or source, of the whole unit: no other ones are stored."""
    name, code = ("category", category) if category is not None else ("source", source)
    stored: dict[str, int] = review.figures.get(f"{measure}_by_{name}", {})
    meant = [count for known, count in stored.items() if known == code or _is_class_of(name, str(code), known)]
    if str(code).endswith(MERGED) or not meant or child is not None or (category is not None and source is not None):
        raise NoFigures(_("该报告中没有“%(code)s”的数据。") % {"code": code})
    return sum(meant)


def _is_class_of(name: str, code: str, known: str) -> bool:
    """Whether ``code`` is the class that the category ``known`` belongs to (DOMAIN.md 4.2)."""
    return name == "category" and len(code) == CLASS_DIGITS and known.startswith(code)


def look_of(review: Review) -> Look:
    """Return the look that a review was built with, through its snapshot."""
    unit: Unit = review.unit
    kind: Any = review.kind
    return look_at(unit, Period(kind, review.start, review.end), review.as_of, snapshot=review.snapshot)


def _measure(measure: str) -> Measure:
    if measure not in REGISTER:
        raise NoFigures(_("没有“%(measure)s”这项指标。") % {"measure": measure})
    return REGISTER[measure]


def _terms(measure: Measure, part: str | None) -> tuple[str, ...]:
    if part == DENOMINATOR and measure.bottom:
        return measure.bottom
    if part in (None, NUMERATOR):
        return measure.top
    raise NoFigures(_("指标“%(measure)s”没有%(part)s。") % {"measure": measure.name, "part": part})


def _at(listing: Listing, look: Look, child: str | None) -> str:
    if child is None:
        is_own = listing.is_own and (listing.model in STATED_MODELS or look.level == rosters.TOWNSHIP)
        return "listed.child is null" if is_own else "true"
    if child == DIRECT and listing.is_own:
        return "false"
    return "listed.child is null" if child == DIRECT else "listed.child = any (%(children)s)"


def _ids(unit: Unit, child: str | None) -> list[int]:
    """The units that stand, or once stood, behind a code below the review's unit."""
    if child is None or child == DIRECT:
        return []
    below = Unit.objects.filter(
        kind=Unit.Kind.DIVISION, level=child_level(unit), code=child, **{LEVELS[unit.level]: unit.pk}
    )
    ids = list(below.values_list("pk", flat=True))
    if not ids:
        raise NoFigures(_("该报告中没有“%(code)s”的数据。") % {"code": child})
    return ids


def _raw(sql: str, known: dict[str, Any]) -> RawSQL:
    """Named parameters become positional ones, which is what a queryset can carry."""
    names: list[str] = re.findall(r"%\((\w+)\)s", sql)
    return RawSQL(re.sub(r"%\(\w+\)s", "%s", sql), [known[name] for name in names])


# -- What each sum of terms lists -----------------------------------------------------------------------------------


def _standing(ctes: Callable[[Look], str], condition: str) -> Callable[[Look], str]:
    """Records of a cohort that meet a condition as they stood at T, with what they are sorted by."""
    sorted_by = ", ".join(SORTED_BY.values())
    return lambda look: f"{ctes(look)} select id, child, {sorted_by} from standing where {condition}"


def _of(ctes: Callable[[Look], str], name: str, condition: str) -> Callable[[Look], str]:
    """Rows of a last CTE that meet a condition."""
    return lambda look: f"{ctes(look)} select id, child from {name} where {condition}"


def _events(line: Timeline, condition: str) -> Callable[[Look], str]:
    """Events of the period that meet a condition."""

    def sql(look: Look) -> str:
        happened = placed_events(look, line, ("id",), f"{incidents.IN_PERIOD} and {condition}")
        return f"with {moved(look, line)}, happened as ({happened}) select id, child from happened"

    return sql


def _spells(listed: str, condition: str, *, before: str = "end") -> Callable[[Look], str]:
    """Spells of being open, from an opening to the next closing or voiding, that meet a condition.

    Whoever was open during the period is open now, or was closed or voided since the period began, or by an event
    recorded after the review whatever its time: those reported before the end (or the start) are looked through, not
    all incidents there ever were.
    """

    def sql(look: Look) -> str:
        is_open = placed(look, INCIDENT, INCIDENT.record, ("id",), "r.is_open")
        ended = placed(look, INCIDENT, INCIDENT.events, ("incident_id",), "r.delta = -1 and r.at >= %(start)s")
        late = placed(
            look,
            INCIDENT,
            INCIDENT.events,
            ("incident_id",),
            "r.delta = -1 and r.txid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)",
        )
        return f"""with {moved(look, INCIDENT)},
candidates as (
    select c.id, c.child
    from (
        select id, child from ({is_open}) a
        union select incident_id, child from ({ended}) b
        union select incident_id, child from ({late}) c
    ) c
    -- "limit" and "offset" keep the planner at looking up the few instead of reading whole tables.
    cross join lateral (
        select from cases_incident i where i.id = c.id and i.reported_at < %({before})s limit 1
    ) reported
),
spells as (
    select o.id, o.incident_id, c.child, o.at as began_at, e.at as ended_at, e.status as ended_as
    from candidates c
    cross join lateral (
        select o.id, o.incident_id, o.seq, o.at from cases_incidentevent o
        where o.incident_id = c.id and o.delta = 1 and o.at < %(end)s and {look.seen("o")} offset 0
    ) o
    left join lateral (
        select e.at, e.status from cases_incidentevent e
        where e.incident_id = o.incident_id and e.seq > o.seq and e.delta = -1 and {look.seen("e")}
        order by e.seq limit 1
    ) e on true
)
select {listed} as id, child from spells where {condition}"""

    return sql


def _in_office(kind: str) -> Callable[[Look], str]:
    """Mediators, committees or studios of a kind in office just before the end."""
    return lambda look: f"select subject as id, child from ({rosters.in_office(look)}) r where kind = '{kind}'"


STATED_MODELS = (Population, OutsideFigure)
"""Rows behind facts that others stated."""

_ROSTER_MODELS = {"mediator": Mediator, "committee": Committee, "studio": Studio}

LISTINGS: dict[tuple[str, ...], Listing] = {
    **{
        (term,): Listing(Incident, _standing(incidents.cohort, condition))
        for term, condition in incidents.COHORT.items()
    },
    ("valid", "void"): Listing(Incident, _standing(incidents.cohort, "not status = any (%(pending)s)")),
    **{(term,): Listing(IncidentEvent, _events(INCIDENT, condition)) for term, condition in incidents.FLOW.items()},
    ("closures_reopened",): Listing(
        IncidentEvent, lambda look: f"{incidents.reopened_closures(look)} select id, child from undone"
    ),
    ("open_start",): Listing(
        Incident,
        _spells("incident_id", "began_at < %(start)s and (ended_at is null or ended_at >= %(start)s)", before="start"),
    ),
    ("open_start", "reported", "reopened", "-closures", "-voided"): Listing(
        Incident, _spells("incident_id", "ended_at is null or ended_at >= %(end)s")
    ),
    # All there was to close: every opening still standing or made in the period, but those undone by a voiding.
    ("open_start", "reported", "reopened", "-voided"): Listing(
        IncidentEvent,
        _spells(
            "id",
            "ended_at is null or ended_at >= %(end)s or (ended_at >= %(start)s and not ended_as = any (%(void)s))",
        ),
    ),
    **{(term,): Listing(Case, _standing(disputes.found, condition)) for term, condition in disputes.FOUND.items()},
    **{
        (term,): Listing(Case, _standing(disputes.accepted, condition)) for term, condition in disputes.ACCEPTED.items()
    },
    **{(term,): Listing(CaseEvent, _events(DISPUTE, condition)) for term, condition in disputes.HAPPENED.items()},
    ("amount",): Listing(CaseEvent, _events(DISPUTE, disputes.AGREED)),
    **{
        (term,): Listing(CaseEvent, _of(ctes, name, condition))
        for ctes, terms, name in agreements.COUNTED
        for term, condition in terms.items()
    },
    ("handling_days",): Listing(
        CaseEvent, _events(DISPUTE, "r.verb = any (%(closing)s) and r.accepted_at is not null")
    ),
    ("escalated",): Listing(Case, _of(disputes.escalated, "escalated", "true")),
    ("escalated_people",): Listing(Case, _of(disputes.escalated, "escalated", "true")),
    **{
        (term,): Listing(Case, _of(disputes.prevented, "prevented", f"{kind.value} is not null"))
        for kind in Prevention
        for term in (f"prevented_{kind.value}", f"prevented_{kind.value}_people")
    },
    ("grids",): Listing(Unit, grids.grids),
    ("grids_active",): Listing(Unit, grids.active),
    ("grids", "-grids_active"): Listing(Unit, grids.silent),
    ("townships",): Listing(Unit, lambda look: f"select id, child from ({rosters.townships(look)}) t", is_own=True),
    ("townships_staffed",): Listing(Unit, rosters.staffed, is_own=True),
    ("population",): Listing(Population, stated.populations, is_own=True),
    ("suits_population",): Listing(Population, stated.sued_populations, is_own=True),
    ("suits",): Listing(OutsideFigure, stated.suits, is_own=True),
    **{
        (kind.value,): Listing(_ROSTER_MODELS[kind.value.split("_")[0]], _in_office(kind.value))
        for kind in RosterEvent.Kind
    },
}
"""Sum of terms, as the register writes it -> its listing. Every part of every measure has one."""
