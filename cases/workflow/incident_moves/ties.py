"""Who does what to incidents, in short names for the tables beside."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Incident,
)
from cases.moves import Need, Tie
from grid.scope import Role

S = Incident.Status


DESKS = {Role.CENTRE_CLERK: Tie.PLACE, Role.CENTRE_DISPATCHER: Tie.PLACE}
DISPATCHER = {Role.CENTRE_DISPATCHER: Tie.PLACE}
HANDLER = {Role.HANDLER: Tie.LEAD}
ASSISTANT = {Role.HANDLER: Tie.ASSIST}
WORKERS = {Role.HANDLER: Tie.WORK}
REPORTER = {Role.GRID_WORKER: Tie.REPORTER, Role.VILLAGE_LEADER: Tie.REPORTER}
APPROVER = {Role.CENTRE_SUPERVISOR: Tie.PLACE}
IMPORT = {Role.LEDGER_IMPORT: Tie.MACHINE}


WORKED = frozenset({S.TRIAGED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS})
HANDED_OUT = frozenset({S.ASSIGNED, S.OBJECTED, S.ACCEPTED, S.IN_PROGRESS, S.SUSPENDED})


REMARK = Need("remark", "text", _("说明"), required=False)
