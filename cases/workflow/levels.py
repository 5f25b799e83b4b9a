"""The level that deals with an incident, and whether it is the dispatcher's (村、乡、县、市)."""

from django.utils.translation import gettext as _

from cases.models import HandlingLevel, Incident
from cases.moves import NotPossible, Step
from cases.workflow.offers import covering_posts
from grid.models import Unit
from grid.scope import LEVELS, Role

UPWARDS = list(reversed(LEVELS))


def desk_level(incident: Incident, step: Step[Incident]) -> str:
    """Return the highest level at which the acting dispatcher has a desk for the incident's place."""
    if step.user is None:
        return HandlingLevel.TOWNSHIP
    levels = [post.level for post in covering_posts(incident, step.user, Role.CENTRE_DISPATCHER)]
    return max(levels, key=UPWARDS.index, default=HandlingLevel.TOWNSHIP)


def check_level(incident: Incident, step: Step[Incident]) -> None:
    """Refuse a dispatcher below the level that has the matter now; a superior's desk may step in at any time."""
    if not incident.handling_level or step.role != Role.CENTRE_DISPATCHER:
        return
    if UPWARDS.index(desk_level(incident, step)) < UPWARDS.index(incident.handling_level):
        raise NotPossible(_("本件现由%(level)s级中心调度。") % {"level": HandlingLevel(incident.handling_level).label})


def neighbour_level(incident: Incident, direction: int) -> Unit | None:
    """Return the division one level above (+1) or below (-1) the level that has the incident, if there is one."""
    index = UPWARDS.index(incident.handling_level or HandlingLevel.TOWNSHIP) + direction
    if not 0 <= index < len(UPWARDS):
        return None
    return Unit.objects.filter(pk=getattr(incident, LEVELS[UPWARDS[index]])).first()
