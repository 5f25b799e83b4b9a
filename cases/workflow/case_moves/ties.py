"""Who does what to cases, in short names for the tables beside."""

from django.utils.translation import gettext_lazy as _

from cases.models import (
    Case,
)
from cases.moves import Need, Tie
from cases.workflow.incident_moves.ties import REMARK
from grid.scope import Role

S = Case.Status


DIRECTOR = {Role.COMMITTEE_DIRECTOR: Tie.COMMITTEE}
MEDIATOR = {Role.MEDIATOR: Tie.MEDIATOR}
CASE_TEAM = {**DIRECTOR, **MEDIATOR}


REGISTERED = frozenset({S.REGISTERED, S.CONSENT_PENDING})
UNDER_WAY = Case.BEFORE_AGREEMENT
AGREED = Case.AFTER_AGREEMENT
NOT_ARCHIVED = frozenset(S) - {S.ARCHIVED}


WHO_MEDIATES = (
    Need("mediator", "mediator", _("主持调解员")),
    Need("co_mediators", "mediators", _("共同调解员"), required=False),
    Need("no_interest", "yes", _("已核对：与当事人无近亲属或利害关系，或当事人已同意")),
    REMARK,
)
