"""What a record waits for: the conditions under which a button makes sense (``Move.when``).

They only spare people a button that must fail; whether a verb is possible, its own guard decides.
"""

from collections.abc import Callable
from typing import Any

Condition = Callable[[Any], bool]


def request_waits(kind: str = "") -> Condition:
    """A request to suspend or extend (of that kind, or any) is unanswered."""

    def waits(record: Any) -> bool:
        asked = record.clock_requests.filter(state="asked")
        return bool((asked.filter(kind=kind) if kind else asked).exists())

    return waits


def clock_runs(record: Any) -> bool:
    """A limit is in force and nothing about it is being asked."""
    return record.due_at is not None and not request_waits()(record)


def assistance_waits(incident: Any) -> bool:
    """Some unit asked to assist has not signed for it."""
    return bool(incident.hand_overs.filter(kind="assist", state="offered").exists())


def has_something_to_close(incident: Any) -> bool:
    """A unit did the work, the grid did it on the spot, or none is needed."""
    return incident.status != "verified" or bool(incident.self_handled)


def was_not_converted(incident: Any) -> bool:
    """It did not become a dispute case."""
    return bool(incident.outcome != "converted")


def is_suspended(case: Any) -> bool:
    """The time of mediation stands still."""
    return case.suspended_at is not None


def offer_waits(case: Any) -> bool:
    """Another committee has been offered the case and has not answered."""
    return bool(case.hand_overs.filter(state="offered").exists())


def no_offer_waits(case: Any) -> bool:
    """A committee has the case and it is offered to no other."""
    return case.committee_id is not None and not offer_waits(case)


def owes_something(case: Any) -> bool:
    """Under the agreement in force something is left to perform."""
    return bool(case.is_obliging)


def owes_nothing(case: Any) -> bool:
    """Nothing is left to perform, or the parties were pointed to the court."""
    return not case.is_obliging or case.status not in case.AFTER_AGREEMENT


def is_unresolved(case: Any) -> bool:
    """It has not been found resolved yet."""
    return case.resolved_at is None


def is_not_flagged(case: Any) -> bool:
    """Domestic violence is not marked."""
    return not case.violence_flag


def is_flagged(case: Any) -> bool:
    """Domestic violence is marked."""
    return bool(case.violence_flag)
