"""A record's history in words: what each event's codes and ids mean to a reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes import categories
from cases.models import Case, HandlingLevel, Incident, Party, RiskLevel, RiskTrigger
from cases.moves import Move
from cases.words import named
from cases.workflow import reasons
from grid.models import Unit, User
from grid.scope import Role

LATE = timedelta(hours=1)
"""An event recorded later than this after it happened says so."""

REMARK_LABELS: dict[str, Any] = {
    "former_description": gettext_lazy("补正前的描述"),
    "police_unit": gettext_lazy("接收单位"),
    "receipt_number": gettext_lazy("回执编号"),
}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    verb: str
    label: str
    at: datetime
    recorded_at: datetime
    who: str
    role: str
    reason: str = ""
    details: list[str] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether it was recorded noticeably after it happened."""
        return self.recorded_at - self.at > LATE


def entries(record: Any, moves: Mapping[str, Move]) -> list[Entry]:
    """Return the record's events, newest first, in five statements however many there are."""
    events = list(record.events.select_related("by").order_by("-seq"))
    words: dict[int, list[tuple[str, str]]] = {}
    for remark in record.remarks.order_by("pk"):
        words.setdefault(remark.seq, []).append((str(REMARK_LABELS.get(remark.field, "")), remark.text))
    names = _Names(events)
    return [
        Entry(
            verb=event.verb,
            label=str(moves[event.verb].label) if event.verb in moves else event.verb,
            at=event.at,
            recorded_at=event.recorded_at,
            who=event.by.name if event.by else "",
            role=str(Role(event.role).label),
            reason=reason_label(moves.get(event.verb), event.reason),
            details=list(_details(event, names)),
            words=words.get(event.seq, []),
        )
        for event in events
    ]


ALL_REASONS = (
    reasons.SuspendReason,
    reasons.ExtendReason,
    reasons.ReturnReason,
    reasons.RejectReason,
    reasons.ObjectReason,
    reasons.ReopenReason,
    reasons.DeclineReason,
    reasons.ResolveReason,
    reasons.WithdrawReason,
    Case.TerminationReason,
)


def reason_label(move: Move | None, code: str) -> str:
    """Word a reason code: as the move's own choices do, else as any table of reasons does."""
    if not code:
        return ""
    own = [need.choices for need in (move.needs if move else ()) if need.name == "reason"]
    for choices in (*own, *ALL_REASONS):
        if code in choices.values:
            return str(choices(code).label)
    return code


class _Names:
    """Names of the units and users that events mention by id, read once."""

    def __init__(self, events: Iterable[Any]) -> None:
        units: set[int] = set()
        users: set[int] = set()
        for event in events:
            data = event.data
            units |= {data[key] for key in ("lead_unit", "place_from", "committee") if isinstance(data.get(key), int)}
            units |= set(data.get("assisting", []))
            users |= set(data.get("mediators", [])) | ({data["leader"]} if "leader" in data else set())
            if "place_from" in data:
                units.add(event.unit_id)
        self.units = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name")) if units else {}
        self.users = dict(User.objects.filter(pk__in=users).values_list("pk", "name")) if users else {}


def _details(event: Any, names: _Names) -> Iterable[str]:
    data = event.data
    known = categories()
    if "path" in data:
        yield _("去向：%(path)s") % {"path": Incident.Path(data["path"]).label}
    if data.get("lead_unit"):
        yield _("主办：%(unit)s") % {"unit": names.units.get(data["lead_unit"], "")}
    if data.get("assisting"):
        yield _("协办：%(units)s") % {"units": "、".join(names.units.get(pk, "") for pk in data["assisting"])}
    if "committee" in data:
        yield _("调解组织：%(unit)s") % {"unit": names.units.get(data["committee"], "")}
    if "mediators" in data:
        yield _("调解员：%(names)s") % {"names": "、".join(names.users.get(pk, "") for pk in data["mediators"])}
    if "leader" in data:
        yield _("包案领导：%(name)s") % {"name": names.users.get(data["leader"], "")}
    if "level_to" in data:
        yield _("移至%(level)s级") % {"level": HandlingLevel(data["level_to"]).label}
    if "category_from" in data:
        pair = [named(known[code]) for code in (data["category_from"], event.category_id) if code in known]
        yield " → ".join(pair)
    if "place_from" in data:
        yield " → ".join([names.units.get(data["place_from"], ""), names.units.get(event.unit_id, "")])
    yield from _codes(event)


def _prevented(stated: Mapping[str, int]) -> Iterable[str]:
    for kind, people in stated.items():
        yield _("%(what)s：%(people)s人") % {"what": reasons.Prevention(kind).label, "people": people}


def _codes(event: Any) -> Iterable[str]:
    data = event.data
    if "risk_to" in data:
        yield _("风险：%(level)s") % {"level": RiskLevel(data["risk_to"]).label}
        for trigger in data.get("triggers", []):
            yield str(RiskTrigger(trigger).label)
    if "consent" in data:
        yield str(Party.Consent(data["consent"]).label)
    if "remedies" in data:
        told = "、".join(str(reasons.Remedy(code).label) for code in data["remedies"] if code in reasons.Remedy.values)
        yield _("已告知：%(remedies)s") % {"remedies": told}
    if data.get("satisfaction"):
        yield str(Case.Satisfaction(data["satisfaction"]).label)
    if getattr(event, "satisfaction", ""):
        yield str(Case.Satisfaction(event.satisfaction).label)
    if data.get("escalated_to_crime"):
        yield _("已转化为刑事案件")
    if "prevented_from" in data:
        before, after = ("；".join(_prevented(data[name])) or _("无") for name in ("prevented_from", "prevented"))
        yield f"{before} → {after}"
    else:
        yield from _prevented(data.get("prevented", {}))
    if "result" in data and data["result"] in Case.Confirmation.values:
        yield str(Case.Confirmation(data["result"]).label)
    if event.verb == "close_incident" and event.outcome:
        yield str(Incident.Outcome(event.outcome).label)
    if "form" in data and data["form"] in Case.Form.values:
        yield str(Case.Form(data["form"]).label)
