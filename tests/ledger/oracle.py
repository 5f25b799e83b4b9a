"""Every measure of LEDGER.md section 4, computed a second way: plain Python over histories, one matter at a time.

Written from LEDGER.md alone and sharing no code with ``mediation.reviews``: no database, no SQL, no Decimal rounding,
no level columns (places are told by the digits of their codes). Times are naive and local. Slow and obvious on purpose.
"""

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DIVISIONS = Path(__file__).resolve().parents[2] / "seeds" / "data" / "divisions.csv"
DIGITS = {"city": 4, "county": 6, "township": 9, "village": 12}
BELOW = {"city": "county", "county": "township", "township": "village"}
SOLVED, BASE = {"resolved", "handled"}, {"grid", "village", "township"}


@dataclass(frozen=True)
class Step:
    """Something that happened to a matter: what it was, and what it brought."""

    at: datetime
    what: str
    value: Any = None


@dataclass
class Matter:
    """An incident or dispute: where it came from and its steps, in the order they happened."""

    source: str
    steps: list[Step] = field(default_factory=list)

    def before(self, moment: datetime) -> list[Step]:
        """What had happened just before a moment."""
        return [step for step in self.steps if step.at < moment]

    def last(self, what: str, moment: datetime) -> Any:
        """The latest value of a kind of step before a moment."""
        return next((step.value for step in reversed(self.before(moment)) if step.what == what), None)


@dataclass
class History:
    """All that happened anywhere."""

    incidents: list[Matter] = field(default_factory=list)
    disputes: list[Matter] = field(default_factory=list)
    roster: list[tuple[datetime, str, str, int]] = field(default_factory=list)
    """When, place, kind, +1 or -1."""


# -- Incidents: report (place, category and limit follow at the same instant), place, category, limit, valid, invalid,
#    duplicate, undo, close (outcome, level), reopen. What else is told bears on no measure of the ledger.


def finding(incident: Matter, moment: datetime) -> str:
    """How inspection had found it: pending, valid or void."""
    found = "pending"
    for step in incident.before(moment):
        if step.what == "valid":
            found = "valid"
        elif step.what in ("invalid", "duplicate"):
            found = "void"
        elif step.what == "undo":
            found = "pending"
    return found


def closure(incident: Matter, moment: datetime) -> Step | None:
    """The closure that stood."""
    standing = None
    for step in incident.before(moment):
        if step.what == "close":
            standing = step
        elif step.what == "reopen":
            standing = None
    return standing


def is_open(incident: Matter, moment: datetime) -> bool:
    """Whether it had been reported and was neither closed nor void."""
    return bool(incident.before(moment)) and closure(incident, moment) is None and finding(incident, moment) != "void"


def incident_terms(incident: Matter, start: datetime, end: datetime, as_of: datetime) -> Counter[str]:
    """What one incident adds to the measures of a period."""
    terms: Counter[str] = Counter()
    if start <= incident.steps[0].at < end:
        terms["reported"] += 1
        found = finding(incident, as_of)
        terms[found] += 1
        if found == "valid":
            _of_valid(incident, as_of, terms)
    terms["open_start"] += is_open(incident, start)
    terms["open_end"] += is_open(incident, end)
    for index, step in enumerate(incident.steps):
        if not start <= step.at < end:
            continue
        if step.what in ("reopen", "undo"):
            terms["reopened"] += 1
        elif step.what in ("invalid", "duplicate"):
            terms["voided"] += 1
        elif step.what == "close":
            terms["closures"] += 1
            terms["closures_reopened"] += any(
                later.what == "reopen" and later.at < as_of for later in incident.steps[index + 1 :]
            )
    return terms


def _of_valid(incident: Matter, as_of: datetime, terms: Counter[str]) -> None:
    closed, limit = closure(incident, as_of), incident.last("limit", as_of)
    terms["closed"] += closed is not None
    if limit is not None and limit < as_of:
        terms["due"] += 1
        terms["on_time"] += closed is not None and closed.at <= limit
    if closed is not None:
        outcome, level = closed.value
        terms["grassroots"] += outcome in SOLVED and level in BASE


# -- Disputes: register, place, category, accept, agree (amount, limit day), perform, resolve, clear, visit (answer),
#    apply.


def dispute_terms(dispute: Matter, start: datetime, end: datetime, as_of: datetime) -> Counter[str]:
    """What one dispute adds to the measures of a period; amounts in cents."""
    terms: Counter[str] = Counter()
    resolved = False
    for step in dispute.before(as_of):
        resolved = step.what == "resolve" if step.what in ("resolve", "clear") else resolved
    agreed = any(step.what == "agree" for step in dispute.before(as_of))
    for index, step in enumerate(dispute.steps):
        if step.what == "agree" and step.at < as_of:
            _of_agreement(dispute.steps[index + 1 :], step, (start, end, as_of), terms)
        if not start <= step.at < end:
            continue
        if step.what == "register":
            terms["found"] += 1
            terms["found_resolved"] += resolved
        elif step.what == "accept":
            terms["accepted"] += 1
            terms["accepted_resolved"] += resolved
            terms["accepted_agreed"] += agreed
        elif step.what == "agree":
            terms["agreements"] += 1
            terms["cents"] += int(Decimal(step.value[0] or 0) * 100)
        elif step.what == "visit" and step.value:
            terms["answers"] += 1
            terms["satisfied"] += step.value in ("very_satisfied", "satisfied")
        elif step.what == "apply":
            terms["confirmations"] += 1
    return terms


def _of_agreement(
    later: list[Step], agreement: Step, when: tuple[datetime, datetime, datetime], terms: Counter[str]
) -> None:
    """Its limit day lies in the period when the whole day does; performance is of the agreement it follows."""
    start, end, as_of = when
    day = datetime.combine(agreement.value[1], datetime.min.time())
    if not (start <= day and day + timedelta(days=1) <= end):
        return
    terms["limits"] += 1
    for step in later:
        if step.what == "agree" or step.at >= as_of:
            break
        if step.what == "perform":
            terms["performed"] += 1
            break


# -- Places: told by the digits of their codes ----------------------------------------------------------------------


def level_of(code: str) -> str:
    """The level of a place by its code; grids count as villages."""
    if code[4:12] == "00000000":
        return "city"
    if code[6:12] == "000000":
        return "county"
    return "township" if code[9:12] == "000" else "village"


def lies_in(code: str, unit: str) -> bool:
    """Whether a place lies at or below a unit."""
    digits = DIGITS[level_of(unit)]
    return code[:digits] == unit[:digits]


def child_of(code: str, unit: str) -> str:
    """The place below the unit that a place lies in, or ``direct``."""
    if code == unit:
        return "direct"
    return code[: DIGITS[BELOW[level_of(unit)]]].ljust(12, "0")


@cache
def children(unit: str) -> tuple[str, ...]:
    """All places one level below a unit."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        return tuple(
            row["code"]
            for row in csv.DictReader(file)
            if row["level"] == BELOW[level_of(unit)] and lies_in(row["code"], unit)
        )


# -- The review object ----------------------------------------------------------------------------------------------


def review(history: History, unit: str, start: datetime, end: datetime, as_of: datetime) -> dict[str, Any]:
    """Return the measures, children and categories of a review."""
    end = min(end, as_of)
    totals: dict[str, Counter[str]] = {code: Counter() for code in children(unit)}
    by: dict[str, Counter[str]] = {
        name: Counter()
        for name in (
            "reported_valid_by_category",
            "reported_valid_by_source",
            "disputes_found_by_category",
            "disputes_found_by_source",
        )
    }
    for matters, terms_of, counted, name in (
        (history.incidents, incident_terms, "valid", "reported_valid"),
        (history.disputes, dispute_terms, "found", "disputes_found"),
    ):
        for matter in matters:
            place = matter.last("place", as_of)
            if place is None or not lies_in(place, unit):
                continue
            terms = terms_of(matter, start, end, as_of)
            totals.setdefault(child_of(place, unit), Counter()).update(terms)
            by[f"{name}_by_category"][matter.last("category", as_of)] += terms[counted]
            by[f"{name}_by_source"][matter.source] += terms[counted]
    for at, place, kind, number in history.roster:
        if at < end and lies_in(place, unit):
            totals.setdefault(child_of(place, unit), Counter())[kind] += number
    if not any(totals.get("direct", {}).values()):
        totals.pop("direct", None)
    everything: Counter[str] = Counter()
    for terms in totals.values():
        everything.update(terms)
    return {
        "measures": measures(everything),
        f"by_{BELOW[level_of(unit)]}": {code: measures(terms) for code, terms in totals.items()},
        **{name: {code: number for code, number in codes.items() if number} for name, codes in by.items()},
    }


def measures(t: Counter[str]) -> dict[str, dict[str, Any]]:
    """Every measure of LEDGER.md section 4 from its terms."""
    return {
        "reported": _value(t["reported"]),
        "reported_valid": _value(t["valid"]),
        "pending_inspection": _value(t["pending"]),
        "valid_report_rate": rate(t["valid"], t["valid"] + t["void"]),
        "closure_rate": rate(t["closed"], t["valid"]),
        "on_time_closure_rate": rate(t["on_time"], t["due"]),
        "grassroots_resolution_rate": rate(t["grassroots"], t["valid"]),
        "reopen_rate": rate(t["closures_reopened"], t["closures"]),
        "flow_open_start": _value(t["open_start"]),
        "flow_new": _value(t["reported"]),
        "flow_reopened": _value(t["reopened"]),
        "flow_closed": _value(t["closures"]),
        "flow_voided": _value(t["voided"]),
        # Counted, not derived: that the identity holds is one of the things to find out.
        "flow_open_end": _value(t["open_end"]),
        "stock_clearance": rate(t["closures"], t["open_start"] + t["reported"] + t["reopened"] - t["voided"]),
        "disputes_found": _value(t["found"]),
        "disputes_accepted": _value(t["accepted"]),
        "resolution_rate_found": rate(t["found_resolved"], t["found"]),
        "resolution_rate_accepted": rate(t["accepted_resolved"], t["accepted"]),
        "mediation_success_rate": rate(t["accepted_agreed"], t["accepted"]),
        "agreements_signed": _value(t["agreements"]),
        "agreement_amount": {"value": f"{t['cents'] // 100}.{t['cents'] % 100:02d}"},
        "performance_rate": rate(t["performed"], t["limits"]),
        "satisfaction_rate": rate(t["satisfied"], t["answers"]),
        "confirmations_applied": _value(t["confirmations"]),
        "mediators_full_time": _value(t["mediator_full_time"]),
        "mediators_part_time": _value(t["mediator_part_time"]),
        "committees_township": _value(t["committee_township"]),
        "committees_subdistrict": _value(t["committee_subdistrict"]),
        "committees_village": _value(t["committee_village"]),
        "named_studios": _value(t["studio"]),
    }


def rate(numerator: int, denominator: int) -> dict[str, Any]:
    """A rate with its display: two decimals, half up, in whole numbers alone."""
    display = "—"
    if denominator:
        hundredths = (numerator * 20000 + denominator) // (2 * denominator)
        display = f"{hundredths // 100}.{hundredths % 100:02d}%"
    return {"numerator": numerator, "denominator": denominator, "display": display}


def _value(number: int) -> dict[str, int]:
    return {"value": number}


# -- Ledgers as histories -------------------------------------------------------------------------------------------

SOURCE_CODES = {
    "网格上报": "grid_report",
    "来访": "walk_in",
    "电话": "phone",
    "网络": "online",
    "110联动": "110_link",
    "12345联动": "12345_link",
    "信访联动": "petition_link",
    "法院委派": "court_referral",
    "检察移送": "procuratorate_link",
    "部门移送": "department_transfer",
    "上级交办": "superior_assign",
    "排查": "screening",
    "媒体": "media",
    "主动调解": "committee_initiated",
    "当事人申请": "party_application",
}
LEVEL_CODES = {"网格": "grid", "村": "village", "乡": "township", "县": "county", "市": "city"}
OUTCOME_CODES = {
    "化解": "resolved",
    "处理完毕": "handled",
    "解释疏导": "explained",
    "转法定途径": "transferred",
    "转调解": "converted",
    "查无此事": "unfounded",
    "撤回": "withdrawn",
    "未化解终结": "unresolved_closed",
}
ANSWER_CODES = {"非常满意": "very_satisfied", "满意": "satisfied", "一般": "fair", "不满意": "dissatisfied", "": ""}
FINDINGS = {"有效": "valid", "无效": "invalid", "重复": "duplicate"}


def history_of(ledger: Any) -> History:
    """Read a ledger (``tests.ledger.random_ledger.Ledger``) as a history."""
    return History(
        [incident_of(row) for row in ledger.incidents],
        [dispute_of(row) for row in ledger.disputes],
    )


def incident_of(row: dict[str, str]) -> Matter:
    """Read one incident row; its steps stand in the order they are written in the row."""
    reported = _moment(row["上报时间"])
    steps = [Step(reported, "place", row["区划代码"]), Step(reported, "category", row["类别代码"])]
    if row["办结时限"]:
        steps.append(Step(reported, "limit", _moment(row["办结时限"])))
    if row["核实结果"]:
        steps.append(Step(_moment(row["核实时间"]), FINDINGS[row["核实结果"]]))
    closed = (OUTCOME_CODES.get(row["办结结果"]), LEVEL_CODES.get(row["办结层级"]))
    for header, what, value in (
        ("办结时间", "close", closed),
        ("重开时间", "reopen", None),
        ("再次办结时间", "close", closed),
    ):
        if row[header]:
            steps.append(Step(_moment(row[header]), what, value))
    return Matter(SOURCE_CODES[row["来源"]], steps)


def dispute_of(row: dict[str, str]) -> Matter:
    """Read one dispute row."""
    registered = _moment(row["登记时间"])
    steps = [
        Step(registered, "register"),
        Step(registered, "place", row["区划代码"]),
        Step(registered, "category", row["类别代码"]),
    ]
    agreed = (row["协议金额"], date.fromisoformat(row["履行期限"]) if row["履行期限"] else None)
    for header, what, value in (
        ("受理时间", "accept", None),
        ("协议时间", "agree", agreed),
        ("司法确认申请时间", "apply", None),
        ("履行完毕时间", "perform", None),
        ("化解时间", "resolve", None),
        ("回访时间", "visit", ANSWER_CODES[row["满意度"]]),
    ):
        if row[header]:
            steps.append(Step(_moment(row[header]), what, value))
    steps.sort(key=lambda step: step.at)
    return Matter(SOURCE_CODES[row["来源"]], steps)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Return where a review object differs from what ``review`` says of it; its further measures are no difference.

    Something that only a further measure counts may lie at the unit itself: then there is a ``direct`` of zeros.
    """
    wrong = []
    for key, value in wanted.items():
        if key == "measures" or key.startswith("by_"):
            wrong += _differing(found[key], value, key)
        elif found[key] != value:
            wrong.append(f"{key}: {found[key]} is not {value}")
    return wrong


def _differing(found: dict[str, Any], wanted: dict[str, Any], key: str) -> list[str]:
    if key == "measures":
        return [f"{name}: {found[name]} is not {value}" for name, value in wanted.items() if found[name] != value]
    if "direct" in found and "direct" not in wanted:
        wanted = {**wanted, "direct": measures(Counter())}
    if set(found) != set(wanted):
        return [f"{key}: {sorted(set(found) ^ set(wanted))}"]
    return [f"{code} {wrong}" for code, value in wanted.items() for wrong in _differing(found[code], value, "measures")]
