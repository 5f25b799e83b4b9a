"""The records behind a stored finding, through the snapshot of its review, whatever was recorded since."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Incident
from grid.models import Unit
from grid.scope import LEVELS, ScopedQuerySet
from mediation.reviews.figures.behind import _raw, look_of
from mediation.reviews.figures.incidents import IN_PERIOD
from mediation.reviews.figures.looking import INCIDENT, Look, moved, placed_events
from mediation.reviews.figures.places import NoFigures
from mediation.reviews.findings import guard
from mediation.reviews.findings.counting import STREAMS, came, within
from mediation.reviews.models import Review


def finding_of(review: Review, finding_id: str) -> Mapping[str, Any]:
    """Return a stored finding or guard hit by its id; raises NoFigures for one that the review does not have."""
    for key in ("findings", "guard"):
        for finding in review.figures.get(key, ()):
            if finding["id"] == finding_id:
                found: Mapping[str, Any] = finding
                return found
    raise NoFigures(_("该报告中没有编号为“%(id)s”的发现。") % {"id": finding_id})


def records_of_finding(review: Review, finding_id: str) -> ScopedQuerySet[Any]:
    """Return the incidents, or disputes, behind a finding, ordered by id: as many as it counted.

    Guard hits that hang on words keep the ids themselves, for words may be corrected; all else is found again by what
    the review saw. Pass it through ``visible_to(user)`` before it is shown.
    """
    finding = finding_of(review, finding_id)
    if "records" in finding:
        return Incident.objects.filter(pk__in=finding["records"]).order_by("pk")
    window = date.fromisoformat(finding["window"]["start"]), date.fromisoformat(finding["window"]["end"])
    look = within(look_of(review), *window)
    place = _place(review, finding["place"])
    if place is not None:
        look = replace(look, child=LEVELS[place[0]])
    stream = STREAMS[finding["of"]]
    known = guard.known(look) | {"category": finding.get("category"), "places": place[1] if place else []}
    here = "true" if place is None else "listed.child = any (%(places)s)"
    sql = f"select listed.id from ({_LISTED.get(finding['kind'], _came)(look, finding)}) listed where {here}"
    found: ScopedQuerySet[Any] = stream.model.objects.filter(pk__in=_raw(sql, known)).order_by("pk")
    return found


def _place(review: Review, code: str) -> tuple[str, list[int]] | None:
    """Level and units behind the code of a place below the review's unit; None for the unit itself."""
    unit = review.unit
    if code == unit.code:
        return None
    below = Unit.objects.filter(kind=Unit.Kind.DIVISION, code=code, **{LEVELS[unit.level]: unit.pk})
    found = list(below.values_list("level", "pk"))
    if not found:
        raise NoFigures(_("该报告中没有“%(code)s”的数据。") % {"code": code})
    return found[0][0], [pk for _level, pk in found]


def _came(look: Look, finding: Mapping[str, Any]) -> str:
    stream = STREAMS[finding["of"]]
    return f"{came(look, stream)} select id, child from came where category_id = %(category)s"


def _quick(look: Look, _finding: Mapping[str, Any]) -> str:
    return f"{guard.quick(look)} select id, child from quick"


def _closed(look: Look, _finding: Mapping[str, Any]) -> str:
    closures = placed_events(
        look, INCIDENT, ("incident_id",), f"{IN_PERIOD} and r.delta = -1 and r.status = any (%(done)s)"
    )
    return f"with {moved(look, INCIDENT)}, closures as ({closures}) select incident_id as id, child from closures"


_LISTED = {"quick_closure": _quick, "cutoff_burst": _closed}
