"""Count every term of a look: a handful of grouped statements, however many places there are below."""

from dataclasses import dataclass, field

from mediation.reviews.figures import disputes, incidents, rosters
from mediation.reviews.figures.looking import Look
from mediation.reviews.figures.tallies import Breakdown, Tallies


@dataclass
class Counted:
    """The terms per child place, and two break-downs of the whole."""

    tallies: Tallies = field(default_factory=Tallies)
    reported_valid_by: Breakdown = field(default_factory=Breakdown)
    disputes_found_by: Breakdown = field(default_factory=Breakdown)


def count(look: Look) -> Counted:
    """Count all terms. Call it in a scope that sees the look's places, in one transaction that sees one state."""
    counted = Counted()
    incidents.count_cohort(look, counted.tallies, counted.reported_valid_by)
    incidents.count_flow(look, counted.tallies)
    incidents.count_reopened_closures(look, counted.tallies)
    disputes.count_found(look, counted.tallies, counted.disputes_found_by)
    disputes.count_accepted(look, counted.tallies)
    disputes.count_happened(look, counted.tallies)
    disputes.count_limits(look, counted.tallies)
    rosters.count_roster(look, counted.tallies)
    return counted
