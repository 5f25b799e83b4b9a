"""The story's disputes: one for everything the demo's committee can have before it."""

from datetime import timedelta
from typing import Any

from cases.models import Case
from cases.workflow import accept_case, open_case_from_incident, reveal_field
from mediation.models import Committee, Mediator
from mediation.workflow import (
    advise_confirmation,
    apply_for_confirmation,
    record_court_acceptance,
    record_court_decision,
    record_performance,
    record_visit,
)
from seeds.demo.acts import MINUTE, Acts

DAY = timedelta(days=1)
COURT = "吕梁市离石区人民法院"
REMEDIES: dict[str, Any] = {"remedies": ["litigation"]}


def tell_cases(acts: Acts) -> None:
    """Play all of it."""
    _ended(acts)
    _confirmed(acts)
    _performing(acts)
    _under_way(acts)
    _at_the_table(acts)
    _before_acceptance(acts)
    _from_elsewhere(acts)


def _before_acceptance(acts: Acts) -> None:
    """Registered, consent asked, no committee chosen, accepted but nobody assigned, declined, withdrawn."""
    case = acts.register("0102", "两户因空调外机滴水多次争执，请求调解", acts.ago(1, "09:00"), committee=acts.home)
    acts.parties(case, acts.ago(1, "09:20"))
    case = acts.register(
        "0116", "朋友间合伙借款未写借条，出借人请求调解", acts.ago(0, "08:30"), committee=acts.home, by="clerk"
    )
    acts.parties(case, acts.ago(0, "08:40"), by="clerk", willing=False)
    case = acts.register(
        "0106", "犬只咬伤路人，伤者家属要求赔偿", acts.ago(2, "10:00"), committee=acts.home, source="screening"
    )
    acts.parties(case, acts.ago(2, "10:15"), willing=False)
    acts.go("seek_consent", case, "clerk", acts.ago(2, "10:30"))
    for days, text in ((0, "两家商铺为门前停车位发生争执"), (1, "养鸽粪便污染楼下晾晒被褥引起争执")):
        case = acts.register("0102", text, acts.ago(days, "08:10"), by="clerk")
        acts.parties(case, acts.ago(days, "08:20"), by="clerk")
    case = acts.register("0104", "装修定金退还发生分歧，双方同意调解", acts.ago(3, "09:00"), committee=acts.home)
    acts.parties(case, acts.ago(3, "09:20"))
    acts.go("accept_case", case, "director", acts.ago(1, "09:00"))
    case = acts.register("0112", "患者对诊疗费用有疑问，已由卫健部门受理", acts.ago(9, "09:00"), committee=acts.home)
    told = {"reason": "already_handled", "remark": "已由卫生健康部门受理，告知可待其处理结果。", **REMEDIES}
    acts.go("decline_case", case, "director", acts.ago(8, "09:00"), **told)
    case = acts.register("0111", "家电保修争议，商家当日已更换", acts.ago(11, "09:00"), committee=acts.home)
    acts.go("withdraw_case", case, "clerk", acts.ago(10, "09:00"), reason="applicant", remark="申请人表示已解决。")


def _at_the_table(acts: Acts) -> None:
    """Newly assigned, being looked into, sessions today and tomorrow, one side only, out of time."""
    acts.mediate("0105", "农机租用损坏责任不清，双方各执一词", acts.ago(2, "08:00"))
    case, _first, _second = acts.mediate("0117", "兄弟姐妹赡养费分担不一，老人希望尽快解决", acts.ago(4), screened=True)
    acts.go("begin_investigation", case, "mediator", acts.ago(2, "10:00"))
    case, _first, _second = acts.mediate("0102", "楼下反映楼上夜间拖动家具，多次敲门争吵", acts.ago(5))
    acts.plan(case, acts.ago(2, "10:00"), acts.ahead(0, "15:00"))
    case, first, second = acts.mediate("0116", "借款三万元到期未还，利息计算双方不一致", acts.ago(12))
    held = acts.plan(case, acts.ago(10), acts.ago(8, "15:00"))
    said = "双方对本金无异议，对利息计算方式有争议。调解员讲解了民间借贷利率的规定。"
    points = {"agreed_points": "本金三万元无争议", "disputed_points": "利息按何标准计算"}
    acts.sit(held, [first, second], acts.ago(8, "17:00"), said, **points)
    acts.plan(case, acts.ago(7), acts.ahead(1, "09:30"))
    case, first, _second = acts.mediate("0101", "夫妻因开支多次争吵，女方称曾被推搡", acts.ago(9), screened=True)
    given = {"police_told": True, "federation_told": True, "remark": "已联系派出所和妇联，分别谈话。"}
    acts.go("flag_violence", case, "mediator", acts.ago(7), **given)
    held = acts.plan(case, acts.ago(6), acts.ago(5, "10:00"), form="separate")
    acts.sit(held, [first], acts.ago(5, "11:30"), "单独听取女方陈述，告知人身安全保护令等救济途径。")
    case, first, second = acts.mediate("0107", "两户承包地地界起争执，村里两次丈量未果", acts.ago(45), people=9)
    held = acts.plan(case, acts.ago(40), acts.ago(38, "10:00"))
    acts.sit(held, [first, second], acts.ago(38, "12:00"), "双方对丈量起点有争议，商定请国土所参加。")
    risk = {"risk_level": "high", "triggers": ["many_people"], "remark": "双方亲属多人参与争吵，需重点关注。"}
    acts.go("set_case_risk", case, "mediator", acts.ago(20), **risk)
    acts.go("name_leader", case, "county", acts.ago(19), leader=acts.user("county-leader"))
    case, first, second = acts.mediate("0113", "电动车相撞医药费分担有争议", acts.ago(29), mediator="mediator2")
    held = acts.plan(case, acts.ago(26), acts.ago(25, "10:00"), by="mediator2")
    acts.sit(held, [first, second], acts.ago(25, "11:30"), "双方愿意按责任比例分担，核对票据后再调。", by="mediator2")
    acts.plan(case, acts.ago(3), acts.ahead(0, "16:30"), by="mediator2")


def _under_way(acts: Acts) -> None:
    """The clock stands still, is asked to, or is to run longer."""
    until = {"remark": "双方同意委托房屋受损鉴定。", "reason": "appraisal"}
    case, first, second = acts.mediate("0106", "施工震动致院墙开裂，等待鉴定", acts.ago(18))
    held = acts.plan(case, acts.ago(15), acts.ago(14, "10:00"))
    acts.sit(held, [first, second], acts.ago(14, "11:30"), "双方同意先做鉴定再谈赔偿。")
    acts.go("ask_case_suspension", case, "mediator", acts.ago(13), until=acts.on(12), **until)
    acts.go("grant_case_suspension", case, "director", acts.ago(12))
    case, _first, _second = acts.mediate("0103", "老宅分配意见不一，其中一人长期在外联系不上", acts.ago(16))
    reason = {"reason": "unreachable", "until": acts.on(10), "remark": "一方当事人在外务工，电话未接通。"}
    acts.go("ask_case_suspension", case, "mediator", acts.ago(1, "10:00"), **reason)
    case, _first, _second = acts.mediate(
        "0110", "离职工资结算有争议，企业提出核对考勤，涉及十一名员工", acts.ago(24), mediator="mediator2", people=11
    )
    acts.go("name_leader", case, "supervisor", acts.ago(9), leader=acts.user("leader"))
    more = {"reason": "parties_agree", "until": acts.on(20), "parties_agree": True, "remark": "双方书面同意延长。"}
    acts.go("ask_case_extension", case, "mediator2", acts.ago(1, "11:00"), **more)


def _performing(acts: Acts) -> None:
    """Agreed: due soon, partly paid, late, in breach, urged, pointed to the court; confirmation running out."""
    case, *sides = acts.mediate("0106", "装修拆墙损坏邻居墙面，请求赔偿", acts.ago(31))
    acts.agree(case, (sides[0], sides[1]), acts.ago(24, "15:00"), [("修复墙面并赔偿", 3600, acts.on(2))])
    advise_confirmation(case=case, by=acts.user("mediator"), at=acts.ago(23))
    for days, party, why in ((9, sides[1], "电话提醒履行期限"), (2, sides[0], "电话核实修复进度")):
        reveal_field(party=party, field="phone", reason=why, by=acts.user("mediator"), at=acts.ago(days, "15:30"))
    case, *sides = acts.mediate("0116", "赊购饲料款拖欠，约定分期偿还", acts.ago(20))
    owed = [("第一期货款", 2000, acts.on(-4)), ("第二期货款", 2000, acts.on(10)), ("第三期货款", 1500, acts.on(40))]
    agreement = acts.agree(case, (sides[0], sides[1]), acts.ago(14, "15:00"), owed)
    first = agreement.obligations.order_by("due_on", "pk")[0]
    record_performance(
        obligation=first, by=acts.user("mediator"), at=acts.ago(5), receipt="转账凭证甲", client_uuid=acts.key()
    )
    case, *sides = acts.mediate("0114", "供暖不热拒交物业费，约定补交", acts.ago(28))
    acts.agree(case, (sides[0], sides[1]), acts.ago(21, "15:00"), [("补交物业费", 1800, acts.on(-2))])
    for days, steps in ((36, 1), (40, 2), (44, 3)):
        text = ("工程尾款拖欠，约定月底付清", "合伙散伙后结算款一直未付", "加工费结算后仍未支付")[steps - 1]
        case, *sides = acts.mediate("0105", text, acts.ago(days))
        acts.agree(case, (sides[0], sides[1]), acts.ago(days - 8, "15:00"), [("支付欠款", 8000, acts.on(20 - days))])
        acts.go("record_breach", case, "mediator", acts.ago(days - 22), remark="到期未付，电话催促无果。")
        if steps > 1:
            acts.go("urge_performance", case, "mediator", acts.ago(days - 25), remark="上门督促，承诺一周内付清。")
        if steps > 2:
            acts.go("refer_to_court", case, "mediator", acts.ago(days - 34), remark="告知可向人民法院起诉。")


def _confirmed(acts: Acts) -> None:
    """Judicial confirmation applied for, taken on, granted; with visits."""
    by = acts.user("mediator")
    for number, text in enumerate(("交通事故赔偿分期支付", "工伤休养工资补发", "房屋租赁押金分两次退还")):
        start = 30 + 6 * number
        category = ("0113", "0110", "0104")[number]
        case, *sides = acts.mediate(category, f"{text}，双方请求调解并确认", acts.ago(start))
        acts.agree(case, (sides[0], sides[1]), acts.ago(start - 6, "15:00"), [("支付约定款项", 6000, acts.on(35))])
        apply_for_confirmation(case=case, by=by, at=acts.ago(start - 9), court=COURT)
        if number > 0:
            record_court_acceptance(case=case, by=by, at=acts.ago(start - 12), court_number="离石司确示范字第一号")
        if number > 1:
            record_court_decision(case=case, by=by, at=acts.ago(start - 20), result="confirmed")


def _ended(acts: Acts) -> None:
    """Performed, closed, visited, archived, ended without agreement, and what waits to be closed."""
    texts = (
        ("0102", "邻里排水沟走向争执，约定共同改道"),
        ("0106", "孩子玩耍碰伤，家长为医药费起争议"),
        ("0106", "树枝掉落砸坏车棚要求赔偿"),
        ("0106", "农用车压坏路肩赔偿起争执"),
        ("0111", "网购到店商品退换起争执"),
    )
    for number, (category, text) in enumerate(texts):
        start = 60 - 6 * number
        case, *sides = acts.mediate(category, text, acts.ago(start))
        at = acts.ago(start - 7, "15:00")
        acts.agree(case, (sides[0], sides[1]), at, [("一次性补偿", 800 + 300 * number, acts.on(7 - start))], done=True)
        if number < 4:
            saved = {"prevented_crime": 4} if number == 1 else {}
            acts.go("close_case", case, "director", at + DAY, remark="履行完毕，同意结案", **saved)
            _visit(acts, case, at + 10 * DAY, number)
        if number == 0:
            acts.go("archive_case", case, "director", at + 20 * DAY)
    for days in (26, 50):
        case, *_sides = acts.mediate("0103", "两户宅基地边界不清，多次协商无果", acts.ago(days))
        given = {"reason": "no_agreement", "remark": "双方分歧较大，已告知可向人民法院起诉。", **REMEDIES}
        acts.go("terminate_case", case, "director", acts.ago(days - 18), **given)
        if days > 40:
            acts.go("close_case", case, "director", acts.ago(days - 19), remark="调解不成，予以结案")


def _visit(acts: Acts, case: Case, at: Any, number: int) -> None:
    answers = ("very_satisfied", "satisfied", "satisfied", "fair")
    for party in case.parties.order_by("pk"):
        record_visit(
            case=case,
            party=party,
            by=acts.user("mediator"),
            at=at,
            channel="phone",
            findings="已按协议履行，双方关系缓和。",
            satisfaction=answers[number],
            client_uuid=acts.key(),
        )


def _from_elsewhere(acts: Acts) -> None:
    """Out of a reported incident, and offered by another committee."""
    at = acts.ago(4, "09:00")
    pk = acts.report("0102", "两家因排水沟改道多次争执，请求调解", at)
    acts.do("verify_incident", pk, "clerk", at + 40 * MINUTE)
    acts.do("triage_incident", pk, "dispatcher", at + 60 * MINUTE, path="mediation")
    case = open_case_from_incident(pk=pk, by=acts.user("dispatcher"), at=at + 90 * MINUTE, committee=acts.home)
    acts.parties(case, at + 100 * MINUTE)
    assert acts.desks.committee is not None  # The story is told only where there is one.
    others = Mediator.objects.filter(
        seat=Mediator.Seat.DIRECTOR, committee__county_id=acts.unit("county").pk, committee__dissolved_on__isnull=True
    ).exclude(committee=acts.desks.committee)
    other = others.filter(committee__kind=Committee.Kind.VILLAGE).select_related("committee__unit", "user").first()
    if other is None:
        return
    case = acts.register(
        "0108", "青苗补偿标准有争议，涉及多户，村调委会拟移交", acts.ago(6), committee=other.committee.unit, people=12
    )
    acts.parties(case, acts.ago(6, "10:00"))
    accept_case(pk=case.pk, by=other.user, at=acts.ago(4))
    acts.desks.users["neighbour"] = other.user
    why = {"committee": acts.home, "remark": "涉及多户且标准不一，请街道调委会牵头。"}
    acts.go("propose_hand_over", case, "neighbour", acts.ago(1, "09:00"), **why)
