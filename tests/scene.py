"""A lived-in street for pages and pictures: the cast's records in every state that a page shows differently.

Everything is made by the real verbs, in the scope of whoever does it. All people and events are invented.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cases.models import Case, Incident, Notice, Party
from cases.workflow import (
    PartyData,
    accept_case,
    accept_incident,
    add_party,
    ask_extension,
    assign_incident,
    assign_mediator,
    close_case,
    close_incident,
    handle_incident,
    merge_incident,
    object_incident,
    open_case_from_incident,
    record_consent,
    reject_incident,
    return_incident,
    set_risk,
    start_incident,
    terminate_case,
    triage_incident,
    verify_incident,
)
from grid import rls
from mediation.models import Agreement, Session, Studio
from mediation.workflow import (
    Duty,
    Terms,
    advise_confirmation,
    apply_for_confirmation,
    hold_session,
    open_studio,
    record_performance,
    record_visit,
    schedule_session,
    sign_agreement,
)
from tests.cast import SYSTEM, Cast, case_in_mediation, case_with_parties, report

LONG = (
    "三单元四楼卫生间防水层老化，污水长期渗入三楼和二楼两户，墙面大面积发霉、木地板起翘，电路曾两次短路跳闸；"
    "三户人家自去年冬天起多次争吵，物业上门三次均未查明责任，二楼老人称再不解决将自行停水，请求尽快组织住建、"
    "物业和三方到场勘查，明确维修责任和费用分摊，避免矛盾激化。"
)


@dataclass
class Scene:
    """Records by what they are."""

    cast: Cast
    incidents: dict[str, Incident] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    session: Session | None = None
    agreement: Agreement | None = None
    studio: Studio | None = None
    party: Party | None = None
    notice: Notice | None = None


def build_scene(cast: Cast, now: datetime | None = None) -> Scene:
    """Play the street up to ``now``."""
    scene = Scene(cast)
    now = now or timezone.now()
    _incidents(scene, now)
    _handled(scene, now)
    _cases(scene, now)
    _agreed(scene, now)
    _roster(scene, now)
    return scene


def _do(scene: Scene, who: str, verb: Any, record: Any, at: datetime, **needs: Any) -> Any:
    with scene.cast.acting(who):
        return verb(pk=record.pk, by=scene.cast.users[who], at=at, **needs)


def _incidents(scene: Scene, now: datetime) -> None:
    cast = scene.cast
    said: tuple[Any, ...] = (
        ("plain", "0102", "楼道堆放杂物挡住邻居出入，双方在楼下争吵", timedelta(minutes=25), {}),
        (
            "long",
            "0103",
            LONG,
            timedelta(hours=3),
            {"people_count": 9, "urgency": "urgent", "place_text": "三单元四〇一室"},
        ),
        ("solved", "0503", "两车抢占车位，网格员当场劝解，双方握手言和", timedelta(hours=5), {"self_handled": True}),
        ("returned", "0201", "楼道内电动车充电，存在火灾隐患需要处理", timedelta(hours=9), {}),
        ("twin", "0102", "楼道杂物堆放影响通行，邻里争执要求清理", timedelta(minutes=10), {"place_text": "二号楼"}),
        ("wrong", "0309", "广场舞音响声音太大影响孩子休息学习", timedelta(days=1), {}),
    )
    for name, category, text, before, more in said:
        scene.incidents[name] = report(cast, at=now - before, category=category, description=text, **more)
    _do(
        scene,
        "clerk",
        return_incident,
        scene.incidents["returned"],
        now - timedelta(hours=8),
        reason="place_unclear",
        remark="请写明是几号楼几单元，并补一张照片。",
    )
    _do(scene, "clerk", reject_incident, scene.incidents["wrong"], now - timedelta(hours=20), reason="out_of_scope")
    _do(
        scene,
        "clerk",
        merge_incident,
        scene.incidents["twin"],
        now - timedelta(minutes=5),
        master=scene.incidents["plain"],
    )
    with cast.acting("clerk"):
        scene.party = add_party(
            record=scene.incidents["long"],
            by=cast.clerk,
            at=now - timedelta(hours=2),
            side="applicant",
            data=PartyData("欧阳某某", "141102199001011230", "10012345678", "滨河街道东关社区三单元二〇一室"),
        )


def _handled(scene: Scene, now: datetime) -> None:
    cast = scene.cast
    steps = ("verified", "triaged", "assigned", "objected", "working", "late", "handled", "closed")
    for index, name in enumerate(steps):
        start = now - timedelta(days=12 + index)
        incident = report(
            cast,
            at=start,
            category="0114",
            description=f"物业费收取标准不一引发争议，业主拒缴并张贴告示（{index + 1}）",
        )
        scene.incidents[name] = incident
        _do(scene, "clerk", verify_incident, incident, start + timedelta(hours=1))
        if name == "verified":
            continue
        _do(
            scene,
            "dispatcher",
            triage_incident,
            incident,
            start + timedelta(hours=2),
            path="department",
            complexity="ordinary",
        )
        if name == "triaged":
            continue
        limit = (start + timedelta(days=3 if name == "late" else 30)).date()
        given = {
            "lead_unit": cast.department,
            "assisting": [cast.second_department],
            "limit_on": limit,
            "remark": "请先入户了解情况",
        }
        _do(scene, "dispatcher", assign_incident, incident, start + timedelta(hours=3), **given)
        if name == "assigned":
            continue
        if name == "objected":
            given = {"reason": "not_competent", "remark": "该小区物业备案在街道，不属本局直管。"}
            _do(scene, "handler", object_incident, incident, start + timedelta(hours=4), **given)
            continue
        _do(scene, "handler", accept_incident, incident, start + timedelta(hours=4))
        _do(scene, "handler", start_incident, incident, start + timedelta(hours=5))
        if name == "working":
            given = {
                "reason": "coordination",
                "until": (now + timedelta(days=25)).date(),
                "remark": "需与街道、业委会共同协调。",
            }
            _do(scene, "handler", ask_extension, incident, start + timedelta(days=1), **given)
        if name == "late":
            given = {"risk_level": "high", "triggers": ["many_people"], "remark": "涉及十余户，情绪激动。"}
            _do(scene, "dispatcher", set_risk, incident, start + timedelta(days=1), **given)
        if name in ("handled", "closed"):
            _do(
                scene,
                "handler",
                handle_incident,
                incident,
                start + timedelta(days=2),
                remark="已组织三方协商，统一了收费标准并公示。",
            )
        if name == "closed":
            given = {
                "outcome": "resolved",
                "level": "county",
                "evidence": "none_declared",
                "remark": "核实无误，同意办结",
            }
            _do(scene, "dispatcher", close_incident, incident, start + timedelta(days=3), **given)


def _cases(scene: Scene, now: datetime) -> None:
    cast = scene.cast
    scene.cases["registered"] = case_with_parties(cast, at=now - timedelta(days=1))[0]
    incident = report(
        cast, at=now - timedelta(days=3), category="0102", description="两家因排水沟改道多次争执，请求调解"
    )
    _do(scene, "clerk", verify_incident, incident, now - timedelta(days=3) + timedelta(hours=1))
    _do(scene, "dispatcher", triage_incident, incident, now - timedelta(days=2), path="mediation")
    with cast.acting("dispatcher"):
        scene.cases["opened"] = open_case_from_incident(pk=incident.pk, by=cast.dispatcher, at=now - timedelta(days=2))
    scene.incidents["converted"] = incident
    case, first, second = case_in_mediation(cast, at=now - timedelta(days=6), category="0116", description=LONG)
    scene.cases["mediating"] = case
    with cast.acting("mediator"):
        held = schedule_session(
            case=case,
            by=cast.mediator,
            at=now - timedelta(days=5),
            planned_for=now - timedelta(days=4),
            venue="滨河街道调解一室",
            form="joint",
        )
        hold_session(
            session=held,
            by=cast.mediator,
            at=now - timedelta(days=3),
            began_at=now - timedelta(days=4),
            minutes=90,
            attended=[first, second],
            record="双方各自陈述借款经过，对本金无异议，对利息计算方式有争议。调解员讲解了民间借贷利率的规定。",
            result="to_continue",
            agreed_points="本金三万元无争议",
            disputed_points="利息按何标准计算",
            others_present="社区干部一名",
        )
        scene.session = schedule_session(
            case=case,
            by=cast.mediator,
            at=now - timedelta(days=2),
            planned_for=now + timedelta(hours=3),
            venue="滨河街道调解一室",
            form="joint",
        )
    ended, _a, _b = case_in_mediation(cast, at=now - timedelta(days=40))
    scene.cases["late"] = ended
    ended, _a, _b = case_in_mediation(cast, at=now - timedelta(days=20))
    given = {"reason": "no_agreement", "remedies": ["litigation"], "remark": "双方分歧较大，已告知可向人民法院起诉。"}
    _do(scene, "director", terminate_case, ended, now - timedelta(days=10), **given)
    scene.cases["terminated"] = ended


def _agree(scene: Scene, at: datetime, duties: Any) -> tuple[Case, Agreement, Party, Party]:
    cast = scene.cast
    case, applicant, respondent = case_in_mediation(cast, at=at - timedelta(days=3), category="0106")
    with cast.acting("mediator"):
        schedule_session(
            case=case,
            by=cast.mediator,
            at=at - timedelta(days=2),
            planned_for=at - timedelta(days=1),
            venue="调解室",
            form="separate",
        )
        agreement = sign_agreement(
            case=case,
            by=cast.mediator,
            at=at,
            terms=Terms(
                facts="甲方饲养的犬只挣脱绳索咬伤乙方，双方对经过无异议。",
                content="一、甲方分两期支付医药费和误工费共五千元；二、甲方今后外出牵绳并戴嘴套；三、双方互不追究。",
                manner="银行转账",
                duties=duties(applicant, respondent),
                signatures={applicant.pk: "signature", respondent.pk: "fingerprint"},
                mediator_signed=True,
                seal_affixed=True,
            ),
        )
    return case, agreement, applicant, respondent


def _agreed(scene: Scene, now: datetime) -> None:
    cast = scene.cast
    at = now - timedelta(days=12)

    def owed(applicant: Party, respondent: Party) -> list[Duty]:
        first, second = (at + timedelta(days=5)).date(), (now + timedelta(days=20)).date()
        return [
            Duty("pay", respondent, "第一期医药费", first, Decimal("3000.00"), applicant),
            Duty("pay", respondent, "第二期误工费", second, Decimal("2000.00"), applicant),
            Duty("act", respondent, "书面致歉一份", second),
        ]

    case, agreement, applicant, _respondent = _agree(scene, at, owed)
    scene.cases["performing"], scene.agreement = case, agreement
    with cast.acting("mediator"):
        first = agreement.obligations.order_by("pk")[0]
        record_performance(
            obligation=first,
            by=cast.mediator,
            at=at + timedelta(days=2),
            amount=Decimal("1800.00"),
            receipt="转账单号0071",
        )
        advise_confirmation(case=case, by=cast.mediator, at=at + timedelta(days=3))
        record_visit(
            case=case,
            party=applicant,
            by=cast.mediator,
            at=at + timedelta(days=4),
            channel="phone",
            findings="对方已支付首期部分款项，关系缓和。",
            satisfaction="satisfied",
        )

    def done(applicant: Party, respondent: Party) -> list[Duty]:
        return [
            Duty(
                "pay",
                respondent,
                "一次性补偿",
                (now - timedelta(days=2)).date(),
                Decimal("800.00"),
                applicant,
                done=True,
            )
        ]

    closed, _agreement, _applicant, _respondent = _agree(scene, now - timedelta(days=5), done)
    with cast.acting("mediator"):
        apply_for_confirmation(case=closed, by=cast.mediator, at=now - timedelta(days=4), court="吕梁市离石区人民法院")
    with cast.acting("director"):
        scene.cases["closed"] = close_case(
            pk=closed.pk, by=cast.director, at=now - timedelta(days=1), remark="履行完毕，同意结案"
        )


def _roster(scene: Scene, now: datetime) -> None:
    cast = scene.cast
    with rls.system_scope():
        scene.studio = open_studio(
            place=cast.township, name="老马调解室", opened_on=now.date(), by=SYSTEM, specialty="邻里纠纷"
        )
        scene.notice = Notice.objects.create(
            user=cast.worker,
            incident=scene.incidents["returned"],
            verb="return_incident",
            created_at=now - timedelta(hours=8),
            outbox_id=1,
            **scene.incidents["returned"].levels,
        )
        Notice.objects.create(
            user=cast.mediator,
            case=scene.cases["mediating"],
            verb="assign_mediator",
            created_at=now - timedelta(days=6),
            outbox_id=2,
            **scene.cases["mediating"].levels,
        )


def fresh_case(cast: Cast, status: str, now: datetime) -> Case:
    """A case of its own, taken as far as ``status``: registered, accepted or mediator_assigned."""
    case, _applicant, _respondent = case_with_parties(cast, at=now - timedelta(hours=3))
    if status in ("accepted", "mediator_assigned"):
        with cast.acting("director"):
            case = accept_case(pk=case.pk, by=cast.director, at=now - timedelta(hours=2))
            if status == "mediator_assigned":
                case = assign_mediator(
                    pk=case.pk, by=cast.director, at=now - timedelta(hours=1), mediator=cast.mediator, no_interest=True
                )
    return case


def willing(cast: Cast, case: Case, party: Party, at: datetime) -> None:
    """Record that a party is willing."""
    with cast.acting("dispatcher"):
        record_consent(pk=case.pk, by=cast.dispatcher, at=at, party=party, consent="given")


def key() -> str:
    """A fresh form key."""
    return str(uuid.uuid4())
