"""The few stages people speak of, over the many states the machine keeps (FEATURES.md 5.19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from cases.models import Case

S = Case.Status


@dataclass(frozen=True)
class Stage:
    """One stage of the bar: done, now, stopped (a side door) or still to come."""

    label: str | Promise
    state: str
    at: datetime | None = None


LABELS = (
    pgettext_lazy("stage", "登记"),
    pgettext_lazy("stage", "受理"),
    pgettext_lazy("stage", "调处"),
    pgettext_lazy("stage", "协议"),
    pgettext_lazy("stage", "履行"),
    pgettext_lazy("stage", "结案"),
)
REACHED: dict[str, int] = {
    S.REGISTERED: 0,
    S.CONSENT_PENDING: 0,
    S.DECLINED: 1,
    S.WITHDRAWN: 1,
    S.ACCEPTED: 1,
    S.MEDIATOR_ASSIGNED: 2,
    S.INVESTIGATING: 2,
    S.MEDIATING: 2,
    S.AGREED: 3,
    S.PERFORMING: 4,
    S.BREACHED: 4,
    S.URGED: 4,
    S.REFERRED: 4,
    S.PERFORMED: 4,
    S.TERMINATED: 3,
    S.CLOSED: 5,
    S.ARCHIVED: 5,
}
STOPPED = frozenset({S.DECLINED, S.WITHDRAWN, S.TERMINATED, S.BREACHED, S.URGED, S.REFERRED})


def stages(case: Any) -> list[Stage]:
    """Return the stage bar of a case. A case that ended without agreement skips agreement and performance."""
    now = REACHED[case.status]
    times = (
        case.registered_at,
        case.accepted_at,
        None,
        case.agreed_at,
        case.performed_at or case.breached_at,
        case.closed_at,
    )
    bar = []
    for index, label in enumerate(LABELS):
        state = "done" if index < now else "now" if index == now else "todo"
        if index == now and case.status in STOPPED:
            state = "stopped"
        if index in (3, 4) and index < now and case.agreed_at is None:
            state = "todo"
        if index == 1 and index < now and case.accepted_at is None:
            state = "todo"
        if index == now and case.status in (S.CLOSED, S.ARCHIVED, S.PERFORMED):
            state = "done"
        bar.append(Stage(label, state, times[index]))
    return bar
