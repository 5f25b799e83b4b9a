"""Ledgers made for tests: one good row of each kind to depart from, and the command as a user runs it."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from cases.models import Case, CaseEvent, Incident, IncidentEvent
from grid import rls
from tests.ledger.random_ledger import DISPUTE_HEADERS, INCIDENT_HEADERS

SAMPLE = Path(__file__).parent.parent / "ledger" / "sample"
REPORTED = {
    "事件编号": "T-1",
    "上报时间": "2024-02-01 09:00:00",
    "区划代码": "141102001001",
    "类别代码": "0102",
    "来源": "网格上报",
    "上报人": "网格员甲",
    "事件描述": "楼上漏水，两家争吵多日",
}
VERIFIED = {**REPORTED, "核实结果": "有效", "核实时间": "2024-02-01 10:00"}
CLOSED = {**VERIFIED, "办结时间": "2024-02-03 09:00", "办结层级": "村", "办结结果": "化解"}
REOPENED = {**CLOSED, "重开时间": "2024-02-10 09:00"}
CLOSED_AGAIN = {**REOPENED, "再次办结时间": "2024-02-12 09:00"}

REGISTERED = {
    "纠纷编号": "J-1",
    "登记时间": "2024-02-01 09:00:00",
    "区划代码": "141102001001",
    "类别代码": "0102",
    "来源": "当事人申请",
    "纠纷简述": "两户因排水沟走向争执",
    "涉及人数": "3",
}
ACCEPTED = {**REGISTERED, "受理时间": "2024-02-02 09:00"}
AGREED = {
    **ACCEPTED,
    "协议时间": "2024-02-10 15:00",
    "协议形式": "书面",
    "协议金额": "1200.50",
    "履行期限": "2024-03-10",
}
PERFORMED = {**AGREED, "履行完毕时间": "2024-03-01 10:00", "化解时间": "2024-03-01 10:00", "化解层级": "乡"}
TERMINATED = {**ACCEPTED, "终止时间": "2024-02-20 10:00", "终止原因": "无法达成协议"}


def write_csv(
    path: Path, rows: Sequence[Mapping[str, str]], headers: Sequence[str] = (), encoding: str = "utf-8"
) -> Path:
    """Write rows under the headers of their kind, or under ``headers``."""
    headers = headers or headers_of(rows[0])
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def headers_of(row: Mapping[str, str]) -> list[str]:
    """The headers of the ledger the row belongs to."""
    return INCIDENT_HEADERS if "事件编号" in row else DISPUTE_HEADERS


def run(path: Path, kind: str, *options: str) -> tuple[list[str], bool]:
    """Run the command; return the lines it printed and whether it exits with 0."""
    out = StringIO()
    try:
        call_command("import_ledger", kind, str(path), *options, stdout=out)
    except CommandError:
        return out.getvalue().splitlines(), False
    return out.getvalue().splitlines(), True


def load(tmp_path: Path, *rows: Mapping[str, str]) -> tuple[list[str], bool]:
    """Import rows of one kind."""
    kind = "incidents" if "事件编号" in rows[0] else "disputes"
    return run(write_csv(tmp_path / f"{kind}.csv", rows), kind)


def incident(number: str = "T-1") -> Incident:
    """The imported incident."""
    with rls.system_scope():
        return Incident.objects.select_related("unit", "duplicate_of").get(outside_number=number)


def case(number: str = "J-1") -> Case:
    """The imported case."""
    with rls.system_scope():
        return Case.objects.select_related("unit").get(outside_number=number)


def timeline(record: Incident | Case) -> list[Any]:
    """The record's events in order."""
    with rls.system_scope():
        model: Any = IncidentEvent if isinstance(record, Incident) else CaseEvent
        return list(model.objects.filter(**{str(record._meta.model_name): record}).order_by("seq"))


def verbs(record: Incident | Case) -> list[str]:
    """What befell the record."""
    return [event.verb for event in timeline(record)]
