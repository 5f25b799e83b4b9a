"""Every generated sentence has its home here: official wording, numbers by address, nothing said about nothing.

Chinese alone: these are official papers. A clause is a text without its comma; ``sentence`` joins clauses.
Wording after the published specimens (DOMAIN.md 8, 7.4 nos. 2 and 4; [HS] for the order of a monthly bulletin).
"""

from collections.abc import Iterable

from mediation.reviews.figures.comparing import Note
from mediation.reviews.indicators import MERGED
from mediation.reviews.naming import category
from mediation.reviews.outline import Text
from mediation.reviews.texts.facts import Facts

COMPARED = {"yoy": "同比", "pop": "环比"}
ENOUGH_ANSWERS = 30
"""Fewer answers say nothing about satisfaction (DOMAIN.md 7.3)."""


def sentence(*clauses: Text) -> Text:
    """Join clauses with commas and end with a full stop; empty when there are none."""
    said = [clause for clause in clauses if clause]
    if not said:
        return ()
    runs: list[object] = []
    for position, clause in enumerate(said):
        runs += ["，", *clause] if position else clause
    return merged((*runs, "。"))


def merged(runs: Iterable[object]) -> Text:
    """Join neighbouring words, so that a text has no seams."""
    text: list[object] = []
    for run in runs:
        if isinstance(run, str) and text and isinstance(text[-1], str):
            text[-1] += run
        elif run != "":
            text.append(run)
    return tuple(text)  # type: ignore[arg-type]


def listed(items: Iterable[Text], between: str = "、") -> Text:
    """Join short items into one enumeration."""
    runs: list[object] = []
    for item in items:
        runs += [between, *item] if runs else item
    return merged(runs)


def together(f: Facts, *sentences: Text) -> Text:
    """Sentences of one paragraph; the period is named by the first alone."""
    runs: list[object] = []
    for said in sentences:
        first = said[0] if said else ""
        if runs and isinstance(first, str) and first.startswith(f.this):
            said = (first.removeprefix(f.this), *said[1:])
        runs += said
    return merged(runs)


# -- Change ---------------------------------------------------------------------------------------------------------


def change(f: Facts, ref: str, unit: str = "件", *, said_of: str = "") -> tuple[Text, ...]:
    """同比 and 环比 of a measure, a clause each; none where there is nothing to compare with."""
    clauses: list[Text] = []
    for key, word in COMPARED.items():
        if not f.has(f"{key}.{ref}"):
            continue
        figure = f(f"{key}.{ref}")
        head = f"{said_of if not clauses else ''}{word}"
        if figure.text[:2] in ("增加", "减少"):
            base = "上年同期" if key == "yoy" else f.last
            clauses.append((head, figure, f"{unit}（{base}为", f(f"{key}.{ref}.base"), f"{unit}）"))
        else:
            clauses.append((head, figure))
    return tuple(clauses)


def _changed(f: Facts, **measures: str) -> Text:
    """How some measures changed, one after the other."""
    said = [listed(clauses, "，") for ref, name in measures.items() if (clauses := change(f, ref, said_of=name))]
    return merged((*listed(said, "；"), "。")) if said else ()


def incomparable(f: Facts) -> Text:
    """Why there is no comparison, where that needs saying."""
    notes = {key: said.get("note") for key, said in (f.figures.get("comparisons") or {}).items()}
    note = notes.get("yoy")
    if Note.NOT_RECORDED in (note, notes.get("pop")):
        return (_not_recorded(f, note == Note.NOT_RECORDED, notes.get("pop") == Note.NOT_RECORDED),)
    if note == Note.DIVISION_CHANGED:
        return ("因区划调整，本期数据与上年同期不可比，不作同比。",)
    if note == Note.NO_SUCH_PERIOD:
        missing = "2月29日" if f.kind == "daily" else f"第{f.period.start_on.isocalendar().week}周"
        return (f"上年无{missing}，不作同比。",)
    return ()


def _not_recorded(f: Facts, yoy: bool, pop: bool) -> str:
    """A place that was not in the system yet had no figures, which is not the same as none of a thing."""
    if yoy and pop and f.last != "上年度":
        return f"上年同期和{f.last}均无记录，不作同比、环比。"
    return "上年同期无记录，不作同比。" if yoy else f"{f.last}无记录，不作环比。"


# -- Incidents ------------------------------------------------------------------------------------------------------


def incidents(f: Facts, at: str = "") -> Text:
    """上报各类有效事件658194件，已办结651788件，办结率99.03%。 ``at`` is the address of a place with its dot."""
    if not f.number(f"{at}reported"):
        return (f"{f.this}未接到事件上报。",)
    if not f.number(f"{at}reported_valid"):
        return sentence((f"{f.this}上报事件", f(f"{at}reported"), "件"), ("截至统计时点尚未认定有效事件",))
    head: Text = (f"{f.this}上报各类有效事件", f(f"{at}reported_valid"), "件")
    if not f.number(f"{at}closure_rate.numerator"):
        return sentence(head, ("尚无办结",))
    done: Text = ("已办结", f(f"{at}closure_rate.numerator"), "件")
    return sentence(head, done, ("办结率", f(f"{at}closure_rate")))


def incidents_changed(f: Facts) -> Text:
    """How reports and closing changed."""
    return merged((*_changed(f, reported_valid="有效事件", closure_rate="办结率"), *incomparable(f)))


def quality(f: Facts) -> Text:
    """How many of the inspected reports were valid, and how many wait."""
    clauses: list[Text] = []
    if f.has("valid_report_rate"):
        clauses.append(("已核实事件", f("valid_report_rate.denominator"), "件"))
        clauses.append(("上报有效率", f("valid_report_rate")))
        if f.number("valid_report_rate.rest"):
            clauses.append(("判定无效或重复", f("valid_report_rate.rest"), "件"))
    if f.number("pending_inspection"):
        clauses.append(("尚待核实", f("pending_inspection"), "件"))
    elif clauses:
        clauses.append(("已全部核实",))
    return sentence(*clauses)


def on_time(f: Facts) -> Text:
    """Closing within limits."""
    if not f.has("on_time_closure_rate"):
        return ()
    due: Text = ("时限已到的事件", f("on_time_closure_rate.denominator"), "件")
    if not f.number("on_time_closure_rate.rest"):
        return sentence(due, ("全部按期办结",), ("按期办结率", f("on_time_closure_rate")))
    kept: Text = ("按期办结", f("on_time_closure_rate.numerator"), "件")
    late: Text = ("未按期办结", f("on_time_closure_rate.rest"), "件")
    return sentence(due, kept, ("按期办结率", f("on_time_closure_rate")), late)


def grassroots(f: Facts) -> Text:
    """What was settled in grids, villages and townships."""
    if not f.number("grassroots_resolution_rate.numerator"):
        return ()
    where: Text = ("在网格、村（社区）和乡镇（街道）化解或处理完毕", f("grassroots_resolution_rate.numerator"), "件")
    return sentence(where, ("基层化解率", f("grassroots_resolution_rate")))


def stock(f: Facts) -> Text:
    """From the open ones at the start to those at the end; what did not happen is left out."""
    if not any(f.number(f"flow_{name}") for name in ("open_start", "new", "reopened", "closed", "open_end")):
        return ()
    steps = (("new", "新增"), ("reopened", "重开"), ("closed", "办结"), ("voided", "作废"))
    moved: list[Text] = [(word, f(f"flow_{name}"), "件") for name, word in steps if f.number(f"flow_{name}")]
    end: Text = ("期末未结", f("flow_open_end"), "件") if f.number("flow_open_end") else ("期末无未结事件",)
    return sentence(("期初未结事件", f("flow_open_start"), "件"), *moved, end)


def reopened(f: Facts) -> Text:
    """Closures that did not hold."""
    if not f.number("reopen_rate.numerator"):
        return ()
    return sentence((f"{f.this}办结的事件中有", f("reopen_rate.numerator"), "件又被重开"), ("重开率", f("reopen_rate")))


# -- Disputes -------------------------------------------------------------------------------------------------------


def disputes_found(f: Facts, at: str = "") -> Text:
    """排查各类矛盾纠纷30248件，成功化解29068件，化解率96.10%（以排查数计）。"""
    return _disputes(f, at, "排查", "disputes_found", "resolution_rate_found")


def disputes_accepted(f: Facts, at: str = "") -> Text:
    """受理各类矛盾纠纷36045件，成功化解34509件，化解率95.74%（以受理数计）。"""
    return _disputes(f, at, "受理", "disputes_accepted", "resolution_rate_accepted")


def _disputes(f: Facts, at: str, verb: str, count: str, rate: str) -> Text:
    if not f.number(at + count):
        return (f"{f.this}未{verb}矛盾纠纷。" if verb == "受理" else f"{f.this}未排查出矛盾纠纷。",)
    head: Text = (f"{f.this}{verb}各类矛盾纠纷", f(at + count), "件")
    if not f.number(f"{at}{rate}.numerator"):
        return sentence(head, ("尚无化解",))
    done: Text = ("成功化解", f(f"{at}{rate}.numerator"), "件")
    return sentence(head, done, ("化解率", f(at + rate), f"（以{verb}数计）"))


def disputes_changed(f: Facts) -> Text:
    """How disputes and their settling changed."""
    return _changed(f, disputes_accepted="受理纠纷", resolution_rate_accepted="化解率")


def agreements(f: Facts) -> Text:
    """Agreements made and what they are worth."""
    if not f.number("agreements_signed"):
        return (f"{f.this}未达成调解协议。",) if f.number("disputes_accepted") else ()
    worth: Text = ("涉及金额", f("agreement_amount.wan"), "万元") if f.number("agreement_amount") else ()
    rate: Text = ("调解成功率", f("mediation_success_rate")) if f.number("mediation_success_rate") else ()
    return sentence((f"{f.this}达成调解协议", f("agreements_signed"), "件"), worth, rate)


def performance(f: Facts) -> Text:
    """Agreements whose limit day came."""
    if not f.has("performance_rate"):
        return ()
    due: Text = ("履行期限届满的协议", f("performance_rate.denominator"), "件")
    if not f.number("performance_rate.rest"):
        return sentence(due, ("已全部履行",), ("履行率", f("performance_rate")))
    done: Text = ("已履行", f("performance_rate.numerator"), "件")
    return sentence(due, done, ("履行率", f("performance_rate")), ("尚未履行", f("performance_rate.rest"), "件"))


def satisfaction(f: Facts) -> Text:
    """What those visited answered; few answers are no rate."""
    if not f.has("satisfaction_rate"):
        return ()
    asked: Text = (f"{f.this}回访收到有效回答", f("satisfaction_rate.denominator"), "人次")
    if f.number("satisfaction_rate.denominator") < ENOUGH_ANSWERS:
        return sentence(asked, ("样本不足，不计算满意度",))
    return sentence(asked, ("满意度", f("satisfaction_rate")))


def confirmations(f: Facts) -> Text:
    """Applications to the court."""
    if not f.number("confirmations_applied"):
        return ()
    return sentence((f"{f.this}申请司法确认", f("confirmations_applied"), "件"))


PREVENTED = {
    "crime": "防止民间纠纷转化为刑事案件",
    "suicide": "防止因民间纠纷引起的自杀",
    "petition": "防止群体性上访",
    "brawl": "防止群体性械斗",
}


def prevented(f: Facts) -> Text:
    """What mediation kept from happening, x件y人 of each kind; kinds of which there was none are left out."""
    said: list[Text] = [
        (words, f(f"prevented_{kind}_cases"), "件", f(f"prevented_{kind}_people"), "人")
        for kind, words in PREVENTED.items()
        if f.number(f"prevented_{kind}_cases")
    ]
    return sentence((f"{f.this}通过调解", *listed(said, "，"))) if said else ()


# -- Structure ------------------------------------------------------------------------------------------------------


def classes(f: Facts, name: str, matters: str) -> Text:
    """By class, with shares that add up to 100%: ``name`` is a break-down such as ``reported_valid_by_class``."""
    counts = _counts(f, name)
    if not counts:
        return ()
    items = [(f"{category(code)}", f(f"{name}.{code}"), "件，占", f(f"{name}.{code}.share")) for code in counts]
    return merged((f"按类别分，{matters}中", *listed(items, "；"), "。"))


def leading(f: Facts, name: str, matters: str, most: int = 5) -> Text:
    """The most frequent subcategories."""
    codes = _counts(f, name)[:most]
    if not codes:
        return ()
    items = [(category(code), "（", f(f"{name}.{code}"), "件，占", f(f"{name}.{code}.share"), "）") for code in codes]
    if len(items) == 1:
        return merged((f"{matters}均为", *items[0], "。"))
    return merged((f"{matters}较多的类型依次为", *listed(items), "。"))


def leading_places(f: Facts, measure: str, matters: str, most: int = 3) -> Text:
    """Where most of it was."""
    codes = sorted(f.places, key=lambda code: (-f.number(f"{code}.{measure}"), code))
    codes = [code for code in codes if f.number(f"{code}.{measure}")][:most]
    if len(codes) < 2:
        return ((f"{matters}集中在{f.places[codes[0]]}。"),) if codes else ()
    items = [(f.places[code], "（", f(f"{code}.{measure}"), "件）") for code in codes]
    return merged((f"{matters}较多的是", *listed(items), "。"))


def quiet_places(f: Facts, measure: str, matters: str) -> Text:
    """Places that reported nothing at all: none of it said by a number."""
    names = [name for code, name in f.places.items() if len(code) == 12 and not f.number(f"{code}.{measure}")]
    if not names or len(names) == len(f.places):
        return ()
    return (f"{'、'.join(names)}{f.this}未发生{matters}。",)


def _counts(f: Facts, name: str) -> list[str]:
    """The codes of a break-down, most frequent first: no empty ones, no categories told together."""
    told = f.quoter.figures.get(name.replace("_by_class", "_by_category")) or {}
    is_class = name.endswith("_by_class")
    codes = {code[:2] for code in told} if is_class else {code for code in told if not code.endswith(MERGED)}
    return sorted((code for code in codes if f.number(f"{name}.{code}")), key=lambda c: (-f.number(f"{name}.{c}"), c))


# -- Forces ---------------------------------------------------------------------------------------------------------


def forces(f: Facts) -> Text:
    """Committees, studios and mediators in office."""
    kinds = (
        ("committees_township", "乡镇调委会", "个"),
        ("committees_subdistrict", "街道调委会", "个"),
        ("committees_village", "村（社区）调委会", "个"),
        ("named_studios", "个人品牌调解室", "个"),
    )
    bodies: list[Text] = [(word, f(name), unit) for name, word, unit in kinds if f.number(name)]
    people: list[Text] = [
        (word, f(name), "人")
        for name, word in (("mediators_full_time", "专职调解员"), ("mediators_part_time", "兼职调解员"))
        if f.number(name)
    ]
    if not bodies and not people:
        return ()
    runs = listed((*bodies, *people))
    return merged((f"{f.whole}现有", *runs, "。"))
