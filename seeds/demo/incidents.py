"""The story's incidents: one for everything a desk can have before it, told by the people of the demo's county."""

from datetime import datetime, timedelta
from typing import Any

from cases.models import Incident
from seeds.demo.acts import MINUTE, Acts

HOUR = timedelta(hours=1)
NOISE = (
    "三号楼地下室排风机夜间噪声大，低层住户难以入睡",
    "排风机噪声反复，住户再次反映夜间无法休息",
    "地下室排风机又在凌晨启动，几户老人结伴反映",
    "排风机隔音措施未落实，住户情绪较大",
)
LEAKS = (
    "四单元楼上漏水浸湿楼下墙面，两家说法不一",
    "老旧小区六号楼厨房管道渗漏，邻里互相推诿",
    "楼上卫生间防水破损，楼下吊顶脱落要求赔偿",
    "暖气试水后楼下被淹，两家为赔偿争执",
    "雨后楼顶渗水，顶楼与次顶层住户争执维修费用",
)


def tell_incidents(acts: Acts) -> None:
    """Play all of it, the oldest matters first within each part."""
    _settled(acts)
    _handed_out(acts)
    _with_clocks(acts)
    _between_levels(acts)
    _concentrated(acts)
    _voided(acts)
    _fresh(acts)


def _fresh(acts: Acts) -> None:
    """What came in today and yesterday and waits for inspection; some is back for correction."""
    now = acts.now
    said: list[tuple[timedelta, str, str, dict[str, Any]]] = [
        (20 * MINUTE, "0102", "两户为楼道堆放杂物发生争吵，通道被占约一半", {}),
        (50 * MINUTE, "0203", "临街小饭馆液化气瓶与灶具同室存放，闻到明显异味", {"urgency": "urgent"}),
        (2 * HOUR, "0504", "主街南段路灯三盏不亮，夜间行人较多", {"people_count": 30}),
        (3 * HOUR, "0502", "垃圾清运点外溢，网格员已现场清扫并联系保洁", {"self_handled": True}),
        (5 * HOUR, "0123", "装修班组六人反映尾款拖欠，要求帮助协调", {"people_count": 6}),
        (19 * HOUR, "0113", "三轮车与小车刮擦，双方对责任各执一词", {"source": "phone", "by": "clerk"}),
    ]
    for before, category, text, more in said:
        acts.report(category, text, now - before, **more)
    returned = acts.report("0201", "楼道内有电动车充电，存在火灾隐患需处理", acts.ago(1, "15:10"))
    acts.do(
        "return_incident", returned, "clerk", acts.ago(1, "16:20"), reason="place_unclear", remark="请写明楼号和单元。"
    )
    returned = acts.report("0309", "店铺音响声音过大，影响周边居民休息", acts.ago(2, "20:40"))
    acts.do(
        "return_incident", returned, "clerk", acts.ago(1, "08:50"), reason="facts_unclear", remark="请补充时段和频次。"
    )


def _verified(acts: Acts, category: str, text: str, at: datetime, **said: Any) -> int:
    pk = acts.report(category, text, at, **said)
    acts.do("verify_incident", pk, "clerk", at + 40 * MINUTE)
    return pk


def _triaged(acts: Acts, category: str, text: str, at: datetime, *, path: str = "department", **said: Any) -> int:
    pk = _verified(acts, category, text, at, **said)
    acts.do("triage_incident", pk, "dispatcher", at + 70 * MINUTE, path=path, complexity="ordinary")
    return pk


def _assigned(
    acts: Acts, category: str, text: str, at: datetime, *, lead: str = "housing", days: int = 20, **given: Any
) -> int:
    """Handed to a department with a limit some days from today; negative ones have passed."""
    pk = _triaged(acts, category, text, at)
    given = {
        "lead_unit": acts.unit(lead),
        "limit_on": acts.on(days),
        "remark": "请先到现场了解情况，并与社区对接。",
        **given,
    }
    acts.do("assign_incident", pk, "dispatcher", at + 100 * MINUTE, **given)
    return pk


def _working(acts: Acts, category: str, text: str, at: datetime, *, by: str = "handler", **given: Any) -> int:
    pk = _assigned(acts, category, text, at, **given)
    acts.do("accept_incident", pk, by, at + 3 * HOUR)
    acts.do("start_incident", pk, by, at + 4 * HOUR)
    return pk


def _handed_out(acts: Acts) -> None:
    """Inspected, triaged, handed over, objected to, in work, reported done."""
    _verified(acts, "0215", "健身器材松动，儿童玩耍时容易夹伤", acts.ago(1, "09:05"))
    _verified(acts, "0104", "租房押金退还发生争议，租客要求街道出面", acts.ago(1, "10:15"))
    _triaged(acts, "0212", "土窑墙体开裂，窑内仍有老人居住", acts.ago(2, "09:00"))
    _triaged(acts, "0116", "亲戚间借款到期未还，双方愿意坐下来谈", acts.ago(2, "10:30"), path="mediation")
    _assigned(acts, "0114", "电梯停运三日未修，高层老人出行困难", acts.ago(2, "08:40"))
    helpers = [acts.unit("environment")]
    _assigned(acts, "0205", "自建房施工无防护，渣土散落路面", acts.ago(3, "09:20"), assisting=helpers)
    _assigned(acts, "0510", "夜间施工噪声扰民，居民多次拨打热线", acts.ago(2, "11:00"), lead="environment")
    objected = _assigned(acts, "0501", "小区供暖温度不达标，多户测温不足十八度", acts.ago(4, "09:00"))
    remark = "该小区由市属热力公司直供，不属本局直管。"
    acts.do("object_incident", objected, "handler", acts.ago(2, "09:00"), reason="not_competent", remark=remark)
    accepted = _assigned(acts, "0114", "公共收益去向不明，业主要求公示账目", acts.ago(3, "14:00"))
    acts.do("accept_incident", accepted, "handler", acts.ago(2, "09:10"))
    _working(acts, "0215", "雨水井盖缺失两处，已设临时围挡", acts.ago(6, "09:00"))
    _working(acts, "0109", "作坊排水浸入农田，村民要求补偿", acts.ago(6, "10:00"), by="handler2", lead="environment")
    for days, text in ((8, "老旧小区外墙瓷砖脱落，已拉警戒线"), (9, "物业交接后保安撤岗，夜间无人值守")):
        pk = _working(acts, "0114", text, acts.ago(days, "09:00"))
        done = "已督促责任单位整改并现场复核，业主代表签字确认。"
        acts.do("handle_incident", pk, "handler", acts.ago(1, "16:00"), remark=done)


def _with_clocks(acts: Acts) -> None:
    """Due today, overdue, suspended, more time asked for, risk rated."""
    _working(acts, "0204", "配电箱门缺失，线头裸露在外", acts.ago(5, "09:00"), days=0)
    _working(acts, "0501", "自来水管道改造停水多日，居民排队接水", acts.ago(12, "09:00"), days=-3)
    late = _working(acts, "0108", "过渡安置费发放迟缓，十余户联名反映", acts.ago(15, "09:00"), days=-5)
    rated = {"risk_level": "high", "triggers": ["many_people"], "remark": "涉及十余户，已有人提出集体走访。"}
    acts.do("set_risk", late, "dispatcher", acts.ago(2, "10:00"), **rated)
    asking = _working(acts, "0108", "拆迁安置面积双方认定不同，需重新测量", acts.ago(10, "09:00"), days=4)
    more = {"reason": "coordination", "until": acts.on(9), "remark": "需与自然资源部门共同复测面积。"}
    acts.do("ask_extension", asking, "handler", acts.ago(1, "10:30"), **more)
    waiting = _working(acts, "0106", "施工震裂院墙要求赔偿，双方申请鉴定", acts.ago(10, "10:00"), days=8)
    pause = {"reason": "appraisal", "until": acts.on(20), "remark": "双方共同委托房屋安全鉴定。"}
    acts.do("ask_suspension", waiting, "handler", acts.ago(1, "11:00"), **pause)
    stopped = _working(acts, "0103", "翻建房屋占用公共巷道，等待规划复核", acts.ago(14, "09:00"), days=6)
    pause = {"reason": "outside_proceeding", "until": acts.on(15), "remark": "规划部门复核结果尚未作出。"}
    acts.do("ask_suspension", stopped, "handler", acts.ago(8, "10:00"), **pause)
    acts.do("grant_suspension", stopped, "county", acts.ago(7, "09:00"))


def _between_levels(acts: Acts) -> None:
    """From the township up to the county, from there up to the city, and down again."""

    def at_the_township(text: str, days: int) -> int:
        pk = acts.report("0110", text, acts.ago(days, "09:00"))
        acts.do("verify_incident", pk, "clerk", acts.ago(days, "09:40"))
        acts.do("triage_incident", pk, "town", acts.ago(days, "10:30"), path="department", complexity="complex")
        return pk

    at_the_township("超市员工加班费计算有争议，三人到街道反映", 2)
    tried = "街道已两次组织协商，企业注册地在外区，需上级协调。"
    up = at_the_township("餐饮连锁门店欠薪，涉及多个街道员工", 4)
    acts.do("escalate_incident", up, "town", acts.ago(2, "15:00"), remark=tried)
    higher = at_the_township("物流园承包方撤场，四十余名司机运费未结", 7)
    acts.do("escalate_incident", higher, "town", acts.ago(6, "15:00"), remark=tried)
    acts.do("triage_incident", higher, "dispatcher", acts.ago(5, "09:00"), path="department")
    tried = "区级已约谈企业，总部在外市，请市级协调。"
    acts.do("escalate_incident", higher, "dispatcher", acts.ago(3, "11:00"), remark=tried)
    down = _triaged(acts, "0505", "小区门口乱停车堵塞消防通道", acts.ago(3, "09:00"))
    acts.do("send_down_incident", down, "dispatcher", acts.ago(2, "09:30"), remark="请街道会同社区、物业就地处理。")


def _concentrated(acts: Acts) -> None:
    """The same thing again and again in one village: what the reviews are to point at."""
    for number, text in enumerate(NOISE):
        _verified(acts, "0510", text, acts.ago(11 - 3 * number, "21:00"))
    for number, text in enumerate(LEAKS):
        pk = _triaged(acts, "0102", text, acts.ago(13 - 2 * number, "10:00"), path="self_village")
        if number < 3:
            _close(acts, pk, acts.ago(10 - 2 * number, "16:00"), "explained", "village")


def _close(acts: Acts, pk: int, at: datetime, outcome: str, level: str) -> Incident:
    remark = "情况属实，处理到位，当事人认可。"
    given = {"outcome": outcome, "level": level, "evidence": "none_declared", "remark": remark}
    return acts.do("close_incident", pk, "dispatcher", at, **given)


def _settled(acts: Acts) -> None:
    """Closed, asked about, reopened, put away."""
    made = []
    for number, text in enumerate(
        (
            "排水沟堵塞，雨后积水漫到沿街商铺",
            "路口反光镜损坏，转弯视线不清",
            "蓄水池护栏缺失一段，附近有学生经过",
            "井盖破损，已放置警示锥",
            "围挡倾斜占道，行人绕行机动车道",
        )
    ):
        start = acts.ago(40 - 4 * number, "09:00")
        pk = _working(acts, "0215", text, start, days=number - 20)
        acts.do("handle_incident", pk, "handler", start + timedelta(days=3), remark="已修复并回访周边住户。")
        _close(acts, pk, start + timedelta(days=4), "handled", "county")
        made.append((pk, start + timedelta(days=9)))
    (first, at), (second, again), *_rest, (last, archived_at) = made
    acts.do("revisit_incident", first, "clerk", at, satisfaction="satisfied", remark="住户表示满意。")
    acts.do("reopen_incident", second, "dispatcher", again, reason="relapse", remark="新镜面再次被撞落，住户要求加固。")
    acts.do("archive_incident", last, "clerk", archived_at)
    solved = acts.report("0102", "邻里因晾衣滴水争吵，网格员当场劝和", acts.ago(3, "18:00"), self_handled=True)
    acts.do("verify_incident", solved, "clerk", acts.ago(2, "09:00"))
    _close(acts, solved, acts.ago(2, "09:30"), "resolved", "grid")
    acts.report("0103", "村民反映巷道堆料占用公共通道，要求清理", acts.ago(1, "14:00"), by="village", place="village")


def _voided(acts: Acts) -> None:
    """Found invalid, and found double."""
    wrong = acts.report("0308", "有人起哄闹事，到场未见人员聚集", acts.ago(5, "20:00"))
    acts.do("reject_incident", wrong, "clerk", acts.ago(4, "09:00"), reason="not_found")
    first = acts.report("0213", "地边焚烧秸秆，烟雾飘向居民楼", acts.ago(3, "17:00"))
    acts.do("verify_incident", first, "clerk", acts.ago(3, "17:30"))
    twin = acts.report("0213", "居民楼后有人烧秸秆，烟味很大", acts.ago(3, "17:20"), by="village", place="village")
    master = Incident._base_manager.get(pk=first)
    acts.do("merge_incident", twin, "clerk", acts.ago(3, "17:40"), master=master)
