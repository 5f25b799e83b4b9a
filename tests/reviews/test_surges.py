"""Surge mode: two people, thirty days at most, a report a day from every unit, three papers a day, a closing report."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from cases.moves import NotAllowed, NotPossible
from grid import rls
from grid.scope import Role
from mediation.reviews.models import Surge, SurgeDay, SurgeTask, SurgeUnit
from mediation.reviews.outline import Figure, Listing, Paragraph, Table, plain
from mediation.reviews.texts.surge import closing_outline, number, outlines_of_day
from mediation.reviews.workflow import (
    SURGE_MOVES,
    SURGE_VERBS,
    build_surge_days,
    closing_figures,
    expire_surges,
    gaps_of,
    in_force,
    propose_surge,
    roster_of,
    to_report,
    units_on_duty,
)
from tests.reviews.conftest import VILLAGE, local
from tests.reviews.desk import Desk
from tests.reviews.hand import Hand

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)
LONG = "逐户走访并当日反馈结果"
DUTY = {"leader": "高某某", "leader_phone": "10000000001", "officer": "马某某", "officer_phone": "10000000002"}


def propose(desk, **changed):
    given: dict[str, Any] = {
        "reason": "重大节日期间维护稳定",
        "authority": "区委政法委会议决定",
        "starts_on": FIRST,
        "ends_on": LAST,
        "units": [desk.cast.township, desk.cast.other_township, desk.cast.department],
        "categories": ["0102"],
        "limits_factor": Decimal("0.5"),
    } | changed
    with desk.acting("supervisor") as user:
        return propose_surge(unit=desk.cast.county, by=user, at=desk.now(), **given)


def go(desk, verb, surge, who, **needs):
    with desk.acting(who) as user:
        return SURGE_VERBS[verb](pk=surge.pk, by=user, at=desk.now(), **needs)


def active(desk, **changed):
    return go(desk, "approve_surge", propose(desk, **changed), "leader")


def prose(outline):
    lines = []
    for block in outline.blocks:
        if isinstance(block, Paragraph):
            lines.append(plain(block.text))
        elif isinstance(block, Listing):
            lines += [plain(item) for item in block.items]
    return "\n".join(lines)


class TestActivation:
    """Proposed by one, approved by another, and never without an end."""

    def test_proposed_and_approved(self, desk):
        surge = propose(desk)
        assert (surge.status, surge.is_open) == ("proposed", True)
        surge = go(desk, "approve_surge", surge, "leader")
        assert surge.status == "active"
        rows = surge.events.order_by("seq").values_list("verb", "by__username")
        assert [verb for verb, _name in rows] == ["propose_surge", "approve_surge"]
        assert {row.of_unit for row in surge.units.all()} == {
            desk.cast.township,
            desk.cast.other_township,
            desk.cast.department,
        }

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"ends_on": FIRST + timedelta(days=30)}, "最长30天"),
            ({"ends_on": FIRST - timedelta(days=1)}, "不能早于开始"),
            ({"starts_on": FIRST - timedelta(days=1)}, "不能早于今天"),
            ({"limits_factor": Decimal("1.5")}, "时限系数"),
            ({"limits_factor": Decimal(0)}, "时限系数"),
            ({"units": []}, "报告单位"),
            ({"categories": ["9999"]}, "没有类别9999"),
            ({"reason": "急"}, "说明"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, desk, changed, words):
        with pytest.raises(NotPossible, match=words):
            propose(desk, **changed)
        assert not Surge.objects.exists()

    def test_thirty_days_are_allowed(self, desk):
        assert propose(desk, ends_on=FIRST + timedelta(days=29)).pk

    def test_units_lie_below(self, desk):
        with pytest.raises(NotPossible, match="本级或下级"):
            propose(desk, units=[desk.cast.strange_township])

    def test_not_approved_by_whoever_proposed_it(self, desk):
        from grid.workflow import seat
        from tests.cast import SINCE

        given = {"user": desk.cast.supervisor, "unit": desk.cast.centre, "role": Role.LEADER}
        seat(**given, starts_on=SINCE, at=local("2020-01-02 00:00"))
        surge = propose(desk)
        with pytest.raises(NotAllowed, match="第二人"):
            go(desk, "approve_surge", surge, "supervisor")

    @pytest.mark.parametrize("who", ["supervisor", "dispatcher", "clerk", "town_dispatcher"])
    def test_approved_by_a_leader_alone(self, desk, who):
        with pytest.raises(NotAllowed):
            go(desk, "approve_surge", propose(desk), who)

    def test_not_approved_once_its_end_is_past(self, desk):
        surge = propose(desk)
        desk.wait(days=5)
        with pytest.raises(NotPossible, match="重新提请"):
            go(desk, "approve_surge", surge, "leader")

    def test_declined_with_words(self, desk):
        surge = go(desk, "decline_surge", propose(desk), "leader", remark="暂无必要")
        assert (surge.status, surge.is_open) == ("declined", False)
        with pytest.raises(NotPossible):
            go(desk, "approve_surge", surge, "leader")

    def test_a_pair_that_is_not_in_the_table_is_not_possible(self, desk):
        needs: dict[str, dict[str, Any]] = {
            "decline_surge": {"remark": LONG},
            "end_surge": {"remark": LONG},
            "report_day": {"is_nil": True},
            "give_task": {"owner": desk.cast.township, "remark": LONG, "due_at": desk.moment + timedelta(days=1)},
            "finish_task": {"task": SurgeTask(pk=0), "remark": LONG},
            "set_duty": {"of_unit": desk.cast.township, "day": FIRST, **DUTY},
            "extend_surge": {"ends_on": LAST + timedelta(days=1), "remark": LONG},
            "decline_extension": {"remark": LONG},
        }
        surge = propose(desk)
        for verb in SURGE_VERBS:
            move = SURGE_MOVES[verb]
            who = "town_dispatcher" if verb == "report_day" else "leader"
            for status in set(Surge.Status) - move.sources - {move.target}:
                Surge.objects.filter(pk=surge.pk).update(status=status)
                with pytest.raises(NotPossible), transaction.atomic():
                    go(desk, verb, surge, who, **needs.get(verb, {}))

    def test_every_live_row_has_its_function(self):
        assert set(SURGE_VERBS) == {verb for verb, move in SURGE_MOVES.items() if move.is_live}

    def test_the_clock_ends_it_at_its_planned_end_once(self, desk):
        surge = active(desk)
        assert expire_surges(at=local("2026-03-04 23:59")) == 0
        assert expire_surges(at=local("2026-03-06 08:00")) == 1
        assert expire_surges(at=local("2026-03-06 08:01")) == 0
        surge.refresh_from_db()
        assert (surge.status, surge.ended_at) == ("ended", local("2026-03-05 00:00"))
        assert surge.events.order_by("seq").values_list("verb", flat=True)[2] == "expire_surge"

    def test_what_is_done_between_its_end_and_the_clock_does_not_keep_it_on(self, desk):
        surge = active(desk)
        desk.moment = local("2026-03-05 00:30")
        due = desk.moment + timedelta(hours=5)
        go(desk, "give_task", surge, "leader", owner=desk.cast.township, remark=LONG, due_at=due)
        assert expire_surges(at=local("2026-03-05 01:00")) == 1
        surge.refresh_from_db()
        assert (surge.status, surge.ended_at) == ("ended", local("2026-03-05 00:00"))

    def test_ended_before_its_time_by_a_leader(self, desk):
        surge = go(desk, "end_surge", active(desk), "leader", remark="形势平稳")
        assert (surge.status, surge.ended_at) == ("ended", desk.moment)

    def test_limits_are_shorter_where_and_while_it_holds(self, desk):
        surge = active(desk)
        here, there = desk.cast.village.levels, desk.cast.strange_village.levels
        assert [found.pk for found in in_force(here, "0102", desk.moment)] == [surge.pk]
        assert in_force(here, "0201", desk.moment) == []
        assert in_force(there, "0102", desk.moment) == []
        go(desk, "end_surge", surge, "leader", remark="形势平稳")
        assert in_force(here, "0102", desk.moment) == []

    def test_the_database_knows_its_bounds(self, desk):
        surge = propose(desk)
        for change in ({"limits_factor": 2}, {"ends_on": FIRST - timedelta(days=1)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Surge.objects.filter(pk=surge.pk).update(**change)


class TestExtension:
    """Asked for by the command, approved by a second person; the clock and the limits follow the new end."""

    LATER = LAST + timedelta(days=6)

    def ask(self, desk, surge, who="supervisor", ends_on=LATER, **needs):
        return go(desk, "extend_surge", surge, who, ends_on=ends_on, **{"remark": "形势仍不平稳"} | needs)

    def test_its_end_moves_when_a_second_person_approves(self, desk):
        from grid.workflow import seat
        from tests.cast import SINCE

        given = {"user": desk.cast.supervisor, "unit": desk.cast.centre, "role": Role.LEADER}
        seat(**given, starts_on=SINCE, at=local("2020-01-02 00:00"))
        surge = self.ask(desk, active(desk))
        assert (surge.ends_on, surge.asked_ends_on, surge.asked_why) == (LAST, self.LATER, "形势仍不平稳")
        with pytest.raises(NotPossible, match="待批准"):
            self.ask(desk, surge)
        for who, words in (("supervisor", "第二人"), ("dispatcher", "岗位"), ("town_dispatcher", "岗位")):
            with pytest.raises(NotAllowed, match=words):
                go(desk, "approve_extension", surge, who)
        surge = go(desk, "approve_extension", surge, "leader")
        assert (surge.status, surge.ends_on, surge.asked_ends_on, surge.asked_by) == ("active", self.LATER, None, None)
        steps = list(surge.events.order_by("seq"))[-2:]
        assert [(step.verb, step.words) for step in steps] == [
            ("extend_surge", "形势仍不平稳"),
            ("approve_extension", ""),
        ]
        assert steps[1].data == {"ends_on": str(self.LATER), "before": str(LAST)}
        # Everything that asked for the old end asks for the new one: limits, reports, roster, days, the clock.
        desk.moment = local("2026-03-05 08:00")
        assert expire_surges(at=desk.moment) == 0
        assert [found.pk for found in in_force(desk.cast.village.levels, "0102", desk.moment)] == [surge.pk]
        with desk.acting("town_dispatcher") as user:
            assert [row.surge for row in to_report(user, desk.moment)] == [surge]
        go(desk, "set_duty", surge, "leader", of_unit=desk.cast.township, day=self.LATER, **DUTY)
        after = local("2026-03-11 00:00")
        assert in_force(desk.cast.village.levels, "0102", after) == []
        assert expire_surges(at=after) == 1
        surge = Surge.objects.select_related("unit").get(pk=surge.pk)
        assert (surge.status, surge.ended_at) == ("ended", after)
        with rls.system_scope():
            closing = closing_outline(surge, closing_figures(surge, after), after)
        assert "期间2026年3月2日经批准延长至2026年3月10日。" in prose(closing)

    @pytest.mark.parametrize(
        ("ends_on", "words"),
        [
            (FIRST - timedelta(days=1), "不能早于今天"),
            (LAST, "晚于现计划结束日期"),
            (LAST + timedelta(days=31), "最迟可延至2026-04-03"),
        ],
    )
    def test_to_a_later_day_by_thirty_at_most(self, desk, ends_on, words):
        surge = active(desk)
        with pytest.raises(NotPossible, match=words):
            self.ask(desk, surge, ends_on=ends_on)
        with pytest.raises(NotPossible, match="说明"):
            self.ask(desk, surge, remark="久")
        with pytest.raises(NotAllowed):
            self.ask(desk, surge, "town_dispatcher")
        assert self.ask(desk, surge, ends_on=LAST + timedelta(days=30)).asked_ends_on == date(2026, 4, 3)

    def test_declined_with_words_it_ends_as_planned(self, desk):
        surge = active(desk)
        for verb, needs in (("approve_extension", {}), ("decline_extension", {"remark": "不必"})):
            with pytest.raises(NotPossible, match="没有待批准"):
                go(desk, verb, surge, "leader", **needs)
        self.ask(desk, surge, "dispatcher")
        surge = go(desk, "decline_extension", surge, "leader", remark="不必再延")
        assert (surge.ends_on, surge.asked_ends_on) == (LAST, None)
        assert surge.events.latest("seq").words == "不必再延"

    def test_too_late_once_its_end_is_over(self, desk):
        surge = self.ask(desk, active(desk))
        desk.moment = local("2026-03-05 00:00")
        with pytest.raises(NotPossible, match="已过"):
            go(desk, "approve_extension", surge, "leader")
        assert expire_surges(at=desk.moment) == 1
        surge.refresh_from_db()
        assert (surge.status, surge.asked_ends_on) == ("ended", None)


class TestReporting:
    """Once a day, before the cut-off: something, or nothing; silence is 未报."""

    def test_something_or_nothing_but_not_both_nor_neither(self, desk):
        surge = active(desk)
        for needs in ({}, {"is_nil": True, "remark": "有事"}):
            with pytest.raises(NotPossible, match="二者选一"):
                go(desk, "report_day", surge, "town_dispatcher", **needs)
        with desk.acting("town_dispatcher") as user:
            assert [row.of_unit for row in to_report(user, desk.moment)] == [desk.cast.township]
            assert to_report(user, local("2026-03-02 17:00")) == to_report(user, local("2026-03-05 09:00")) == []
        go(desk, "report_day", surge, "town_dispatcher", is_nil=True)
        with desk.acting("town_dispatcher") as user:
            assert to_report(user, desk.moment) == []
        report = surge.reports.get()
        assert (report.of_unit, report.day, report.is_nil) == (desk.cast.township, FIRST, True)

    def test_once_a_day(self, desk):
        surge = active(desk)
        go(desk, "report_day", surge, "town_dispatcher", is_nil=True)
        with pytest.raises(NotPossible, match="今日已报告"):
            go(desk, "report_day", surge, "town_dispatcher", remark="又有新情况")
        desk.wait(days=1)
        go(desk, "report_day", surge, "town_dispatcher", remark="又有新情况")
        assert surge.reports.count() == 2

    def test_not_after_the_cut_off(self, desk):
        surge = active(desk)
        desk.moment = local("2026-03-02 17:00")
        with pytest.raises(NotPossible, match="17:00"):
            go(desk, "report_day", surge, "town_dispatcher", is_nil=True)

    def test_only_units_of_the_surge_see_it_and_report(self, desk):
        surge = active(desk)
        desk.hire("other_town_clerk", Role.CENTRE_CLERK, "other_township")
        for who, sees in (("other_town_clerk", True), ("stranger", False), ("worker", False)):
            with desk.acting(who) as user:
                assert Surge.objects.visible_to(user).filter(pk=surge.pk).exists() is sees, who
        with pytest.raises((NotAllowed, Surge.DoesNotExist)):
            go(desk, "report_day", surge, "stranger", is_nil=True)
        with pytest.raises(NotAllowed):
            go(desk, "report_day", surge, "clerk", is_nil=True)

    def test_reports_and_days_are_appended_only(self, desk):
        surge = active(desk)
        go(desk, "report_day", surge, "town_dispatcher", is_nil=True)
        for table in ("reviews_surgereport", "reviews_surgeday", "reviews_surgeevent"):
            for statement in (f"update {table} set city_id = 1", f"delete from {table}"):
                with (
                    pytest.raises(ProgrammingError, match="permission denied"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(statement)


class TestTasks:
    """Who does what by which hour."""

    def test_given_to_a_unit_of_the_surge_and_done_by_it(self, desk):
        surge = active(desk)
        due = desk.moment + timedelta(hours=5)
        with pytest.raises(NotPossible, match="报告单位"):
            go(desk, "give_task", surge, "leader", owner=desk.cast.strange_department, remark=LONG, due_at=due)
        with pytest.raises(NotPossible, match="晚于现在"):
            go(desk, "give_task", surge, "leader", owner=desk.cast.township, remark=LONG, due_at=desk.moment)
        go(desk, "give_task", surge, "leader", owner=desk.cast.township, remark=LONG, due_at=due)
        task = SurgeTask.objects.get()
        desk.hire("other_town_clerk", Role.CENTRE_CLERK, "other_township")
        with pytest.raises(NotAllowed, match="本单位的任务"):
            go(desk, "finish_task", surge, "other_town_clerk", task=task, remark="已办完")
        go(desk, "finish_task", surge, "town_dispatcher", task=task, remark="已办完")
        task.refresh_from_db()
        assert (task.result, task.done_at) == ("已办完", desk.moment)
        with pytest.raises(NotPossible, match="已完成"):
            go(desk, "finish_task", surge, "town_dispatcher", task=task, remark="再办")

    def test_a_department_reports_and_finishes_and_the_command_may_do_so_for_it(self, desk):
        surge = active(desk)
        with desk.acting("handler") as user:
            assert Surge.objects.visible_to(user).filter(pk=surge.pk).exists()
            assert [row.of_unit for row in SurgeUnit.objects.visible_to(user)] == [desk.cast.department]
        go(desk, "report_day", surge, "handler", is_nil=True)
        assert surge.reports.get().of_unit == desk.cast.department
        due = desk.moment + timedelta(hours=5)
        for owner in (desk.cast.department, desk.cast.department, desk.cast.township):
            go(desk, "give_task", surge, "leader", owner=owner, remark=LONG, due_at=due)
        own, for_it, foreign = SurgeTask.objects.order_by("pk")
        with pytest.raises(NotAllowed, match="本单位的任务"):
            go(desk, "finish_task", surge, "handler", task=foreign, remark="已办完")
        go(desk, "finish_task", surge, "handler", task=own, remark="已办完")
        go(desk, "finish_task", surge, "dispatcher", task=for_it, remark="电话核实已办完")
        assert SurgeTask.objects.filter(done_at__isnull=True).get() == foreign


class TestDuty:
    """Who is on duty, per unit and day; nobody is 未排."""

    def test_set_by_the_unit_or_the_command_for_days_on_end(self, desk):
        surge = active(desk)
        given: dict[str, Any] = {"day": FIRST, **DUTY}
        go(desk, "set_duty", surge, "town_dispatcher", of_unit=desk.cast.township, until=LAST, **given)
        go(desk, "set_duty", surge, "dispatcher", of_unit=desk.cast.county, **given)
        go(desk, "set_duty", surge, "handler", of_unit=desk.cast.department, **given)
        go(desk, "set_duty", surge, "leader", of_unit=desk.cast.township, **given | {"officer": "牛某某"})
        assert surge.duties.get(of_unit=desk.cast.township, day=FIRST).officer == "牛某某"
        units = units_on_duty(surge)
        assert [missing for _day, missing in gaps_of(surge, units, FIRST)] == [1, 3, 3]
        assert dict(roster_of(surge, FIRST, units))[desk.cast.other_township] is None
        for who, unit in (("town_dispatcher", "other_township"), ("handler", "township"), ("handler", "county")):
            with pytest.raises(NotAllowed):
                go(desk, "set_duty", surge, who, of_unit=desk.cast.units[unit], **given)
        wrong = ({"until": LAST + timedelta(days=1)}, {"day": FIRST - timedelta(days=1)}, {"officer_phone": "无"})
        for changed in (*wrong, {"leader": ""}, {"of_unit": desk.cast.strange_township}):
            with pytest.raises(NotPossible):
                go(desk, "set_duty", surge, "leader", **{"of_unit": desk.cast.township} | given | changed)
        desk.wait(days=1)
        with pytest.raises(NotPossible, match="过去的值班"):
            go(desk, "set_duty", surge, "leader", of_unit=desk.cast.township, **given)


class TestDays:
    """Frozen at the cut-off, exactly once, and written from that alone."""

    @pytest.fixture
    def desk(self, committed_cast):
        return Desk(committed_cast)

    @pytest.fixture
    def surge(self, desk):
        hand = Hand()
        with rls.system_scope():
            surge = active(desk)
            for at in ("2026-03-02 08:00", "2026-03-02 16:59", "2026-03-02 17:00"):
                script = hand.incident(at, VILLAGE)
                hand.then(script, "verify", f"{at[:10]} 18:00")
                hand.do(script)
            go(desk, "report_day", surge, "town_dispatcher", remark="走访三户，情绪平稳")
            go(desk, "set_duty", surge, "town_dispatcher", of_unit=desk.cast.township, day=FIRST, **DUTY)
            due = local("2026-03-02 12:00")
            go(desk, "give_task", surge, "leader", owner=desk.cast.other_township, remark=LONG, due_at=due)
            desk.hire("other_town_clerk", Role.CENTRE_CLERK, "other_township")
            desk.wait(days=1)
            go(desk, "report_day", surge, "other_town_clerk", is_nil=True)
        return surge

    def test_nothing_before_the_cut_off_and_each_day_once_after(self, desk, surge):
        assert build_surge_days(at=local("2026-03-02 16:59")) == 0
        assert build_surge_days(at=local("2026-03-02 17:00")) == 1
        assert build_surge_days(at=local("2026-03-02 17:01")) == 0
        # A stop of any length: what is missing is built.
        assert build_surge_days(at=local("2026-03-10 09:00")) == 2
        with rls.system_scope():
            days = list(SurgeDay.objects.order_by("day"))
        assert [row.day for row in days] == [FIRST, date(2026, 3, 3), LAST]
        # A day reaches from one cut-off to the next: nothing is lost between them, nothing counted twice.
        assert [row.figures["measures"]["reported"]["value"] for row in days] == [2, 1, 0]
        assert days[0].as_of == datetime(2026, 3, 2, 9, tzinfo=UTC)

    def test_a_day_approved_after_its_reports_had_closed_is_not_reported_on(self, desk):
        """Nobody was silent on a day on which nobody could report."""
        with rls.system_scope():
            proposed = propose(desk)
            desk.moment = local("2026-03-02 17:30")
            go(desk, "approve_surge", proposed, "leader")
        assert build_surge_days(at=local("2026-03-02 18:00")) == 0
        assert build_surge_days(at=local("2026-03-03 17:00")) == 1
        with rls.system_scope():
            assert [row.day for row in SurgeDay.objects.all()] == [date(2026, 3, 3)]

    def test_silence_is_missing_and_never_nothing(self, desk, surge):
        build_surge_days(at=local("2026-03-10 09:00"))
        with rls.system_scope():
            first, second, third = SurgeDay.objects.order_by("day")
            reports = first.figures["reports"]
            states = {row["name"]: row["state"] for row in reports["items"]}
            assert states[desk.cast.township.name] == "reported"
            assert states[desk.cast.other_township.name] == "missing"
            assert (reports["reported"], reports["nil"], reports["missing"]) == (1, 0, 2)
            assert second.figures["reports"]["nil"] == 1
            bulletin = outlines_of_day(first)[2]
            assert "应报告单位3个，已报1个，未报2个。" in prose(bulletin)
            assert f"{desk.cast.other_township.name}" in prose(bulletin)
            (table,) = [block for block in bulletin.blocks if isinstance(block, Table) and block.id == "reports"]
            assert {str(row[1]) for row in table.rows} == {"已报", "未报"}
            assert "零报告1个" in prose(outlines_of_day(second)[2])
            assert third.figures["reports"]["missing"] == 3

    def test_three_papers_of_a_day_say_what_is_frozen(self, desk, surge):
        build_surge_days(at=local("2026-03-02 17:00"))
        with rls.system_scope():
            assessment, dispatch, bulletin = outlines_of_day(SurgeDay.objects.get())
        assert assessment.title == "离石区战时每日研判（2026年3月2日）"
        assert assessment.as_of == "截至2026年3月2日17时"
        assert "当日上报事件2件，截至统计时点尚未认定有效事件。" in prose(assessment)
        assert "滨河街道：走访三户，情绪平稳。" in prose(assessment)
        assert "重点关注邻里类事项。" in prose(assessment)
        assert "累计下达任务1项，逾期1项。" in prose(dispatch)
        (tasks,) = [block for block in dispatch.blocks if isinstance(block, Table) and block.id == "tasks"]
        (duty,) = [block for block in dispatch.blocks if isinstance(block, Table) and block.id == "duty"]
        assert ("滨河街道", "高某某 10000000001", "马某某 10000000002") in duty.rows
        assert [row[1] for row in duty.rows].count("未排") == 3
        assert "次日尚有4个单位未排。" in prose(dispatch)
        assert [str(cell) for cell in tasks.rows[0]] == [desk.cast.other_township.name, LONG, "3月2日12时", "逾期"]
        assert f"{desk.cast.other_township.name}有任务逾期" in prose(bulletin)
        for outline in (assessment, dispatch, bulletin):
            assert outline.footnotes == (f"战时启动编号：{number(surge)}。",)

    def test_the_closing_report_covers_it_all(self, desk, surge):
        build_surge_days(at=local("2026-03-10 09:00"))
        with rls.system_scope():
            expire_surges(at=local("2026-03-10 09:00"))
            surge = Surge.objects.get()
            assert surge.ended_at is not None
            outline = closing_outline(surge, closing_figures(surge, surge.ended_at), surge.ended_at)
        text = prose(outline)
        assert "战时期间上报各类有效事件3件，尚无办结。" in text
        assert "累计下达任务1项，逾期1项。" in text
        assert outline.as_of == "截至2026年3月4日24时"
        (table,) = [block for block in outline.blocks if isinstance(block, Table)]
        cells = {str(row[0]): [str(cell) for cell in row[1:]] for row in table.rows}
        assert cells[desk.cast.township.name] == ["1", "0", "2"]
        assert cells[desk.cast.other_township.name] == ["0", "1", "2"]
        assert isinstance(table.rows[0][1], Figure)
