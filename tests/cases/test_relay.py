"""The outbox and the notices it becomes (DESIGN.md rule 5, RELIABILITY.md rules 11 and 12)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Category, Notice, Outbox
from cases.notices import notice_label
from cases.relay import AUDIENCES, audience, relay_once
from cases.tasks import relay_outbox
from cases.workflow import CASE_MOVES, INCIDENT_MOVES, PartyData, add_party
from grid.workflow import deactivate_user, end_post, seat
from tests.cases.stage import LONG, SINCE, START, C, S, Stage

NOW = timezone.now()


def told(stage: Stage, verb: str) -> set[str]:
    """Relay, and return who of the cast was told of a verb."""
    relay_once(timezone.now(), limit=1000)
    names = {user.pk: name for name, user in stage.cast.users.items()}
    return {names[notice.user_id] for notice in Notice.objects.filter(verb=verb)}


def codes(payload: Any) -> set[str]:
    """Everything in a payload that is text."""
    if isinstance(payload, dict):
        return {text for value in payload.values() for text in codes(value)}
    if isinstance(payload, list):
        return {text for value in payload for text in codes(value)}
    return {payload} if isinstance(payload, str) else set()


class TestAudience:
    """Codes become users by the posts held now."""

    @pytest.mark.parametrize(
        ("status", "verb", "expected"),
        [
            (S.RETURNED, "return_incident", {"worker"}),
            (S.INVALID, "reject_incident", {"worker"}),
            (S.ASSIGNED, "assign_incident", {"handler", "second_handler"}),
            (S.ACCEPTED, "accept_incident", {"dispatcher"}),
            (S.OBJECTED, "object_incident", {"dispatcher"}),
            (S.SUSPENDED, "ask_suspension", {"supervisor"}),
            (S.SUSPENDED, "grant_suspension", {"handler"}),
            (S.HANDLED, "handle_incident", {"dispatcher"}),
            (S.CLOSED, "close_incident", {"worker", "handler"}),
            (S.ESCALATED, "escalate_incident", {"dispatcher"}),
        ],
    )
    def test_of_an_incident(self, stage: Stage, status: str, verb: str, expected: set[str]) -> None:
        stage.incident(status)
        assert told(stage, verb) == expected

    @pytest.mark.parametrize(
        ("status", "verb", "expected"),
        [
            (C.REGISTERED, "register_case", {"director"}),
            (C.ACCEPTED, "accept_case", {"dispatcher"}),
            (C.MEDIATOR_ASSIGNED, "assign_mediator", {"mediator"}),
            (C.AGREED, "settle_case", {"director"}),
            (C.BREACHED, "record_breach", {"director"}),
            (C.TERMINATED, "terminate_case", {"dispatcher", "mediator"}),
        ],
    )
    def test_of_a_case(self, stage: Stage, status: str, verb: str, expected: set[str]) -> None:
        stage.case(status)
        assert told(stage, verb) == expected

    def test_the_nearest_desk_is_told_and_the_next_above_where_there_is_none(self, stage: Stage) -> None:
        here = stage.report(urgency="urgent")
        assert told(stage, "report_incident") == {"town_dispatcher"}
        seat(user=stage.cast.stranger, unit=stage.cast.strange_village, role="centre_clerk", starts_on=SINCE, at=START)
        elsewhere = stage.report(by="dispatcher", place="other_township", urgency="urgent")
        relay_once(timezone.now())
        names = {notice.user_id for notice in Notice.objects.filter(incident_id=elsewhere)}
        # No desk in that township: the county's. Whoever reported it is not told of their own report.
        assert names == {stage.cast.clerk.pk}
        assert here != elsewhere

    def test_an_offer_goes_to_the_committee_it_is_made_to(self, stage: Stage) -> None:
        pk = stage.case(C.MEDIATING)
        stage.go("propose_hand_over", pk, "director", committee=stage.cast.strange_committee_unit, remark=LONG)
        assert told(stage, "propose_hand_over") == {"strange_director"}
        stage.go("accept_hand_over", pk, "strange_director")
        assert told(stage, "accept_hand_over") == {"dispatcher", "mediator"}

    def test_the_leader_named_is_told(self, stage: Stage) -> None:
        stage.go("name_leader", stage.case(C.MEDIATING), "dispatcher", leader=stage.cast.leader)
        assert told(stage, "name_leader") == {"leader"}

    def test_ended_posts_and_closed_accounts_are_told_nothing(self, stage: Stage) -> None:
        stage.incident(S.ASSIGNED)
        end_post(post=stage.cast.handler.posts.get(), by=stage.actor("security_admin"), on=START.date())
        deactivate_user(user=stage.cast.second_handler, by=stage.actor("system_admin"))
        assert told(stage, "assign_incident") == set()
        assert not Outbox.objects.filter(sent_at__isnull=True).exists()

    def test_a_post_given_meanwhile_is_told(self, stage: Stage) -> None:
        stage.incident(S.ASSIGNED)
        seat(user=stage.cast.third_handler, unit=stage.cast.department, role="handler", starts_on=SINCE, at=START)
        assert told(stage, "assign_incident") == {"handler", "second_handler", "third_handler"}

    def test_restricted_matters_are_announced_only_to_those_who_may_open_them(self, stage: Stage) -> None:
        seat(user=stage.cast.third_handler, unit=stage.cast.town_centre, role="centre_clerk", starts_on=SINCE, at=START)
        stage.report(category="0306", urgency="urgent")
        assert told(stage, "report_incident") == {"town_dispatcher"}

    def test_every_code_of_the_tables_is_known(self) -> None:
        used = {code for table in (INCIDENT_MOVES, CASE_MOVES) for move in table.values() for code in move.notify}
        assert used <= set(AUDIENCES)

    def test_nobody_is_named_twice(self, stage: Stage) -> None:
        incident = stage.incident_now(stage.incident(S.ASSIGNED))
        users = audience(incident, ["lead_unit", "lead_unit", "assisting", f"user:{stage.cast.handler.pk}"])
        assert [user.pk for user in users] == [stage.cast.handler.pk, stage.cast.second_handler.pk]


class TestDelivery:
    """Once, however often it is tried; and never lost."""

    def test_a_second_relay_writes_nothing_new(self, stage: Stage) -> None:
        stage.incident(S.ASSIGNED)
        assert relay_once(timezone.now()) == Outbox.objects.count() == 1
        notices = Notice.objects.count()
        assert relay_once(timezone.now()) == 0
        Outbox.objects.update(sent_at=None)
        assert relay_once(timezone.now()) == 1
        assert Notice.objects.count() == notices == 2

    def test_a_row_that_fails_waits_longer_each_time_and_is_not_lost(self, stage: Stage) -> None:
        Outbox.objects.create(topic="from_the_future", payload={"thing": 1}, created_at=NOW)
        stage.incident(S.ASSIGNED)
        now = timezone.now()
        assert relay_once(now) == 1
        row = Outbox.objects.get(topic="from_the_future")
        waits = []
        for attempt in range(1, 16):
            assert (row.attempts, row.trouble, row.sent_at) == (attempt, "Undeliverable", None)
            waits.append(row.next_try_at - now)
            assert relay_once(row.next_try_at - timedelta(seconds=1)) == 0
            now = row.next_try_at
            relay_once(now)
            row.refresh_from_db()
        assert waits == sorted(waits)
        assert (waits[0], waits[-1]) == (timedelta(seconds=2), timedelta(hours=1))

    def test_once_it_can_be_delivered_it_is(self, stage: Stage) -> None:
        pk = stage.incident(S.ASSIGNED)
        row = Outbox.objects.get()
        payload = row.payload
        Outbox.objects.update(payload={**payload, "to": ["nobody_yet"]})
        now = timezone.now()
        assert relay_once(now) == 0
        Outbox.objects.update(payload=payload)
        assert relay_once(now + timedelta(seconds=3)) == 1
        row.refresh_from_db()
        assert (row.attempts, row.trouble) == (1, "")
        assert Notice.objects.filter(incident_id=pk).count() == 2

    def test_what_it_was_about_may_be_gone(self, stage: Stage) -> None:
        Outbox.objects.create(
            topic="moved", payload={"incident": 0, "seq": 1, "verb": "x", "to": ["desk"]}, created_at=NOW
        )
        assert relay_once(timezone.now()) == 1

    def test_the_task_empties_the_box(self, stage: Stage) -> None:
        for _ in range(3):
            stage.incident(S.ASSIGNED)
        relay_outbox()
        assert not Outbox.objects.filter(sent_at__isnull=True).exists()
        assert Notice.objects.count() == 6

    def test_nothing_personal_is_in_a_row(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        data = PartyData("欧阳某某", id_number="110101200001011234", phone="10012345678")
        stage.go("close_case", pk, "director", remark="欧阳某某已付清")
        incident = stage.incident(S.CLOSED, description="欧阳某某家漏水，电话10012345678")
        add_party(
            record=stage.incident_now(stage.report()), by=stage.actor("clerk"), at=stage.now(), side="third", data=data
        )
        assert incident
        known = set(INCIDENT_MOVES) | set(CASE_MOVES) | set(AUDIENCES)
        for row in Outbox.objects.all():
            assert codes(row.payload) <= known, row.payload
            assert "欧阳" not in json.dumps(row.payload, ensure_ascii=False)


class TestInbox:
    """Each for one user, and only while they may see what it is about."""

    def test_nobody_reads_anothers(self, stage: Stage) -> None:
        stage.incident(S.ASSIGNED)
        relay_once(timezone.now())
        assert Notice.objects.visible_to(stage.actor("handler")).count() == 1
        assert Notice.objects.visible_to(stage.actor("dispatcher")).count() == 0
        (notice,) = Notice.objects.visible_to(stage.actor("handler"))
        assert Notice.objects.one_visible(stage.actor("handler"), notice.pk) == notice
        assert Notice.objects.one_visible(stage.actor("dispatcher"), notice.pk) is None

    def test_it_goes_with_the_access(self, stage: Stage) -> None:
        pk = stage.incident(S.ASSIGNED)
        relay_once(timezone.now())
        stage.do("recall_incident", pk, "dispatcher", remark=LONG)
        assert Notice.objects.visible_to(stage.actor("handler")).count() == 0

    def test_it_moves_with_its_record(self, stage: Stage) -> None:
        pk = stage.incident(S.ASSIGNED)
        relay_once(timezone.now())
        stage.do("correct_place", pk, "dispatcher", place=stage.cast.other_village)
        assert {notice.village_id for notice in Notice.objects.all()} == {stage.cast.other_village.pk}

    def test_every_notice_has_words(self, stage: Stage) -> None:
        stage.incident(S.CLOSED)
        stage.case(C.PERFORMED)
        relay_once(timezone.now())
        for notice in Notice.objects.all():
            assert str(notice_label(notice.verb, of_case=notice.case_id is not None))
        with pytest.raises(KeyError):
            notice_label("nonsense", of_case=True)

    def test_an_alarm_reaches_the_auditor_above(self, stage: Stage) -> None:
        Outbox.objects.create(topic="many_looks", payload={"user": stage.cast.clerk.pk}, created_at=NOW)
        Outbox.objects.create(topic="many_looks", payload={"user": stage.cast.stranger.pk}, created_at=NOW)
        assert told(stage, "many_looks") == {"auditor"}
        assert Notice.objects.visible_to(stage.actor("auditor")).count() == 1


def test_category_tables_know_what_can_be_confirmed(db: None) -> None:
    assert set(Category.objects.filter(is_confirmable=False).values_list("pk", flat=True)) == {"0101", "0103", "0122"}


class TestBrokerDown:
    """Losing all of Redis loses nothing: the request path writes to PostgreSQL alone (RELIABILITY.md G8)."""

    def test_intake_goes_on_and_the_outbox_is_relayed_later(self, stage: Stage, tmp_path: Any) -> None:
        from kombu.exceptions import OperationalError

        from config.celery import app

        nothing = f"redis+socket://{tmp_path}/nothing.sock"
        with app.connection_for_write(nothing, transport_options={"max_retries": 0}) as nowhere:
            with pytest.raises(OperationalError):
                relay_outbox.apply_async(connection=nowhere, retry=False)
            pk = stage.report(urgency="urgent")
            stage.do("verify_incident", pk, "clerk")
        assert Outbox.objects.filter(sent_at__isnull=True).count() == 1
        assert told(stage, "report_incident") == {"town_dispatcher"}
