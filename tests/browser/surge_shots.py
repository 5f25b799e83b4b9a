"""A surge on the street, three days old, and the pages on which it is asked for, worked on and summed up."""

from datetime import timedelta
from decimal import Decimal
from typing import Any


def play_surge(cast: Any) -> Any:
    """Activate a surge two days ago, with a roster, tasks in every state, frozen days and an extension asked for."""
    from django.utils import timezone

    from grid import rls
    from grid.scope import local_day
    from mediation.reviews.models import SurgeTask
    from mediation.reviews.workflow import SURGE_VERBS, build_surge_days, propose_surge

    now = timezone.now()
    begun = now - timedelta(days=2)
    first = local_day(begun)

    def go(verb: str, who: str, at: Any, **needs: Any) -> Any:
        user = cast.users[who]
        user._standing = None
        with rls.scope_of(user):
            return SURGE_VERBS[verb](pk=surge.pk, by=user, at=at, **needs)

    supervisor = cast.users["supervisor"]
    with rls.scope_of(supervisor):
        surge = propose_surge(
            unit=cast.county,
            by=supervisor,
            at=begun,
            reason="汛期强降雨期间，沿河村（社区）转移安置和损失赔付矛盾集中",
            authority="区委政法委专题会议决定",
            starts_on=first,
            ends_on=first + timedelta(days=6),
            units=[cast.township, cast.other_township, cast.department],
            categories=["0102"],
            limits_factor=Decimal("0.5"),
        )
    go("approve_surge", "leader", begun + timedelta(minutes=5))
    for days in range(5):
        go(
            "set_duty",
            "supervisor",
            begun + timedelta(minutes=6 + days),
            of_unit=cast.township,
            day=first + timedelta(days=days),
            leader="带班领导甲",
            leader_phone="10000000001",
            officer="值班员乙",
            officer_phone="10000000002",
        )
    for minutes, hours, text in (
        (20, 4, "逐户走访沿河三个小区并当日反馈结果"),
        (21, 30, "会同物业清理地下车库积水，列出受损清单"),
        (22, 96, "核定转移安置补助名单并公示"),
    ):
        at = begun + timedelta(minutes=minutes)
        go("give_task", "supervisor", at, owner=cast.township, remark=text, due_at=begun + timedelta(hours=hours))
    with rls.system_scope():
        done = SurgeTask.objects.filter(surge=surge).order_by("due_at")[0]
    go("finish_task", "supervisor", begun + timedelta(hours=3), task=done, remark="走访126户，登记诉求4件，均已分流")
    build_surge_days(at=now)
    go(
        "extend_surge",
        "supervisor",
        now,
        ends_on=first + timedelta(days=12),
        remark="未来一周仍有强降雨，转移群众尚未返家",
    )
    return surge


def addresses(surge: Any) -> list[tuple[str, str, str]]:
    """Name, who, address of each page of a surge."""
    from django.urls import reverse

    def move(verb: str) -> str:
        return reverse("reviews:surge-move", args=[surge.pk, verb])

    return [
        ("surge-list", "supervisor", reverse("reviews:surge-list")),
        ("surge-propose", "supervisor", reverse("reviews:surge-propose")),
        ("surge-command", "supervisor", reverse("reviews:surge-detail", args=[surge.pk])),
        ("surge-unit", "town_dispatcher", reverse("reviews:surge-detail", args=[surge.pk])),
        ("surge-home-leader", "leader", reverse("home")),
        ("surge-report", "town_dispatcher", move("report_day")),
        ("surge-task", "supervisor", move("give_task")),
        ("surge-duty", "supervisor", move("set_duty")),
        ("surge-extension", "leader", move("approve_extension")),
    ]
