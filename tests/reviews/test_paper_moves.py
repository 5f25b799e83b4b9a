"""Every row of the tables of papers, suggestions and surges, and every pair that is not in them."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases.moves import Machine, NotAllowed, NotPossible, acting_role
from cases.table import Tie
from grid.scope import Role
from mediation.reviews.models import Delivery, Objection, Paper, Suggestion
from mediation.reviews.workflow import (
    PAPER_MOVES,
    PAPER_VERBS,
    PAPERS,
    SUGGESTION_MOVES,
    SUGGESTION_VERBS,
    SUGGESTIONS,
    mark_overdue,
    propose_suggestion,
)
from tests.reviews.desk import CAUSES

LONG = "请按要求核对后重新报送"
ROLES = {
    "worker": Role.GRID_WORKER,
    "clerk": Role.CENTRE_CLERK,
    "dispatcher": Role.CENTRE_DISPATCHER,
    "handler": Role.HANDLER,
    "mediator": Role.MEDIATOR,
    "director": Role.COMMITTEE_DIRECTOR,
    "supervisor": Role.CENTRE_SUPERVISOR,
    "leader": Role.LEADER,
    "auditor": Role.AUDITOR,
    "system_admin": Role.SYSTEM_ADMIN,
}


def needs(verb, desk, paper):
    """Valid inputs for a verb."""
    if verb == "answer_objection":
        row = Objection.objects.filter(paper=paper).first() or Objection(pk=0)
        return {"objection": row, "remark": LONG}
    return {
        "edit_section": {"section": "overview", "written": "共{reported}件"},
        "return_paper": {"remark": LONG},
        "open_objections": {"until": (desk.moment + timedelta(days=5)).date()},
        "object_to_paper": {"remark": LONG},
        "correct_review": {"remark": LONG},
    }.get(verb, {})


def standing_at(desk, status):
    """A paper in a status, whatever way it came there: only the table is looked at."""
    paper = desk.draft(desk.review())
    columns = {"status": status}
    if status in Paper.OUT:
        columns |= {"issued_at": desk.moment, "outline": {}}
    Paper.objects.filter(pk=paper.pk).update(**columns)
    return paper


@pytest.mark.parametrize("verb", PAPER_MOVES)
def test_a_pair_that_is_not_in_the_table_is_not_possible(desk, verb):
    move = PAPER_MOVES[verb]
    who = "leader" if set(move.who) == {Role.LEADER} else "supervisor"
    for status in sorted(set(Paper.Status) - move.sources):
        with transaction.atomic():
            paper = standing_at(desk, status)
            Delivery.objects.create(
                paper=paper,
                review=paper.review,
                to_unit=desk.cast.county,
                purpose="issued",
                at=desk.moment,
                **paper.levels,
            )
            seen = paper.events.count()
            if status == move.target:
                # Repeating one's own last move is no move; somebody else's is.
                who_else = "city_supervisor" if who == "supervisor" else who
                with pytest.raises((NotPossible, NotAllowed)):
                    desk.go(verb, paper, who_else, **needs(verb, desk, paper))
            else:
                with pytest.raises(NotPossible):
                    desk.go(verb, paper, who, **needs(verb, desk, paper))
            assert paper.events.count() == seen, status
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", [verb for verb in PAPER_MOVES if Tie.ADDRESSED not in PAPER_MOVES[verb].who.values()])
def test_other_roles_are_not_allowed(desk, verb):
    move = PAPER_MOVES[verb]
    paper = standing_at(desk, sorted(move.sources)[0])
    for who, role in ROLES.items():
        if role not in move.who:
            with desk.acting(who) as user:
                assert acting_role(move, paper, user) is None, who
    for who in ("strange_supervisor",):
        with desk.acting(who) as user:
            assert acting_role(move, paper, user) is None


def test_every_live_row_has_its_function_and_says_what_it_needs():
    assert set(PAPER_VERBS) == set(PAPER_MOVES)
    live = {verb for verb, move in SUGGESTION_MOVES.items() if move.is_live}
    assert set(SUGGESTION_VERBS) == live
    for move in (*PAPER_MOVES.values(), *SUGGESTION_MOVES.values()):
        assert str(move.label)
        assert len({need.name for need in move.needs}) == len(move.needs)


def test_papers_do_not_reach_the_relay_of_cases():
    assert not any(move.notify for move in (*PAPER_MOVES.values(), *SUGGESTION_MOVES.values()))
    assert (PAPERS.name, SUGGESTIONS.name) == ("paper", "suggestion")


class TestSuggestions:
    """Drafted with the paper, decided by people, and remembered by the next review."""

    @pytest.fixture
    def drafted(self, desk):
        desk.draft(desk.review("weekly", "2026-02-09"))
        return desk

    def suggestion(self, desk):
        return Suggestion.objects.order_by("pk")[0]

    def go(self, desk, verb, pk, who="supervisor", **given):
        with desk.acting(who) as user:
            return SUGGESTION_VERBS[verb](pk=pk, by=user, at=desk.now(), **given)

    def accepted(self, desk, days=3):
        due_on = (desk.moment + timedelta(days=days)).date()
        pk = self.suggestion(desk).pk
        return self.go(desk, "accept_suggestion", pk, owner=desk.cast.department, due_on=due_on)

    def test_they_are_proposed_with_the_draft_once(self, drafted):
        count = Suggestion.objects.count()
        assert count >= 3
        assert set(Suggestion.objects.values_list("status", flat=True)) == {"proposed"}
        first = Suggestion.objects.order_by("pk")[0]
        assert [(row.verb, row.status) for row in first.events.all()] == [("propose_suggestion", "proposed")]
        drafted.draft(first.review)
        assert Suggestion.objects.count() == count

    def test_accepting_takes_an_owner_below_and_a_day_to_come(self, drafted):
        pk, due = self.suggestion(drafted).pk, (drafted.moment + timedelta(days=3)).date()
        with pytest.raises(NotPossible, match="本级或下级"):
            self.go(drafted, "accept_suggestion", pk, owner=drafted.cast.strange_department, due_on=due)
        past = drafted.moment.date() - timedelta(days=1)
        with pytest.raises(NotPossible, match="不能早于今天"):
            self.go(drafted, "accept_suggestion", pk, owner=drafted.cast.department, due_on=past)
        done = self.go(
            drafted, "accept_suggestion", pk, owner=drafted.cast.department, due_on=due, text="换一种说法来做"
        )
        assert (done.status, done.owner, done.text) == ("accepted", drafted.cast.department, "换一种说法来做")

    def test_declining_and_completing_take_words(self, drafted):
        first, second = Suggestion.objects.order_by("pk")[:2]
        with pytest.raises(NotPossible, match="说明"):
            self.go(drafted, "decline_suggestion", first.pk, remark=" ")
        self.go(drafted, "decline_suggestion", first.pk, remark="已由上级部署")
        assert [row.words for row in first.events.order_by("seq")] == ["", "已由上级部署"]
        with pytest.raises(NotPossible):
            self.go(drafted, "complete_suggestion", second.pk, remark="已经全部落实到位")

    @pytest.mark.parametrize("who", ["clerk", "dispatcher", "worker", "strange_supervisor"])
    def test_deciding_is_for_supervisors_and_leaders(self, drafted, who):
        with pytest.raises((NotAllowed, Suggestion.DoesNotExist)):
            self.go(drafted, "decline_suggestion", self.suggestion(drafted).pk, who, remark="不同意")

    def test_the_clock_marks_what_is_overdue_once(self, drafted):
        accepted = self.accepted(drafted)
        due_end = drafted.moment.replace(hour=0, minute=0) + timedelta(days=4)
        assert mark_overdue(at=due_end - timedelta(minutes=1)) == 0
        assert mark_overdue(at=due_end + timedelta(minutes=1)) == 1
        assert mark_overdue(at=due_end + timedelta(minutes=2)) == 0
        accepted.refresh_from_db()
        assert (accepted.status, accepted.events.last().by) == ("overdue", None)
        assert accepted.events.last().at == due_end.replace(second=0, microsecond=0)
        drafted.wait(days=5)
        late = self.go(drafted, "complete_suggestion", accepted.pk, remark="已经全部落实到位")
        assert late.status == "done"

    def test_the_paper_says_those_decided_on_with_owner_and_day(self, drafted):
        from mediation.reviews.outline import Listing, plain
        from mediation.reviews.texts import outline_of

        accepted = self.accepted(drafted)
        paper = Paper.objects.get()
        drafted.go("edit_section", paper, "supervisor", section="causes", written=CAUSES)
        drafted.go("submit_paper", paper, "supervisor")
        drafted.go("check_paper", paper, "leader")
        issued = drafted.go("issue_paper", paper, "leader")
        (listing,) = [block for block in outline_of(issued.review, issued).blocks if isinstance(block, Listing)][-1:]
        assert [plain(item) for item in listing.items] == [
            f"{accepted.text.rstrip('。')}（责任单位：离石区住房和城乡建设局；2026年3月5日前完成）。"
        ]

    def test_the_next_review_says_what_became_of_them(self, drafted):
        from mediation.reviews import periods
        from mediation.reviews.workflow.suggestions import followed_up

        accepted = self.accepted(drafted, days=2)
        week = periods.parse("weekly", "2026-02-16")
        at = drafted.moment

        def told(as_of):
            return followed_up(drafted.cast.county, week, as_of)

        assert told(at - timedelta(minutes=5)) == {}
        under_way = told(at + timedelta(minutes=1))
        assert (under_way["total"], under_way["accepted"], under_way["items"][0]["state"]) == (1, 1, "accepted")
        assert under_way["items"][0]["owner"] == "离石区住房和城乡建设局"
        assert told(at + timedelta(days=5))["overdue"] == 1
        drafted.wait(days=1)
        self.go(drafted, "complete_suggestion", accepted.pk, remark="已经全部落实到位")
        assert told(at + timedelta(days=5))["done"] == 1
        # Looked back from before it was done, it comes out as it stood then.
        assert told(at + timedelta(minutes=1)) == under_way
        assert followed_up(drafted.cast.county, periods.following(week), at + timedelta(days=20)) == {}

    def test_an_owner_elsewhere_sees_what_it_owes_and_others_do_not(self, drafted):
        self.accepted(drafted)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from reviews_suggestion where owner_id = %s", [drafted.cast.department.pk])
            assert cursor.fetchone() == (1,)
        with drafted.acting("handler"):
            assert Suggestion.objects.count() >= 1
        with drafted.acting("strange_handler"):
            assert Suggestion.objects.count() == 0

    def test_only_the_clock_marks_overdue(self):
        assert SUGGESTION_MOVES["mark_overdue"].who == {Role.SYSTEM: Tie.MACHINE}
        assert not SUGGESTION_MOVES["mark_overdue"].is_live
        assert acting_role(SUGGESTION_MOVES["mark_overdue"], None, Machine(Role.SYSTEM)) == Role.SYSTEM

    def test_what_is_too_short_is_no_suggestion(self, desk):
        review = desk.review()
        with desk.acting("supervisor") as user, pytest.raises(NotPossible, match="建议内容"):
            propose_suggestion(review=review, text="改", by=user, at=desk.now())
