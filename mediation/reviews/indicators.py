"""The register of measures: one entry per measure of LEDGER.md section 4. Figures and pages read it.

A measure is arithmetic over *terms*. A term is a number of distinct things counted by SQL (``figures``): it can be
added up over places, while rates cannot (DOMAIN.md 7.4 no. 3), so a rate is computed at the end from two sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Terms = Mapping[str, int | Decimal]
Number = int | Decimal

REGISTER_VERSION = 1
"""Stored with every review; raised whenever the definition of any measure changes."""

NOTHING = "—"
"""What stands for a rate without denominator: never 0 % and never 100 % (DOMAIN.md 0.4)."""

CENT = Decimal("0.01")


class Shape(StrEnum):
    """What kind of number a measure is."""

    COUNT = "count"
    RATE = "rate"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Measure:
    """One entry of the register.

    ``top`` and ``bottom`` are sums of terms, a leading minus subtracts; only a rate has a bottom. ``basis`` says what
    the measure is counted over, and is printed beside it (DOMAIN.md 0.3). ``version`` is raised when the definition
    changes, together with REGISTER_VERSION.
    """

    id: str
    shape: Shape
    name: Text
    formula: Text
    basis: Text
    unit: Text
    top: tuple[str, ...]
    bottom: tuple[str, ...] = ()
    version: int = 1

    def value(self, terms: Terms) -> Number:
        """The number itself: the numerator, for a rate."""
        return total(self.top, terms)

    def figure(self, terms: Terms) -> dict[str, Any]:
        """Return the measure as a review stores it: ``value``, or ``numerator``, ``denominator`` and ``display``."""
        if self.shape is Shape.RATE:
            numerator, denominator = int(self.value(terms)), int(total(self.bottom, terms))
            return {"numerator": numerator, "denominator": denominator, "display": percentage(numerator, denominator)}
        if self.shape is Shape.AMOUNT:
            return {"value": str(Decimal(self.value(terms)).quantize(CENT))}
        return {"value": int(self.value(terms))}


def total(signed: tuple[str, ...], terms: Terms) -> Number:
    """Add up terms; absent ones are 0, a leading minus subtracts."""
    return sum((-terms.get(name[1:], 0) if name[0] == "-" else terms.get(name, 0)) for name in signed)


def percentage(numerator: Number, denominator: Number) -> str:
    """Return ``63.10%``: two decimals, half up, zeros kept; a dash over nothing (DOMAIN.md 0.4 and 7.4 nos. 1, 4)."""
    if not denominator:
        return NOTHING
    return f"{half_up(Decimal(numerator) * 100 / Decimal(denominator))}%"


def half_up(number: Decimal) -> Decimal:
    """Round to two decimals, half away from zero; the only rounding in a review, and always the last step."""
    rounded = number.quantize(CENT, ROUND_HALF_UP)
    return rounded.copy_abs() if rounded.is_zero() else rounded


_ITEMS, _PERCENT, _PEOPLE, _YUAN, _BODIES = _("件"), "%", _("人"), _("元"), _("个")
_REPORTED = _("期内上报的事件")
_VALID = _("期内上报、截至统计时点认定有效的事件")
_FLOW = _("按发生时间计的事件流量")
_FOUND, _ACCEPTED = _("以排查数计：期内登记的纠纷"), _("以受理数计：期内受理的纠纷")
_IN_OFFICE = _("期末（不晚于统计时点）在任、在册")


def _count(id: str, name: Text, formula: Text, basis: Text, unit: Text, *top: str) -> Measure:
    return Measure(id, Shape.COUNT, name, formula, basis, unit, top)


def _rate(id: str, name: Text, formula: Text, basis: Text, top: tuple[str, ...], bottom: tuple[str, ...]) -> Measure:
    return Measure(id, Shape.RATE, name, formula, basis, _PERCENT, top, bottom)


_INCIDENTS = (
    _count("reported", _("上报事件"), _("期内上报的事件数"), _REPORTED, _ITEMS, "reported"),
    _count("reported_valid", _("上报有效事件"), _("期内上报、截至时点为有效的事件数"), _REPORTED, _ITEMS, "valid"),
    _count(
        "pending_inspection",
        _("待核实事件"),
        _("期内上报、截至时点尚未判定有效、无效或重复的事件数（含退回补正）"),
        _REPORTED,
        _ITEMS,
        "pending",
    ),
    _rate(
        "valid_report_rate", _("上报有效率"), _("有效÷（有效＋无效＋重复）"), _REPORTED, ("valid",), ("valid", "void")
    ),
    _rate("closure_rate", _("办结率"), _("截至时点已办结且未重开÷有效"), _VALID, ("closed",), ("valid",)),
    _rate(
        "on_time_closure_rate",
        _("按期办结率"),
        _("在时限内办结÷时限已到"),
        _("期内上报的有效事件中，现行时限早于统计时点的"),
        ("on_time",),
        ("due",),
    ),
    _rate(
        "grassroots_resolution_rate",
        _("基层化解率"),
        _("在网格、村、乡化解或处理完毕÷有效"),
        _VALID,
        ("grassroots",),
        ("valid",),
    ),
    _rate(
        "reopen_rate",
        _("重开率"),
        _("期内办结中截至时点被重开的÷期内办结"),
        _("期内的办结"),
        ("closures_reopened",),
        ("closures",),
    ),
    _count("flow_open_start", _("期初未结"), _("期初之前未结的事件数"), _FLOW, _ITEMS, "open_start"),
    _count("flow_new", _("本期新增"), _("期内上报"), _FLOW, _ITEMS, "reported"),
    _count("flow_reopened", _("本期重开"), _("期内重开，含撤销作废"), _FLOW, _ITEMS, "reopened"),
    _count("flow_closed", _("本期办结"), _("期内办结"), _FLOW, _ITEMS, "closures"),
    _count("flow_voided", _("本期作废"), _("期内判为无效或重复"), _FLOW, _ITEMS, "voided"),
    _count(
        "flow_open_end",
        _("期末未结"),
        _("期初＋新增＋重开－办结－作废"),
        _FLOW,
        _ITEMS,
        "open_start",
        "reported",
        "reopened",
        "-closures",
        "-voided",
    ),
    _rate(
        "stock_clearance",
        _("综合办结率"),
        _("本期办结÷（期初＋新增＋重开－作废）"),
        _FLOW,
        ("closures",),
        ("open_start", "reported", "reopened", "-voided"),
    ),
)

_DISPUTES = (
    _count("disputes_found", _("排查纠纷"), _("期内登记的纠纷数"), _FOUND, _ITEMS, "found"),
    _count("disputes_accepted", _("受理纠纷"), _("期内受理的纠纷数"), _ACCEPTED, _ITEMS, "accepted"),
    _rate(
        "resolution_rate_found",
        _("化解率（以排查数计）"),
        _("截至时点已化解÷排查"),
        _FOUND,
        ("found_resolved",),
        ("found",),
    ),
    _rate(
        "resolution_rate_accepted",
        _("化解率（以受理数计）"),
        _("截至时点已化解÷受理"),
        _ACCEPTED,
        ("accepted_resolved",),
        ("accepted",),
    ),
    _rate(
        "mediation_success_rate",
        _("调解成功率"),
        _("截至时点达成协议÷受理"),
        _ACCEPTED,
        ("accepted_agreed",),
        ("accepted",),
    ),
    _count("agreements_signed", _("达成协议"), _("期内达成的调解协议数"), _("期内的协议"), _ITEMS, "agreements"),
    Measure(
        "agreement_amount", Shape.AMOUNT, _("协议金额"), _("期内协议金额合计"), _("期内的协议"), _YUAN, ("amount",)
    ),
    _rate(
        "performance_rate",
        _("协议履行率"),
        _("截至时点已全部履行（含逾期）÷履行期限在期内"),
        _("履行期限日在期内的协议"),
        ("performed",),
        ("limits",),
    ),
    _rate(
        "satisfaction_rate",
        _("满意度"),
        _("（非常满意＋满意）÷有效回答"),
        _("期内回访的有效回答"),
        ("satisfied",),
        ("answers",),
    ),
    _count(
        "confirmations_applied",
        _("申请司法确认"),
        _("期内申请司法确认的件数"),
        _("期内的申请"),
        _ITEMS,
        "confirmations",
    ),
)

_ROSTER = (
    _count("mediators_full_time", _("专职调解员"), _("在任人数"), _IN_OFFICE, _PEOPLE, "mediator_full_time"),
    _count("mediators_part_time", _("兼职调解员"), _("在任人数"), _IN_OFFICE, _PEOPLE, "mediator_part_time"),
    _count("committees_township", _("乡镇调委会"), _("在册数"), _IN_OFFICE, _BODIES, "committee_township"),
    _count("committees_subdistrict", _("街道调委会"), _("在册数"), _IN_OFFICE, _BODIES, "committee_subdistrict"),
    _count("committees_village", _("村（居）调委会"), _("在册数"), _IN_OFFICE, _BODIES, "committee_village"),
    _count("named_studios", _("个人品牌调解室"), _("在册数"), _IN_OFFICE, _BODIES, "studio"),
)

REGISTER: Mapping[str, Measure] = {measure.id: measure for measure in (*_INCIDENTS, *_DISPUTES, *_ROSTER)}
"""Measure by id, in the order reviews print them."""


def figures_of(terms: Terms) -> dict[str, dict[str, Any]]:
    """Return every measure of the register over one set of terms, by id."""
    return {measure.id: measure.figure(terms) for measure in REGISTER.values()}
