"""Papers over several transactions: numbers under a race, corrections, what a command may still store, e-mails."""

import json
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from cases.moves import NotPossible
from grid import rls
from mediation.reviews import periods, tasks, workflow
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Correction, MailOut, NumberSeries, Paper, Review
from mediation.reviews.outline import Paragraph, plain
from mediation.reviews.texts import outline_of
from mediation.reviews.workflow import build_corrections, build_review, differences, send_mails
from mediation.reviews.yearbook import rows_of
from tests.racing import at_once
from tests.reviews.conftest import COUNTY, VILLAGE, local
from tests.reviews.desk import Desk
from tests.reviews.hand import Hand

REASON = "事件认定有误，经复核更正"
MONTH = periods.parse("monthly", "2026-02-01")


@pytest.fixture
def desk(committed_cast):
    return Desk(committed_cast)


@pytest.fixture
def hand(committed_cast):
    return Hand()


def tell(hand, at, *steps):
    """Report an incident in the county and go on with it."""
    with rls.system_scope():
        script = hand.incident(at, VILLAGE)
        for when, step, *given in steps:
            hand.then(script, step, when, *given)
        hand.do(script)


def built(desk, hand, kind="monthly", start="2026-02-01"):
    period = periods.parse(kind, start)
    return build_review(unit=hand.unit(COUNTY), period=period, as_of=period.end, at=desk.moment)


def issue(desk, review):
    with rls.system_scope():
        return desk.issued(review)


def race(count, act):
    """Let so many do the same at once, each knowing its position."""
    return at_once(*[partial(act, position) for position in range(count)], refused=(NotPossible,))


class TestNumbersUnderARace:
    """One issue, one number: no doubles and no gaps."""

    def test_many_papers_at_once_get_neighbouring_numbers(self, desk):
        with rls.system_scope():
            desk.organ(desk.cast.county)
            papers = [desk.checked(desk.review(start=f"2025-{month:02d}-01")) for month in range(1, 7)]
        at = desk.now()

        def act(position):
            # A user object of one's own: standing is kept on it.
            user = type(desk.cast.leader).objects.get(pk=desk.cast.leader.pk)
            with rls.scope_of(user):
                return workflow.issue_paper(pk=papers[position].pk, by=user, at=at).number

        numbers = race(len(papers), act)
        assert sorted(numbers) == [f"离综治〔2026〕{number}号" for number in range(1, 7)]
        with rls.system_scope():
            assert NumberSeries.objects.get().last == 6

    def test_one_paper_issued_twice_at_once_takes_one_number(self, desk):
        with rls.system_scope():
            desk.organ(desk.cast.county)
            paper = desk.checked(desk.review())
        at = desk.now()

        def act(_position):
            user = type(desk.cast.leader).objects.get(pk=desk.cast.leader.pk)
            with rls.scope_of(user):
                return workflow.issue_paper(pk=paper.pk, by=user, at=at).number

        assert race(4, act) == ["离综治〔2026〕1号"] * 4
        with rls.system_scope():
            assert NumberSeries.objects.get().last == 1
            assert paper.events.filter(verb="issue_paper").count() == 1

    def test_one_series_for_both_who_begin_it(self, desk):
        with rls.system_scope():
            desk.organ(desk.cast.county)
        unit = desk.cast.county

        def act(_position):
            from mediation.reviews.workflow.numbering import next_number

            with rls.system_scope():
                return next_number(unit, 2031)

        assert sorted(race(4, act)) == [f"离综治〔2031〕{number}号" for number in range(1, 5)]

    def test_two_who_take_a_review_up_make_one_paper(self, desk):
        with rls.system_scope():
            review = desk.review()
        at = desk.now()

        def act(position):
            found = (desk.cast.supervisor, desk.cast.city_supervisor)[position]
            user = type(found).objects.get(pk=found.pk)
            with rls.scope_of(user):
                return workflow.draft_review(review=review, by=user, at=at)

        results = race(2, act)
        assert sum(isinstance(result, NotPossible) for result in results) == 1
        with rls.system_scope():
            assert Paper.objects.get().events.count() == 1


class TestCorrections:
    """What is issued stays; a correction is the next version with what differs."""

    def test_what_differs_is_listed_and_the_issued_paper_stays(self, desk, hand):
        tell(hand, "2026-02-05 09:00", ("2026-02-05 10:00", "verify"))
        tell(hand, "2026-02-06 09:00", ("2026-02-06 10:00", "verify"))
        review = built(desk, hand)
        paper = issue(desk, review)
        with rls.system_scope():
            assert differences(review) == []
        # Entered late: it happened within the month all the same.
        tell(hand, "2026-02-07 09:00", ("2026-02-07 10:00", "verify"))
        with rls.system_scope():
            found = {(one.measure, one.place): (one.issued, one.now) for one in differences(review)}
        assert found["reported_valid", ""] == ("2", "3")
        assert found["reported_valid", "141102001000"] == ("2", "3")
        assert found["closure_rate", ""] == ("0.00%（0/2）", "0.00%（0/3）")
        assert found["reported_valid_by_category.0102", ""] == ("2", "3")
        assert ("disputes_found", "") not in found

        with rls.system_scope():
            desk.go("correct_review", paper, "supervisor", remark=REASON)
            with pytest.raises(NotPossible, match="已更正"):
                desk.go("correct_review", paper, "supervisor", remark=REASON)
        assert build_corrections(at=desk.now()) == 1
        assert build_corrections(at=desk.now()) == 0
        with rls.system_scope():
            correction = Correction.objects.get()
            corrected = correction.review
            assert corrected is not None
            assert (corrected.version, corrected.reason, corrected.as_of) == (2, "correction", review.as_of)
            assert corrected.figures["measures"]["reported_valid"] == {"value": 3}
            assert {"measure": "reported_valid", "place": "", "issued": "2", "now": "3"} in correction.differences
            kept = Paper.objects.get(pk=paper.pk)
            assert "有效事件2件" in prose(outline_of(kept.review, kept))
            second = desk.issued(corrected)
            assert second.number == "离综治〔2026〕2号"
            outline = outline_of(corrected, second)
            assert REASON in "".join(outline.footnotes)
            assert "有效事件3件" in prose(outline)

    def test_nothing_differs_nothing_to_correct(self, desk, hand):
        tell(hand, "2026-02-05 09:00", ("2026-02-05 10:00", "verify"))
        paper = issue(desk, built(desk, hand))
        with rls.system_scope(), pytest.raises(NotPossible, match="没有差异"):
            desk.go("correct_review", paper, "supervisor", remark=REASON)

    def test_reclassified_and_moved_records_show_up(self, desk, hand):
        tell(hand, "2026-02-05 09:00", ("2026-02-05 10:00", "verify"))
        review = built(desk, hand)
        with rls.system_scope():
            from mediation.reviews.workflow.correcting import between

            other = json.loads(json.dumps(review.figures))
            other["by_township"]["141102002000"]["reported_valid"] = {"value": 1}
            other["by_township"]["direct"] = other["by_township"].pop("141102001000")
            other["reported_valid_by_category"] = {"0106": 1}
            found = {(one.measure, one.place): (one.issued, one.now) for one in between(review.figures, other)}
        assert found["reported_valid_by_category.0102", ""] == ("1", "0")
        assert found["reported_valid_by_category.0106", ""] == ("0", "1")
        assert found["reported_valid", "141102002000"] == ("0", "1")
        assert found["reported_valid", "141102001000"] == ("1", "0")
        assert found["closure_rate", "direct"] == ("—（0/0）", "0.00%（0/1）")

    def test_a_correction_is_asked_for_by_the_place_s_supervisor_alone(self, desk, hand):
        from cases.moves import NotAllowed

        tell(hand, "2026-02-05 09:00", ("2026-02-05 10:00", "verify"))
        paper = issue(desk, built(desk, hand))
        with rls.system_scope(), pytest.raises(NotAllowed):
            desk.go("correct_review", paper, "leader", remark=REASON)

    def test_a_command_stores_nothing_any_more_once_the_newest_is_issued(self, desk, hand):
        tell(hand, "2026-02-05 09:00", ("2026-02-05 10:00", "verify"))
        review = built(desk, hand)
        issue(desk, review)

        def printed(*more):
            out = StringIO()
            words = ("build_review", "--unit", COUNTY, "--kind", "monthly", "--start", "2026-02-01", *more)
            call_command(*words, stdout=out)
            return out.getvalue()

        same = json.loads(printed("--json"))
        assert (same["version"], same["measures"]["reported_valid"]) == (1, {"value": 1})
        tell(hand, "2026-02-07 09:00", ("2026-02-07 10:00", "verify"))
        unstored = json.loads(printed("--json"))
        assert (unstored["version"], unstored["measures"]["reported_valid"]) == (None, {"value": 2})
        assert "未保存" in printed()
        with rls.system_scope():
            assert Review.objects.filter(kind="monthly").count() == 1

    def test_a_draft_alone_does_not_hold_up_the_next_version(self, desk, hand):
        tell(hand, "2026-02-05 09:00", ("2026-02-05 10:00", "verify"))
        review = built(desk, hand)
        with rls.system_scope():
            paper = desk.checked(review)
            desk.organ(desk.cast.county)
        tell(hand, "2026-02-07 09:00", ("2026-02-07 10:00", "verify"))
        assert built(desk, hand).version == 2
        with rls.system_scope(), pytest.raises(NotPossible, match="新的版本"):
            desk.go("issue_paper", paper, "leader")


class TestMails:
    """The outbox: sent once, tried again after a failure, marked in the transaction that sends."""

    @pytest.fixture
    def issued(self, desk):
        with rls.system_scope():
            for address in ("a@example.org", "b@example.org"):
                desk.recipient("county", "monthly", email=address)
            return desk.issued()

    def test_each_goes_out_once_with_the_paper_s_words(self, desk, issued):
        assert send_mails(at=desk.now()) == 2
        assert send_mails(at=desk.now()) == 0
        tasks.send_mails()
        assert [message.to for message in mail.outbox] == [["a@example.org"], ["b@example.org"]]
        message = mail.outbox[0]
        assert message.subject == "离综治〔2026〕1号 离石区社会综合治理情况分析报告（2026年2月）"
        assert "上报各类有效事件84件" in message.body
        assert message.extra_headers["Message-ID"].startswith(f"<paper-{issued.pk}-mail-")
        with rls.system_scope():
            assert not MailOut.objects.filter(sent_at__isnull=True).exists()

    def test_many_senders_at_once_send_each_once(self, desk, issued):
        at = desk.now()
        assert sum(race(4, lambda _position: send_mails(at=at))) == 2
        assert len(mail.outbox) == 2

    def test_a_failure_waits_and_holds_nobody_up(self, desk, issued, monkeypatch):
        from mediation.reviews.workflow import sending

        usual = sending.message_of

        def broken(row):
            if row.address == "a@example.org":
                raise OSError("no route")
            return usual(row)

        monkeypatch.setattr(sending, "message_of", broken)
        at = desk.now()
        assert send_mails(at=at) == 1
        with rls.system_scope():
            row = MailOut.objects.get(address="a@example.org")
            assert (row.attempts, row.trouble, row.sent_at) == (1, "OSError", None)
            assert row.next_try_at == at + timedelta(seconds=2)
        monkeypatch.undo()
        assert send_mails(at=at) == 0
        assert send_mails(at=at + timedelta(seconds=2)) == 1
        assert [message.to for message in mail.outbox] == [["b@example.org"], ["a@example.org"]]


def test_the_calendar_tells_papers_past_their_time(desk):
    for month, moment in (("2025-01-01", "2025-02-05"), ("2025-02-01", "2025-03-20")):
        desk.moment = local(f"{moment} 09:00")
        with rls.system_scope():
            desk.issued(desk.review(start=month))
    desk.moment = local("2025-06-02 09:00")
    with rls.system_scope():
        desk.draft(desk.review(start="2025-03-01"))
        desk.draft(desk.review(start="2025-05-01"))
        desk.review(start="2025-04-01")
    with desk.acting("supervisor") as user:
        (row,) = rows_of(user, [desk.cast.county], [Kind.MONTHLY], 2025, local("2025-06-05 09:00"))
    states = [slot.state for slot in row.slots[:6]]
    assert states == ["issued", "issued", "drafted", "built", "drafted", "running"]
    # February went out late and March is still being written; May is in time, and nobody took April up.
    assert [slot.period.start_on.month for slot in row.slots if slot.is_slow] == [2, 3]
    assert (row.issued, row.slow) == (2, 2)


def prose(outline):
    return "\n".join(plain(block.text) for block in outline.blocks if isinstance(block, Paragraph))
