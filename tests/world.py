"""One record for every relation an actor can have to one: what the access walk runs against (tests/policy.yaml).

Written straight into the tables, in a system scope: which verbs lead to these states is other tests' business.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from cases.models import Access, Attachment, Case, CaseMediator, HandOver, Incident, IncidentEvent, Notice, Party
from grid.accounts import sign_in_device
from grid.models import GridMember, Post, Unit, User
from grid.scope import Role
from grid.workflow import add_user, open_unit, seat
from mediation.models import Agreement, Committee, Mediator, Obligation, Session, Studio
from mediation.reviews import periods
from mediation.reviews.indicators import REGISTER_VERSION, figures_of
from mediation.reviews.models import (
    Delivery,
    InspectionItem,
    InspectionSample,
    Paper,
    Recipient,
    Review,
    Suggestion,
    Surge,
    SurgeUnit,
)
from tests.cast import SINCE, Cast, build_cast

THEN = timezone.now() - timedelta(hours=1)
LADDER = {
    # Level of an actor's place -> relation -> the place where such a record lies.
    "grid": {"own": "grid", "sibling": "sibling_grid", "other": "other_county"},
    "village": {"own": "village", "child": "grid", "sibling": "other_village", "other": "other_county"},
    "township": {"own": "township", "child": "village", "sibling": "other_township", "other": "other_county"},
    "county": {"own": "county", "child": "village", "sibling": "other_county", "other": "other_county"},
    "city": {"own": "city", "child": "village", "sibling": "other_city", "other": "other_city"},
}
RELATIONS = ("own", "child", "sibling", "other", "restricted", "lent", "assist", "colleague", "offered")
ACTOR_LEVELS = {
    "worker": "grid",
    "village_leader": "village",
    "town_dispatcher": "township",
    "mediator": "township",
    "director": "township",
    "city_dispatcher": "city",
    "city_supervisor": "city",
}
"""Where an actor's place is; a county unless named."""
GIVEN = frozenset({"handler", "mediator", "director", "leader"})
"""Actors whose records are given to them: what merely lies at their place is a ``child``."""
OTHER_CITY = "140500000000"

_serial = itertools.count(1)


@dataclass
class World:
    """Records by noun and key; a key is a place, or ``actor:relation`` where the place does not say enough."""

    cast: Cast
    places: dict[str, Unit] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, noun: str, key: str, record: Any) -> Any:
        """Remember a record."""
        self.records.setdefault(noun, {})[key] = record
        return record

    def find(self, noun: str, actor: str, relation: str) -> Any:
        """The id of a record of the noun in this relation to the actor, or None where there can be none."""
        kept = self.records[noun]
        given = kept.get(f"{actor}:{relation}")
        if given is not None:
            return given
        head = noun.split(".")[0]
        if relation == "restricted" and head in ("incident", "case"):
            return kept["restricted"]
        level = ACTOR_LEVELS.get(actor, "county")
        place = LADDER[level].get(relation)
        if head in ("incident", "case") and actor in GIVEN and relation in ("own", "sibling"):
            return None
        if head in ("incident", "case") and actor == "worker" and relation == "own":
            return None
        return kept.get(place or "")


def build_world() -> World:
    """Make it all; call it in a system scope."""
    world = World(build_cast())
    cast = world.cast
    cast.users["nobody"] = add_user(username=f"nobody{next(_serial)}", name="无岗位者")
    cast.users["closed"] = add_user(username=f"closed{next(_serial)}", name="已停用者")
    seat(user=cast.closed, unit=cast.centre, role=Role.CENTRE_DISPATCHER, starts_on=SINCE, at=THEN)
    villages = Unit.objects.filter(level="village", kind="division", city_id=Unit.objects.get(code=OTHER_CITY).pk)
    world.places = {
        "city": cast.city,
        "county": cast.county,
        "township": cast.township,
        "village": cast.village,
        "grid": cast.grid,
        "sibling_grid": cast.sibling_grid,
        "other_village": cast.other_village,
        "other_township": cast.other_township,
        "other_county": cast.strange_village,
        "other_city": villages.order_by("pk")[0],
    }
    filler = add_user(username=f"filler{next(_serial)}", name="他人")
    for name, place in world.places.items():
        _rosters(world, name, place)
        world.put("unit", name, place.pk)
        _review(world, name, place)
        _incident(world, name, place, filler)
        _inspection(world, name, place)
        _case(world, name, place, filler)
    _addressed(world)
    _incidents_given(world, filler)
    _cases_given(world, filler)
    _inboxes(world)
    world.records["category"] = dict.fromkeys(("own", *world.places), "0102")
    world.records["day"] = dict.fromkeys(("own", *world.places), "2026-01-01")
    return world


def _review(world: World, key: str, place: Unit) -> None:
    """A month of a unit that has reviews; next door lie villages, so it is their county's or city's."""
    above = {"other_county": "county_id", "other_city": "city_id"}.get(key)
    if above is not None:
        place = Unit.objects.get(pk=getattr(place, above))
    if place.level in ("village", "grid"):
        return
    period = periods.parse("monthly", "2024-02-01")
    days = {"start": str(period.start_on), "end": str(period.end_on), "as_of": period.end.isoformat()}
    figures = {"unit": place.code, "kind": "monthly", **days, "measures": figures_of({})}
    review = Review(
        kind="monthly",
        start=period.start,
        end=period.end,
        as_of=period.end,
        version=1,
        reason=Review.Reason.DUE,
        figures=figures,
        register_version=REGISTER_VERSION,
        snapshot="100:100:",
        built_at=THEN,
    )
    review.lie_at(place)
    review.save(force_insert=True)
    paper = Paper(review=review, kind=review.kind, status=Paper.Status.DRAFTED, last_event_at=THEN)
    paper.lie_at(place)
    paper.save(force_insert=True)
    suggestion = Suggestion(
        review=review, status=Suggestion.Status.PROPOSED, text="开展一次专项排查", last_event_at=THEN
    )
    recipient = Recipient(kind=review.kind, email="office@example.org", since=SINCE)
    surge = Surge(
        status=Surge.Status.ACTIVE,
        reason="重大节日期间维护稳定",
        authority="区委政法委会议决定",
        starts_on=SINCE,
        ends_on=SINCE,
        cut_off=time(17),
        proposed_by=world.cast.supervisor,
        last_event_at=THEN,
    )
    for row in (suggestion, recipient, surge):
        row.lie_at(place)
        row.save(force_insert=True)
    made = {"review": review, "paper": paper, "suggestion": suggestion, "recipient": recipient, "surge": surge}
    for noun, one in made.items():
        world.put(noun, key, one.pk)
    if key == "township":
        # Villages have none: below a county or a city, its townships are next.
        for actor in set(world.cast.users) - {actor for actor, level in ACTOR_LEVELS.items() if level != "city"}:
            for noun, one in made.items():
                world.put(noun, f"{actor}:child", one.pk)


def _addressed(world: World) -> None:
    """What was sent to a department and a committee of the county, and to nobody else."""
    cast = world.cast
    period = periods.parse("monthly", "2024-01-01")
    days = {"start": str(period.start_on), "end": str(period.end_on), "as_of": period.end.isoformat()}
    review = Review(
        kind="monthly",
        start=period.start,
        end=period.end,
        as_of=period.end,
        version=1,
        reason=Review.Reason.DUE,
        figures={"unit": cast.county.code, "kind": "monthly", **days, "measures": figures_of({})},
        register_version=REGISTER_VERSION,
        snapshot="100:100:",
        built_at=THEN,
    )
    paper = Paper(
        review=review,
        kind=review.kind,
        status=Paper.Status.CHECKED,
        objections_until=THEN + timedelta(days=9),
        last_event_at=THEN,
    )
    surge = Surge(
        status=Surge.Status.ACTIVE,
        reason="重大节日期间维护稳定",
        authority="区委政法委会议决定",
        starts_on=SINCE,
        ends_on=SINCE,
        cut_off=time(17),
        proposed_by=cast.supervisor,
        last_event_at=THEN,
    )
    for row in (review, paper, surge):
        row.lie_at(cast.county)
        row.save(force_insert=True)
    for actor, unit in (("handler", cast.department), ("director", cast.committee.unit)):
        Delivery.objects.create(
            paper=paper, review=review, to_unit=unit, purpose=Delivery.Purpose.OBJECTIONS, at=THEN, **paper.levels
        )
        SurgeUnit.objects.create(surge=surge, of_unit=unit, **surge.levels)
        suggestion = Suggestion(
            review=review,
            status=Suggestion.Status.ACCEPTED,
            text="开展一次专项排查",
            owner=unit,
            due_on=THEN.date(),
            last_event_at=THEN,
        )
        suggestion.lie_at(cast.county)
        suggestion.save(force_insert=True)
        made = {"review": review, "paper": paper, "suggestion": suggestion, "surge": surge}
        for noun, one in made.items():
            world.put(noun, f"{actor}:own", one.pk)


def _inspection(world: World, key: str, place: Unit) -> None:
    """One report drawn into a sample of the unit; next door lie villages, so it is their county's or city's."""
    above = {"other_county": "county_id", "other_city": "city_id"}.get(key)
    unit = place if above is None else Unit.objects.get(pk=getattr(place, above))
    if unit.level in ("village", "grid"):
        return
    sample = InspectionSample(day=date(2024, 2, 1), seed=1, reported=1, drawn_at=THEN)
    sample.lie_at(unit)
    sample.save(force_insert=True)
    item = InspectionItem(
        sample=sample,
        incident_id=world.records["incident"][key],
        reason=InspectionItem.Reason.RANDOM,
        reporting=place,
        **sample.levels,
    )
    item.save(force_insert=True)
    world.put("inspection", key, item.pk)
    world.put("sample", key, sample.pk)
    if key == "township":
        for actor in set(world.cast.users) - {actor for actor, level in ACTOR_LEVELS.items() if level != "city"}:
            world.put("inspection", f"{actor}:child", item.pk)
            world.put("sample", f"{actor}:child", sample.pk)


# -- The register, and people ------------------------------------------------------------------------------------------


def _rosters(world: World, name: str, place: Unit) -> None:
    person = add_user(username=f"person{next(_serial)}", name="某人")
    post = Post(user=person, role=Role.HANDLER, starts_on=SINCE)
    post.lie_at(place)
    post.save(force_insert=True)
    world.put("post", name, post.pk)
    world.put("user", name, person.pk)
    world.put("username", name, person.username)
    world.put("grid_member", name, GridMember.objects.create(user=person, kind="part_time").pk)
    if place.level == "grid":
        return
    unit = open_unit(
        parent=place,
        code=f"w{next(_serial)}",
        name="某某人民调解委员会",
        kind=Unit.Kind.MEDIATION_COMMITTEE,
        valid_from=SINCE,
    )
    committee = Committee(kind="village", founded_on=SINCE)
    committee.lie_at(unit)
    committee.save(force_insert=True)
    world.put("committee", name, committee.pk)
    mediator = Mediator(user=person, committee=committee, employment="part_time", appointed_on=SINCE)
    mediator.lie_at(unit)
    mediator.save(force_insert=True)
    world.put("mediator", name, mediator.pk)
    hung = open_unit(
        parent=place, code=f"w{next(_serial)}", name="某某工作室", kind=Unit.Kind.MEDIATION_STUDIO, valid_from=SINCE
    )
    studio = Studio(name=f"某某工作室{next(_serial)}号", opened_on=SINCE)
    studio.lie_at(hung)
    studio.save(force_insert=True)
    world.put("studio", name, studio.pk)
    world.put("studio_name", name, studio.name)


def _inboxes(world: World) -> None:
    """A device for everybody, and a notice for all who see any incident; another's of each for all."""
    for number, (name, user) in enumerate(world.cast.users.items()):
        device, _token = sign_in_device(user=user, name="own")
        world.put("device", f"{name}:own", device.pk)
        world.put("token_key", f"{name}:own", device.token.token_key)
        seen = world.find("incident", name, "own") if name in _SEES_OWN else None
        if seen is not None:
            incident = Incident.objects.get(pk=seen)
            notice = Notice.objects.create(
                user=user,
                incident=incident,
                verb="return_incident",
                created_at=THEN,
                outbox_id=number,
                **incident.levels,
            )
            world.put("notice", f"{name}:own", notice.pk)
    for name in world.cast.users:
        another = "clerk" if name != "clerk" else "dispatcher"
        for noun in ("device", "token_key", "notice"):
            world.put(noun, f"{name}:other", world.records[noun][f"{another}:own"])


_SEES_OWN = (
    "worker",
    "village_leader",
    "clerk",
    "town_dispatcher",
    "dispatcher",
    "city_dispatcher",
    "handler",
    "mediator",
    "director",
    "supervisor",
    "city_supervisor",
    "leader",
)


# -- Incidents ---------------------------------------------------------------------------------------------------------


def _incident(world: World, key: str, place: Unit, reporter: User, **facts: Any) -> Incident:
    incident = Incident(
        reporter=reporter,
        source="grid_report",
        category_id="0102",
        description="楼上漏水，两家争吵多日未能解决",
        reported_at=THEN,
        last_event_at=THEN,
        last_seq=1,
        status="reported",
        **facts,
    )
    incident.lie_at(place)
    incident.save(force_insert=True)
    IncidentEvent(
        incident=incident,
        seq=1,
        verb="report_incident",
        at=THEN,
        recorded_at=THEN,
        by=reporter,
        role=Role.GRID_WORKER,
        status="reported",
        unit=place,
        category_id="0102",
        **incident.levels,
    ).save()
    world.put("incident", key, incident.pk)
    _children(world, "incident", key, incident)
    return incident


def _open(record: Any, reason: str, *, unit: Unit | None = None, user: User | None = None) -> None:
    owner = {"incident": record} if isinstance(record, Incident) else {"case": record}
    Access(unit=unit, user=user, reason=reason, granted_at=THEN, **owner, **record.levels).save()


def _hop(record: Any, kind: str, to_unit: Unit) -> None:
    owner = {"incident": record} if isinstance(record, Incident) else {"case": record}
    HandOver(kind=kind, to_unit=to_unit, offered_at=THEN, **owner, **record.levels).save()


def _incidents_given(world: World, filler: User) -> None:
    cast, places = world.cast, world.places
    _incident(world, "worker:own", places["grid"], cast.worker)
    _incident(world, "worker:child", places["grid"], filler)
    _incident(world, "worker:sibling", places["sibling_grid"], cast.sibling_worker)
    _incident(world, "village_leader:own", places["village"], cast.village_leader)
    _incident(world, "restricted", places["grid"], filler, restricted=True)
    for key, place, unit in (
        ("handler:own", "county", cast.department),
        ("handler:sibling", "county", cast.second_department),
        ("handler:lent", "other_county", cast.department),
        ("handler:other", "other_county", cast.strange_department),
    ):
        _open(_incident(world, key, places[place], filler, lead_unit=unit), "lead", unit=unit)
    assisted = _incident(world, "handler:assist", places["county"], filler, lead_unit=cast.second_department)
    _hop(assisted, "assist", cast.department)
    _open(assisted, "assist", unit=cast.department)
    for actor in ("mediator", "director"):
        for relation, place in (("own", "township"), ("lent", "other_county")):
            incident = _incident(world, f"{actor}:{relation}", places[place], filler)
            _open(incident, "committee", unit=cast.committee_unit)
    for relation, place in (("own", "county"), ("lent", "other_county")):
        _open(_incident(world, f"leader:{relation}", places[place], filler), "leader", user=cast.leader)


# -- Cases ------------------------------------------------------------------------------------------------------------


def _case(
    world: World,
    key: str,
    place: Unit,
    registrar: User,
    *,
    committee: Unit | None = None,
    mediator: User | None = None,
    **facts: Any,
) -> Case:
    case = Case(
        registrar=registrar,
        source="walk_in",
        category_id="0102",
        description="两户因排水沟走向多次争执，请求调解",
        registered_at=THEN,
        last_event_at=THEN,
        last_seq=1,
        status="registered",
        committee=committee,
        **facts,
    )
    case.lie_at(place)
    case.save(force_insert=True)
    if committee is not None:
        _open(case, "committee", unit=committee)
    if mediator is not None:
        CaseMediator(case=case, user=mediator, is_lead=True, assigned_at=THEN, **case.levels).save()
        _open(case, "mediator", user=mediator)
    world.put("case", key, case.pk)
    _children(world, "case", key, case)
    return case


def _cases_given(world: World, filler: User) -> None:
    cast, places = world.cast, world.places
    home = cast.committee_unit
    _case(world, "restricted", places["village"], filler, restricted=True)
    for actor in ("mediator", "director"):
        _case(world, f"{actor}:own", places["village"], filler, committee=home, mediator=cast.mediator)
        _case(world, f"{actor}:colleague", places["village"], filler, committee=home, mediator=cast.second_mediator)
        _case(
            world,
            f"{actor}:restricted",
            places["village"],
            filler,
            committee=home,
            mediator=cast.second_mediator,
            restricted=True,
        )
        _case(
            world,
            f"{actor}:sibling",
            places["other_township"],
            filler,
            committee=_committee_at(world, "other_township"),
        )
    _case(
        world,
        "mediator:lent",
        places["other_county"],
        filler,
        committee=cast.strange_committee_unit,
        mediator=cast.mediator,
    )
    _case(world, "director:lent", places["other_county"], filler, committee=home)
    offered = _case(
        world, "director:offered", places["other_township"], filler, committee=_committee_at(world, "other_township")
    )
    _hop(offered, "committee", home)
    _open(offered, "proposed", unit=home)
    for relation, place in (("own", "county"), ("lent", "other_county")):
        _open(_case(world, f"leader:{relation}", places[place], filler), "leader", user=cast.leader)
        _open(_case(world, f"handler:{relation}", places[place], filler), "lead", unit=cast.department)


def _committee_at(world: World, place: str) -> Unit:
    return Committee.objects.select_related("unit").get(pk=world.records["committee"][place]).unit


# -- What hangs on a record -------------------------------------------------------------------------------------------


def _children(world: World, noun: str, key: str, record: Any) -> None:
    owner = {noun: record}
    party = Party(side="applicant", name_masked="某**", added_at=THEN, notice_given_at=THEN, **owner, **record.levels)
    party.save(force_insert=True)
    world.put(f"{noun}.party", key, party.pk)
    attachment = Attachment(
        kind="photo",
        name="photo.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="",
        added_by=world.cast.nobody,
        added_at=THEN,
        **owner,
        **record.levels,
    )
    attachment.file.save("", ContentFile(b"x"), save=False)
    attachment.save(force_insert=True)
    world.put(f"{noun}.attachment", key, attachment.pk)
    if noun == "case":
        _table(world, key, record, party)


def _table(world: World, key: str, case: Case, party: Party) -> None:
    levels = case.levels
    session = Session(case=case, form="joint", planned_for=THEN, venue="调解室", planned_by=world.cast.nobody, **levels)
    session.save(force_insert=True)
    world.put("case.session", key, session.pk)
    agreement = Agreement(
        case=case,
        number=f"w{next(_serial)}",
        form="oral",
        made_at=datetime.now(tz=THEN.tzinfo),
        facts="事实",
        content="内容",
        limit_on=date(2030, 1, 1),
        recorded_by=world.cast.nobody,
        **levels,
    )
    agreement.save(force_insert=True)
    world.put("case.agreement", key, agreement.pk)
    obligation = Obligation(
        agreement=agreement, kind="act", debtor=party, text="道歉", due_on=date(2030, 1, 1), **levels
    )
    obligation.save(force_insert=True)
    world.put("case.obligation", key, obligation.pk)
