"""Count every term of a look: a handful of grouped statements, however many places there are below."""

from dataclasses import dataclass, field
from typing import Any

from mediation.reviews.figures import agreements, disputes, grids, incidents, rosters, stated
from mediation.reviews.figures.looking import Look
from mediation.reviews.figures.tallies import Breakdown, Tallies


@dataclass
class Counted:
    """The terms per child place, two break-downs of the whole, and what others stated."""

    tallies: Tallies = field(default_factory=Tallies)
    reported_valid_by: Breakdown = field(default_factory=Breakdown)
    disputes_found_by: Breakdown = field(default_factory=Breakdown)
    stated: list[dict[str, Any]] = field(default_factory=list)


def count(look: Look, *, stock: bool = True) -> Counted:
    """Count all terms. Call it in a scope that sees the look's places, in one transaction that sees one state.

    Without ``stock`` what was open before the period is left out: for a period years back it costs reading every
    change since.
    """
    counted = Counted()
    standing = grids.standing_grids(look)
    reported = incidents.count_cohort(look, counted.tallies, counted.reported_valid_by, bool(standing))
    grids.count_grids(look, counted.tallies, standing, reported)
    incidents.count_flow(look, counted.tallies, stock)
    incidents.count_reopened_closures(look, counted.tallies)
    disputes.count_found(look, counted.tallies, counted.disputes_found_by)
    disputes.count_accepted(look, counted.tallies)
    disputes.count_happened(look, counted.tallies)
    disputes.count_lengths(look, counted.tallies)
    disputes.count_escalated(look, counted.tallies)
    disputes.count_prevented(look, counted.tallies)
    agreements.count_agreements(look, counted.tallies)
    rosters.count_roster(look, counted.tallies)
    rosters.count_townships(look, counted.tallies)
    counted.stated = stated.tell_stated(look, counted.tallies)
    return counted
