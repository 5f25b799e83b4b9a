"""Random ledgers that every import must take (LEDGER.md sections 2 and 3), full of the edges figures go wrong at.

``random_ledger(seed)`` gives the same rows for the same seed. Times crowd at midnights, at the ends of months and
years, around 29 February and at one another; places are of every level; people are invented.
"""

import csv
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

INCIDENT_HEADERS = [
    "事件编号",
    "上报时间",
    "区划代码",
    "类别代码",
    "来源",
    "上报人",
    "事件描述",
    "核实结果",
    "核实时间",
    "重复于",
    "办结时限",
    "办结时间",
    "办结层级",
    "办结结果",
    "重开时间",
    "再次办结时间",
]
DISPUTE_HEADERS = [
    "纠纷编号",
    "登记时间",
    "受理时间",
    "区划代码",
    "类别代码",
    "来源",
    "调解组织",
    "纠纷简述",
    "涉及人数",
    "协议金额",
    "协议时间",
    "协议形式",
    "履行期限",
    "履行完毕时间",
    "终止时间",
    "终止原因",
    "化解时间",
    "化解层级",
    "司法确认申请时间",
    "司法确认结果",
    "回访时间",
    "满意度",
]

SOURCES = [
    "网格上报",
    "来访",
    "电话",
    "网络",
    "110联动",
    "12345联动",
    "信访联动",
    "法院委派",
    "检察移送",
    "部门移送",
    "上级交办",
    "排查",
    "媒体",
]
DISPUTE_SOURCES = [*SOURCES, "主动调解", "当事人申请"]
LEVELS = ["网格", "村", "乡", "县", "市"]
OUTCOMES = ["化解", "处理完毕", "解释疏导", "转法定途径", "查无此事", "撤回", "未化解终结"]
ENDINGS = ["当事人拒绝", "无法达成协议", "当事人撤回", "失去联系", "转其他途径", "超过期限", "其他"]
ANSWERS = ["非常满意", "满意", "一般", "不满意", ""]
INCIDENT_CATEGORIES = ["0101", "0102", "0107", "0199", "0201", "0212", "0301", "0309", "0401", "0503"]
DISPUTE_CATEGORIES = ["0101", "0102", "0103", "0107", "0110", "0112", "0114", "0199"]
WRITTEN_ONLY = {"0107", "0110", "0112"}
PLACES = [
    "141102001001",
    "141102001002",
    "141102002001",
    "141102001000",
    "141102000000",
    "141121100016",
    "141121100000",
    "141121000000",
    "141122100004",
    "141100000000",
    "141181201223",
    "141122400498",
]
"""Of every level and of several counties of one city, one of them for statistics only."""

FIRST, LAST = datetime(2023, 1, 1), datetime(2024, 7, 1)
EDGES = [
    datetime(2023, 3, 1),
    datetime(2023, 12, 31, 23, 59, 59),
    datetime(2024, 1, 1),
    datetime(2024, 2, 1),
    datetime(2024, 2, 28, 23, 59, 59),
    datetime(2024, 2, 29),
    datetime(2024, 2, 29, 23, 59, 59),
    datetime(2024, 3, 1),
    datetime(2024, 3, 4),
    datetime(2024, 4, 1),
]
DAY = timedelta(days=1)
CONFIRM_DAYS = 30
REOPEN_DAYS = 90


@dataclass
class Ledger:
    """Rows by header, cells as text."""

    incidents: list[dict[str, str]] = field(default_factory=list)
    disputes: list[dict[str, str]] = field(default_factory=list)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both files as a centre would send them; return their paths."""
        paths = folder / "incidents.csv", folder / "disputes.csv"
        for path, headers, rows in zip(
            paths, (INCIDENT_HEADERS, DISPUTE_HEADERS), (self.incidents, self.disputes), strict=True
        ):
            write_csv(path, headers, rows)
        return paths


def write_csv(path: Path, headers: Iterable[str], rows: Iterable[dict[str, str]]) -> None:
    """Write one ledger file."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(headers))
        writer.writeheader()
        writer.writerows(rows)


def read_ledger(folder: Path) -> Ledger:
    """Read the two files of a folder."""
    return Ledger(read_csv(folder / "incidents.csv"), read_csv(folder / "disputes.csv"))


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read one ledger file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def random_ledger(seed: int, incidents: int = 60, disputes: int = 40) -> Ledger:
    """Return a random ledger of so many rows."""
    dice = random.Random(seed)
    ledger = Ledger()
    for number in range(incidents):
        ledger.incidents.append(_incident(dice, f"R{seed}-{number:05d}"))
    _name_masters(dice, ledger.incidents)
    ledger.disputes = [_dispute(dice, f"Q{seed}-{number:05d}") for number in range(disputes)]
    dice.shuffle(ledger.incidents)
    dice.shuffle(ledger.disputes)
    return ledger


def text(moment: datetime | date | None) -> str:
    """Write a moment or day as a ledger does."""
    return "" if moment is None else str(moment)


def _some_moment(dice: random.Random) -> datetime:
    if dice.random() < 0.35:
        return dice.choice(EDGES)
    moment = FIRST + timedelta(seconds=dice.randrange(int((LAST - FIRST).total_seconds())))
    return _midnight(moment) if dice.random() < 0.1 else moment


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), datetime.min.time())


def _later(dice: random.Random, moment: datetime, within: timedelta = 60 * DAY) -> datetime:
    """A moment at or after another one: often the same, often a midnight, an edge, or one second before one."""
    steps: list[Callable[[], datetime]] = [
        lambda: moment,
        lambda: moment + timedelta(seconds=1),
        lambda: moment + timedelta(minutes=dice.randrange(1, 600)),
        lambda: _midnight(moment + DAY),
        lambda: _midnight(moment + DAY) - timedelta(seconds=1),
        lambda: moment + timedelta(days=dice.randrange(1, 60)),
        lambda: next((edge for edge in EDGES if edge >= moment), moment),
    ]
    found = dice.choice(steps)()
    return min(max(found, moment), moment + within)


def _incident(dice: random.Random, number: str) -> dict[str, str]:
    row = dict.fromkeys(INCIDENT_HEADERS, "")
    reported = _some_moment(dice)
    category = dice.choice(INCIDENT_CATEGORIES)
    row |= {
        "事件编号": number,
        "上报时间": text(reported),
        "区划代码": dice.choice(PLACES),
        "类别代码": category,
        "来源": dice.choice(SOURCES),
        "上报人": "网格员甲",
        "事件描述": "测试事件，描述内容足够长",
    }
    if dice.random() < 0.6:
        row["办结时限"] = text(_later(dice, reported, 200 * DAY))
    found = dice.choices(["有效", "无效", "重复", ""], [80, 8, 6, 6])[0]
    if not found:
        return row
    inspected = _later(dice, reported)
    row |= {"核实结果": found, "核实时间": text(inspected)}
    if found == "有效" and dice.random() < 0.8:
        _close(dice, row, inspected, category)
    return row


def _close(dice: random.Random, row: dict[str, str], inspected: datetime, category: str) -> None:
    closed = _later(dice, inspected)
    outcomes = [*OUTCOMES, "转调解"] if category.startswith("01") else OUTCOMES
    row |= {"办结时间": text(closed), "办结层级": dice.choice(LEVELS), "办结结果": dice.choice(outcomes)}
    if dice.random() < 0.35:
        reopened = _later(dice, closed, REOPEN_DAYS * DAY)
        row["重开时间"] = text(reopened)
        if dice.random() < 0.6:
            row["再次办结时间"] = text(_later(dice, reopened))


def _name_masters(dice: random.Random, rows: list[dict[str, str]]) -> None:
    """A duplicate points to a valid row reported no later than the duplicate was inspected; else it is invalid."""
    for row in rows:
        if row["核实结果"] == "重复":
            masters = [
                other["事件编号"]
                for other in rows
                if other["核实结果"] == "有效" and other["上报时间"] <= row["核实时间"]
            ]
            row |= {"重复于": dice.choice(masters)} if masters else {"核实结果": "无效"}


def _dispute(dice: random.Random, number: str) -> dict[str, str]:
    row = dict.fromkeys(DISPUTE_HEADERS, "")
    registered = _some_moment(dice)
    row |= {
        "纠纷编号": number,
        "登记时间": text(registered),
        "区划代码": dice.choice(PLACES),
        "类别代码": dice.choice(DISPUTE_CATEGORIES),
        "来源": dice.choice(DISPUTE_SOURCES),
        "调解组织": dice.choice(["", "离石区人民调解委员会"]),
        "纠纷简述": "测试纠纷，简述内容足够长",
        "涉及人数": str(dice.randrange(2, 30)),
    }
    if dice.random() < 0.15:
        return row
    accepted = _later(dice, registered)
    row["受理时间"] = text(accepted)
    way = dice.choices(["agreed", "ended", "open"], [70, 15, 15])[0]
    if way == "agreed":
        _agree(dice, row, _later(dice, accepted))
    elif way == "ended":
        row |= {"终止时间": text(_later(dice, accepted)), "终止原因": dice.choice(ENDINGS)}
    return row


def _agree(dice: random.Random, row: dict[str, str], agreed: datetime) -> None:
    written = row["类别代码"] in WRITTEN_ONLY or dice.random() < 0.6
    limit = agreed.date() + timedelta(days=dice.choice([0, 0, 1, 3, 20, 40]))
    row |= {
        "协议时间": text(agreed),
        "协议形式": "书面" if written else "口头",
        "协议金额": dice.choice(["0", "500", "3200.5", "99999.99", "0.01"]),
        "履行期限": text(limit),
    }
    if dice.random() < 0.3:
        row["司法确认申请时间"] = text(_later(dice, agreed, (CONFIRM_DAYS - 1) * DAY))
        row["司法确认结果"] = dice.choice(["确认", "驳回", "撤回", ""])
    over = agreed
    if dice.random() < 0.75:
        over = dice.choice([_later(dice, agreed), max(agreed, datetime.combine(limit, datetime.min.time()))])
        row |= {"履行完毕时间": text(over), "化解时间": text(over), "化解层级": dice.choice(LEVELS)}
    if dice.random() < 0.6:
        row |= {"回访时间": text(_later(dice, over)), "满意度": dice.choice(ANSWERS)}
