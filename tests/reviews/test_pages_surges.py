"""The pages of a surge (平战结合), as those who ask, decide, report and sum up see and use them."""

import re
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from grid import rls
from grid.scope import Role
from mediation.reviews.models import Surge, SurgeTask
from mediation.reviews.workflow import build_surge_days, expire_surges
from tests.reviews.conftest import VILLAGE, local
from tests.reviews.desk import Desk
from tests.reviews.hand import Hand

TASK = "逐户走访并当日反馈结果"


@pytest.fixture
def desk(committed_cast, monkeypatch):
    found = Desk(committed_cast)
    # The pages act at the desk's hour, so no test depends on the hour it runs at.
    monkeypatch.setattr("mediation.reviews.views.surges.timezone", SimpleNamespace(now=found.now))
    with rls.system_scope():
        found.hire("other_town_clerk", Role.CENTRE_CLERK, "other_township")
    return found


def at(desk, who):
    client = Client()
    client.force_login(desk.cast.users[who], backend="grid.login.StaffBackend")
    return client


def asked_for(desk, **changed):
    return {
        "reason": "重大节日期间维护稳定",
        "authority": "区委政法委会议决定",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-04",
        "units": [desk.cast.township.pk, desk.cast.other_township.pk],
        "categories": ["0102"],
        "limits_factor": "0.5",
        "cut_off": "17:00",
    } | changed


def propose(desk, **changed):
    answer = at(desk, "supervisor").post(reverse("reviews:surge-propose"), asked_for(desk, **changed))
    assert answer.status_code == 302, answer.content.decode()
    with rls.system_scope():
        return Surge.objects.latest("pk")


def move(desk, who, surge, verb, query="", **given):
    return at(desk, who).post(reverse("reviews:surge-move", args=[surge.pk, verb]) + query, given)


def page(desk, who, surge, query=""):
    return at(desk, who).get(reverse("reviews:surge-detail", args=[surge.pk]) + query)


def shown(desk, who, surge, query=""):
    return page(desk, who, surge, query).content.decode()


@pytest.fixture
def surge(desk):
    proposed = propose(desk)
    assert move(desk, "leader", proposed, "approve_surge", sure="on").status_code == 302
    return proposed


class TestAsking:
    """Asked for by one, decided by another; what makes no sense comes back beside its input."""

    def test_from_the_reading_room_to_the_form_and_back_to_the_page(self, desk):
        address = reverse("reviews:surge-list")
        assert address in at(desk, "supervisor").get(reverse("reviews:review-list")).content.decode()
        assert reverse("reviews:surge-propose") in at(desk, "supervisor").get(address).content.decode()
        assert reverse("reviews:surge-propose") not in at(desk, "leader").get(address).content.decode()
        form = at(desk, "supervisor").get(reverse("reviews:surge-propose")).content.decode()
        assert desk.cast.township.name in form
        assert desk.cast.strange_township.name not in form
        assert desk.cast.township.code not in form
        surge = propose(desk)
        assert reverse("reviews:surge-detail", args=[surge.pk]) in at(desk, "leader").get(address).content.decode()
        assert (
            reverse("reviews:surge-detail", args=[surge.pk]) not in at(desk, "stranger").get(address).content.decode()
        )
        text = shown(desk, "leader", surge)
        for words in ("待批准", "重大节日期间维护稳定", "区委政法委会议决定", "邻里", "0.50", "17:00"):
            assert words in text

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"units": []}, "请选择报告单位"),
            ({"ends_on": "2026-04-30"}, "最长30天"),
            ({"starts_on": "2026-03-01"}, "不能早于今天"),
            ({"limits_factor": "1.5"}, "时限系数须大于0"),
            ({"authority": ""}, "请填写。"),
        ],
    )
    def test_what_makes_no_sense_stands_beside_its_input(self, desk, changed, words):
        answer = at(desk, "supervisor").post(reverse("reviews:surge-propose"), asked_for(desk, **changed))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        with rls.system_scope():
            assert not Surge.objects.exists()

    def test_units_of_another_county_cannot_be_named(self, desk):
        given = asked_for(desk, units=[desk.cast.strange_township.pk])
        assert at(desk, "supervisor").post(reverse("reviews:surge-propose"), given).status_code == 422

    def test_only_staff_ask_and_only_a_leader_decides(self, desk):
        assert at(desk, "clerk").get(reverse("reviews:surge-propose")).status_code == 403
        surge = propose(desk)
        assert "approve_surge" not in shown(desk, "supervisor", surge)
        assert move(desk, "supervisor", surge, "approve_surge", sure="on").status_code == 403
        assert page(desk, "stranger", surge).status_code == 404
        assert "approve_surge" in shown(desk, "leader", surge)
        assert move(desk, "leader", surge, "approve_surge").status_code == 422
        assert move(desk, "leader", surge, "approve_surge", sure="on").status_code == 302
        assert "战时" in shown(desk, "supervisor", surge)
        assert move(desk, "leader", surge, "approve_surge", sure="on").status_code == 409

    def test_after_the_cut_off_nobody_is_asked_to_report_nor_called_silent(self, desk):
        proposed = propose(desk)
        assert "report_day" not in shown(desk, "town_dispatcher", proposed)
        desk.moment = local("2026-03-02 17:30")
        assert move(desk, "leader", proposed, "approve_surge", sure="on").status_code == 302
        page_of_unit = shown(desk, "town_dispatcher", proposed)
        assert "未报" not in page_of_unit
        assert "/report_day/" not in page_of_unit
        desk.moment = local("2026-03-03 09:00")
        page_of_unit = shown(desk, "town_dispatcher", proposed)
        assert "未报" in page_of_unit
        assert "/report_day/" in page_of_unit

    def test_turned_down_with_words(self, desk):
        surge = propose(desk)
        assert move(desk, "leader", surge, "decline_surge").status_code == 422
        assert move(desk, "leader", surge, "decline_surge", remark="暂无必要").status_code == 302
        text = shown(desk, "supervisor", surge)
        assert "未批准" in text
        assert "暂无必要" in text

    @pytest.mark.parametrize("verb", ["propose_surge", "expire_surge", "nosuch"])
    def test_verbs_without_a_button_are_absent(self, desk, surge, verb):
        assert move(desk, "leader", surge, verb).status_code == 404


class TestExtending:
    """Asked for beside the present end, shown until it is decided, and kept on the timeline."""

    def test_asked_for_decided_and_kept(self, desk, surge):
        form = at(desk, "supervisor").get(reverse("reviews:surge-move", args=[surge.pk, "extend_surge"]))
        assert 'min="2026-03-05"' in form.content.decode()
        assert 'max="2026-04-03"' in form.content.decode()
        wrong = move(desk, "supervisor", surge, "extend_surge", ends_on="2026-03-04", remark="形势仍不平稳")
        assert wrong.status_code == 422
        assert "须晚于现计划结束日期" in wrong.content.decode()
        asked = {"ends_on": "2026-03-09", "remark": "形势仍不平稳"}
        assert move(desk, "supervisor", surge, "extend_surge", **asked).status_code == 302
        for who, decides in (("supervisor", False), ("leader", True)):
            text = shown(desk, who, surge)
            assert "延至2026年3月9日，待批准" in text, who
            assert ("/approve_extension/" in text) is decides, who
            assert "/extend_surge/" not in text, who
        address = reverse("reviews:surge-move", args=[surge.pk, "approve_extension"])
        assert "形势仍不平稳" in at(desk, "leader").get(address).content.decode()
        assert move(desk, "leader", surge, "approve_extension", sure="on").status_code == 302
        text = shown(desk, "supervisor", surge)
        assert "2026年3月2日 – 2026年3月9日" in text
        assert "待批准" not in text
        told = re.sub(r"<[^>]+>", "|", text)
        for move_of in (r"提请延长\W+\w+\W+延至2026年3月9日[^延]+形势仍不平稳", r"批准延长\W+\w+\W+延至2026年3月9日"):
            assert re.search(move_of, told), move_of

    def test_what_waits_for_approval_stands_on_a_leaders_first_page(self, desk):
        def home(who):
            return at(desk, who).get(reverse("home")).content.decode()

        surge = propose(desk)
        address = reverse("reviews:surge-detail", args=[surge.pk])
        assert "提请自2026年3月2日起启动战时机制，待批准。" in home("leader")
        assert address in home("leader")
        assert address not in home("supervisor")
        move(desk, "leader", surge, "approve_surge", sure="on")
        assert address not in home("leader")
        move(desk, "supervisor", surge, "extend_surge", ends_on="2026-03-09", remark="形势仍不平稳")
        assert "离石区战时机制申请延至2026年3月9日，待批准。" in home("leader")
        move(desk, "leader", surge, "decline_extension", remark="不必再延")
        assert address not in home("leader")


class TestReporting:
    """Something, nothing, or silence: three different things, each visible."""

    def test_each_unit_says_something_or_that_there_is_nothing(self, desk, surge):
        assert shown(desk, "leader", surge).count("未报") == 2
        assert move(desk, "town_dispatcher", surge, "report_day").status_code == 422
        both = move(desk, "town_dispatcher", surge, "report_day", remark="走访三户", is_nil="on")
        assert both.status_code == 422
        assert "二者选一" in both.content.decode()
        assert move(desk, "town_dispatcher", surge, "report_day", remark="走访三户").status_code == 302
        text = shown(desk, "leader", surge)
        assert text.count("未报") == 1
        assert "走访三户" in text
        assert move(desk, "other_town_clerk", surge, "report_day", is_nil="on").status_code == 302
        text = shown(desk, "leader", surge)
        assert "未报" not in text
        assert "零报告" in text
        assert move(desk, "clerk", surge, "report_day", is_nil="on").status_code == 403

    def test_a_unit_sees_its_own_line_and_not_its_neighbours(self, desk, surge):
        text = shown(desk, "town_dispatcher", surge)
        assert f'<td class="strong">{desk.cast.township.name}</td>' in text
        assert f'<td class="strong">{desk.cast.other_township.name}</td>' not in text

    def test_not_after_the_cut_off(self, desk, surge):
        desk.moment = local("2026-03-02 17:00")
        late = move(desk, "town_dispatcher", surge, "report_day", is_nil="on")
        assert late.status_code == 422
        assert "17:00" in late.content.decode()

    def test_a_new_day_begins_with_silence(self, desk, surge):
        move(desk, "town_dispatcher", surge, "report_day", is_nil="on")
        desk.wait(days=1)
        assert shown(desk, "leader", surge).count("未报") == 2


class TestDuty:
    """The roster: a day without somebody is seen by all."""

    def test_set_on_a_page_and_shown_with_what_is_missing(self, desk, surge):
        assert shown(desk, "town_dispatcher", surge).count("未排") == 4
        given = {"of_unit": desk.cast.township.pk, "day": "2026-03-02", "until": "2026-03-03", "leader": "高某某"}
        given |= {"leader_phone": "10000000001", "officer": "马某某", "officer_phone": "10000000002"}
        assert move(desk, "town_dispatcher", surge, "set_duty", **given).status_code == 302
        text = shown(desk, "leader", surge)
        assert 'href="tel:10000000002"' in text
        assert "缺2" in text
        assert "缺3" in text
        assert "高某某" not in shown(desk, "leader", surge, "?duty=2026-03-04")
        other = given | {"of_unit": desk.cast.other_township.pk}
        assert move(desk, "town_dispatcher", surge, "set_duty", **other).status_code == 422


class TestTasks:
    """Who does what by when, and whether it was done in time."""

    def test_given_seen_late_and_done(self, desk, surge):
        given = {"owner": desk.cast.township.pk, "remark": TASK, "due_at": "2026-03-02T12:00"}
        far = move(desk, "leader", surge, "give_task", **given | {"owner": desk.cast.department.pk})
        assert far.status_code == 422
        assert move(desk, "leader", surge, "give_task", **given).status_code == 302
        with rls.system_scope():
            task = SurgeTask.objects.get()
        assert task.due_at == local("2026-03-02 12:00")
        text = shown(desk, "town_dispatcher", surge)
        assert TASK in text
        assert "逾期" not in text
        assert TASK not in shown(desk, "other_town_clerk", surge)
        desk.moment = local("2026-03-02 13:00")
        assert "逾期" in shown(desk, "town_dispatcher", surge)
        query = f"?task={task.pk}"
        assert query in shown(desk, "town_dispatcher", surge)
        assert move(desk, "other_town_clerk", surge, "finish_task", query, remark="已办完").status_code == 404
        assert move(desk, "town_dispatcher", surge, "finish_task", remark="已办完").status_code == 404
        assert move(desk, "town_dispatcher", surge, "finish_task", query).status_code == 422
        assert move(desk, "town_dispatcher", surge, "finish_task", query, remark="已全部走访").status_code == 302
        text = shown(desk, "leader", surge)
        assert "已全部走访" in text
        assert query not in text

    def test_a_task_of_another_surge_is_absent(self, desk, surge):
        given = {"owner": desk.cast.township.pk, "remark": TASK, "due_at": "2026-03-02T12:00"}
        move(desk, "leader", surge, "give_task", **given)
        other = propose(desk)
        move(desk, "leader", other, "approve_surge", sure="on")
        with rls.system_scope():
            query = f"?task={SurgeTask.objects.get().pk}"
        assert move(desk, "town_dispatcher", other, "finish_task", query, remark="已办完").status_code == 404


class TestPapers:
    """Three papers at each cut-off, one at the end."""

    @pytest.fixture
    def reported(self, desk, surge):
        hand = Hand()
        with rls.system_scope():
            script = hand.incident("2026-03-02 10:00", VILLAGE)
            hand.then(script, "verify", "2026-03-02 11:00")
            hand.do(script)
        move(desk, "town_dispatcher", surge, "report_day", remark="走访三户，情绪平稳")
        return surge

    def test_three_papers_after_the_cut_off_and_none_before(self, desk, reported):
        assert "每日研判" not in shown(desk, "leader", reported)
        assert "每日截止后生成" in shown(desk, "leader", reported)
        assert build_surge_days(at=local("2026-03-02 17:00")) == 1
        text = shown(desk, "leader", reported)
        for words in ("战时每日研判（2026年3月2日）", "战时每日调度", "战时每日通报"):
            assert words in text
        assert "截至2026年3月2日17时" in text
        assert "应报告单位2个，已报1个，未报1个。" in text
        assert f"ZS20260302-{reported.pk}" in text
        assert page(desk, "leader", reported, "?day=2026-03-02").status_code == 200
        for wrong in ("?day=2026-03-03", "?day=closing", "?day=nonsense"):
            assert page(desk, "leader", reported, wrong).status_code == 404

    def test_a_reporting_unit_reads_dispatch_and_bulletin_alone(self, desk, reported):
        build_surge_days(at=local("2026-03-02 17:00"))
        text = shown(desk, "other_town_clerk", reported)
        assert "战时每日通报" in text
        assert "战时每日调度" in text
        assert "战时每日研判" not in text
        # The files are those papers, for the same readers.
        for who, product, ending, status in (
            ("leader", "assessment", "pdf", 200),
            ("other_town_clerk", "bulletin", "docx", 200),
            ("other_town_clerk", "assessment", "pdf", 404),
            ("stranger", "bulletin", "pdf", 404),
            ("leader", "bulletin", "xlsx", 404),
            ("leader", "closing", "pdf", 404),
        ):
            address = reverse("reviews:surge-download", args=[reported.pk, "2026-03-02", product, ending])
            assert (address in shown(desk, who, reported)) is (status == 200) if who != "stranger" else True
            answer = at(desk, who).get(address)
            assert answer.status_code == status, (who, product)
            if status == 200:
                assert "战时每日" in unquote(answer["Content-Disposition"])
        gone = reverse("reviews:surge-download", args=[reported.pk, "2026-03-03", "bulletin", "pdf"])
        assert at(desk, "leader").get(gone).status_code == 404

    def test_ended_by_a_leader_with_a_closing_report(self, desk, reported):
        build_surge_days(at=local("2026-03-02 17:00"))
        desk.moment = local("2026-03-03 09:00")
        assert move(desk, "leader", reported, "end_surge", remark="形势平稳").status_code == 422
        assert move(desk, "leader", reported, "end_surge", remark="形势平稳", sure="on").status_code == 302
        build_surge_days(at=local("2026-03-03 18:00"))
        text = shown(desk, "leader", reported)
        assert "战时机制总结报告" in text
        assert "战时期间上报各类有效事件1件" in text
        assert "形势平稳" in text
        assert "report_day" not in text
        assert "战时每日研判" in shown(desk, "leader", reported, "?day=2026-03-02")
        # Figures of the whole place are for its own people.
        assert page(desk, "town_dispatcher", reported, "?day=closing").status_code == 404
        assert "战时机制总结报告" not in shown(desk, "town_dispatcher", reported)
        address = reverse("reviews:surge-download", args=[reported.pk, "closing", "closing", "pdf"])
        assert at(desk, "leader").get(address).content.startswith(b"%PDF-")
        assert at(desk, "town_dispatcher").get(address).status_code == 404

    def test_ended_by_the_clock(self, desk, reported):
        with rls.system_scope():
            expire_surges(at=local("2026-03-05 00:01"))
        text = shown(desk, "leader", reported)
        assert "已结束" in text
        assert "战时机制总结报告" in text


def test_in_english(desk, surge):
    client = at(desk, "leader")
    client.cookies["django_language"] = "en"
    text = client.get(reverse("reviews:surge-detail", args=[surge.pk])).content.decode()
    assert "No report" in text
    assert "未报" not in text
