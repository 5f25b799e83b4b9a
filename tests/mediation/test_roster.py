"""The register of committees, mediators and studios (PML arts 7 to 16; DOMAIN.md 2.2, 2.3)."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.moves import NotAllowed, NotPossible
from grid import rls
from grid.models import Unit
from grid.workflow import add_user
from mediation.models import Committee, Mediator, RosterEvent
from mediation.workflow import (
    appoint_mediator,
    change_employment,
    close_studio,
    composition_warnings,
    dissolve_committee,
    end_mediator,
    found_committee,
    open_studio,
    renew_term,
)
from tests.cast import Cast, case_in_mediation

DAY = date(2025, 6, 1)
ELECTED = date(2024, 3, 1)
SOUND = (("director", "male"), ("member", "female"), ("member", "male"))


def founded(cast: Cast, **more: Any) -> Committee:
    """A committee without anybody in it yet."""
    given = {"name": "东关社区人民调解委员会", "kind": "village", "founded_on": ELECTED, "elected_on": ELECTED}
    with cast.acting("dispatcher"):
        return found_committee(place=cast.village, by=cast.dispatcher, **{**given, **more})


def seated(cast: Cast, committee: Committee, seat: str, gender: str = "", **more: Any) -> Mediator:
    """Somebody new in office there."""
    with rls.system_scope():
        user = add_user(username=f"new{Mediator._base_manager.count()}", name="新任")
    given = {"employment": "part_time", "appointed_on": ELECTED, "seat": seat, "gender": gender}
    with cast.acting("dispatcher"):
        return appoint_mediator(user=user, committee=committee, by=cast.dispatcher, **{**given, **more})


def warned(cast: Cast, committee: Committee, on: date = DAY) -> list[str]:
    """The codes of what the law misses on a day."""
    with cast.acting("dispatcher"):
        return [warning.code for warning in composition_warnings(Committee.objects.get(pk=committee.pk), on)]


class TestComposition:
    """Three to nine members, one director, a woman, a minority member where several peoples live (PML art.8)."""

    def test_what_is_missing_is_named_and_nothing_is_blocked(self, cast: Cast) -> None:
        committee = founded(cast, is_multi_ethnic=True, elected_on=None)
        assert warned(cast, committee) == ["members", "director", "women", "minority", "term"]
        assert seated(cast, committee, "engaged").ended_on is None

    def test_a_sound_one_is_sound(self, cast: Cast) -> None:
        committee = founded(cast)
        for seat, gender in SOUND:
            seated(cast, committee, seat, gender)
        assert warned(cast, committee) == []

    @pytest.mark.parametrize(("count", "expected"), [(2, ["members"]), (3, []), (9, []), (10, ["members"])])
    def test_three_to_nine(self, cast: Cast, count: int, expected: list[str]) -> None:
        committee = founded(cast)
        seated(cast, committee, "director", "female")
        for _member in range(count - 1):
            seated(cast, committee, "member", "male")
        assert warned(cast, committee) == expected

    def test_engaged_people_are_no_members(self, cast: Cast) -> None:
        committee = founded(cast)
        for _engaged in range(3):
            seated(cast, committee, "engaged", "female")
        assert warned(cast, committee) == ["members", "director", "women"]

    def test_two_directors_are_one_too_many(self, cast: Cast) -> None:
        committee = founded(cast)
        for seat, gender in (*SOUND, ("director", "female")):
            seated(cast, committee, seat, gender)
        assert warned(cast, committee) == ["director"]

    def test_who_left_or_has_not_begun_does_not_count(self, cast: Cast) -> None:
        committee = founded(cast)
        first, *_others = [seated(cast, committee, seat, gender) for seat, gender in SOUND]
        with cast.acting("dispatcher"):
            end_mediator(mediator=first, on=DAY, by=cast.dispatcher)
        seated(cast, committee, "director", "male", appointed_on=DAY + timedelta(days=1))
        assert warned(cast, committee, DAY) == ["members", "director"]
        assert warned(cast, committee, DAY + timedelta(days=1)) == []
        assert warned(cast, committee, DAY - timedelta(days=1)) == []


class TestTerm:
    """Three years, re-election allowed (PML art.9)."""

    def test_it_comes_near_and_passes(self, cast: Cast) -> None:
        committee = founded(cast)
        for seat, gender in SOUND:
            seated(cast, committee, seat, gender)
        assert committee.term_ends_on == date(2027, 3, 1)
        assert warned(cast, committee, date(2026, 11, 30)) == []
        assert warned(cast, committee, date(2026, 12, 1)) == ["term_soon"]
        assert warned(cast, committee, date(2027, 2, 28)) == ["term_soon"]
        assert warned(cast, committee, date(2027, 3, 1)) == ["term_over"]

    def test_an_election_begins_a_new_one(self, cast: Cast) -> None:
        committee = founded(cast, elected_on=date(2024, 2, 29))
        assert committee.term_ends_on == date(2027, 2, 28)
        with cast.acting("dispatcher"):
            renewed = renew_term(committee=committee, elected_on=date(2027, 3, 1), by=cast.dispatcher)
        assert renewed.term_ends_on == date(2030, 3, 1)


class TestMediators:
    """In office once at a committee, full-time or part-time, with what they are good at."""

    def test_specialties_languages_and_studio_are_kept(self, cast: Cast) -> None:
        with cast.acting("dispatcher"):
            studio = open_studio(
                place=cast.village, name="老张调解室", opened_on=ELECTED, by=cast.dispatcher, specialty="邻里"
            )
        given: dict[str, Any] = {"specialties": ["0102", "0107"], "languages": ["晋语"], "studio": studio}
        mediator = seated(cast, founded(cast), "member", **given)
        with cast.acting("dispatcher"):
            kept = Mediator.objects.get(pk=mediator.pk)
            assert (kept.specialties, kept.languages, kept.studio) == (["0102", "0107"], ["晋语"], studio)

    def test_not_twice_at_one_committee(self, cast: Cast) -> None:
        mediator = seated(cast, founded(cast), "member")
        with cast.acting("dispatcher"), pytest.raises(NotPossible) as refusal:
            appoint_mediator(
                user=mediator.user,
                committee=mediator.committee,
                employment="full_time",
                appointed_on=DAY,
                by=cast.dispatcher,
            )
        assert refusal.value.field == "user"

    def test_reviews_learn_of_every_coming_change_and_going(self, cast: Cast) -> None:
        mediator = seated(cast, founded(cast), "member")
        with cast.acting("dispatcher"):
            change_employment(mediator=mediator, employment="full_time", on=DAY, by=cast.dispatcher)
            end_mediator(mediator=mediator, on=DAY + timedelta(days=30), by=cast.dispatcher)
            events = RosterEvent.objects.filter(subject=mediator.pk, kind__startswith="mediator").order_by("pk")
            assert [(event.kind, event.delta) for event in events] == [
                ("mediator_part_time", 1),
                ("mediator_part_time", -1),
                ("mediator_full_time", 1),
                ("mediator_full_time", -1),
            ]
            with pytest.raises(NotPossible):
                end_mediator(mediator=mediator, on=DAY + timedelta(days=31), by=cast.dispatcher)
            with pytest.raises(NotPossible):
                change_employment(mediator=mediator, employment="full_time", on=DAY, by=cast.dispatcher)


class TestEnding:
    """A committee ends when nobody and nothing is left with it."""

    def test_not_while_somebody_is_in_office(self, cast: Cast) -> None:
        committee = founded(cast)
        mediator = seated(cast, committee, "member")
        with cast.acting("dispatcher"):
            with pytest.raises(NotPossible):
                dissolve_committee(committee=committee, on=DAY, by=cast.dispatcher)
            end_mediator(mediator=mediator, on=DAY, by=cast.dispatcher)
            assert dissolve_committee(committee=committee, on=DAY, by=cast.dispatcher).dissolved_on == DAY
            assert Unit.objects.get(pk=committee.unit_id).valid_to == DAY
            with pytest.raises(NotPossible):
                dissolve_committee(committee=committee, on=DAY, by=cast.dispatcher)

    def test_not_while_a_dispute_is_open(self, cast: Cast) -> None:
        case_in_mediation(cast)
        with rls.system_scope():
            for mediator in cast.committee.mediators.filter(ended_on__isnull=True):
                end_mediator(mediator=mediator, on=DAY, by=cast.dispatcher)
        with cast.acting("dispatcher"), pytest.raises(NotPossible, match="在办纠纷"):
            dissolve_committee(committee=cast.committee, on=DAY, by=cast.dispatcher)

    def test_a_studio_closes_once(self, cast: Cast) -> None:
        with cast.acting("dispatcher"):
            studio = open_studio(place=cast.village, name="老张调解室", opened_on=ELECTED, by=cast.dispatcher)
            assert close_studio(studio=studio, on=DAY, by=cast.dispatcher).closed_on == DAY
            with pytest.raises(NotPossible):
                close_studio(studio=studio, on=DAY, by=cast.dispatcher)
            kept = RosterEvent.objects.filter(subject=studio.pk, kind="studio").order_by("pk")
            assert [event.delta for event in kept] == [1, -1]


@pytest.mark.parametrize("who", ["worker", "village_leader", "mediator", "director", "supervisor", "stranger"])
def test_only_the_desks_of_the_place_keep_the_register(cast: Cast, who: str) -> None:
    with cast.acting(who), pytest.raises(NotAllowed):
        open_studio(place=cast.village, name="老张调解室", opened_on=DAY, by=cast.users[who])
    committee = founded(cast)
    with cast.acting(who), pytest.raises(NotAllowed):
        renew_term(committee=committee, elected_on=DAY, by=cast.users[who])
