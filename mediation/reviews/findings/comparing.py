"""The ranking of a review's places: from its figures, with the mix of categories of each place."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from mediation.reviews.figures import disputes, incidents
from mediation.reviews.figures.looking import Look, dicts
from mediation.reviews.figures.places import DIRECT
from mediation.reviews.findings.building import Places
from mediation.reviews.findings.counting import parameters
from mediation.reviews.findings.ranking import (
    CLOSE,
    Entry,
    Ranked,
    Standing,
    commended_and_urged,
    composite,
    expected_ratio,
    row_of,
    stand,
)
from mediation.reviews.findings.scheme import Scheme, attained, attainment
from mediation.reviews.indicators import REGISTER, Direction, Shape, total

RANKED = tuple(
    Ranked(measure.id, measure.direction is Direction.HIGHER, measure.ranked_from)
    for measure in REGISTER.values()
    if measure.is_ranked and measure.shape is Shape.RATE
)
"""What units are ranked by, as the register says (DOMAIN.md 7.3, 7.5): no volumes, nothing that is only watched."""

VERSUS = {
    "above": gettext_lazy("优于全域"),
    "below": gettext_lazy("劣于全域"),
    "unclear": gettext_lazy("与全域相当"),
}
"""Against the whole."""

Mix = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Code of a child -> category -> term -> count."""

COHORTS = (
    (incidents.cohort, incidents.COHORT, ("valid", "void", "closed", "due", "on_time", "grassroots")),
    (disputes.found, disputes.FOUND, ("found", "found_resolved")),
    (disputes.accepted, disputes.ACCEPTED, ("accepted", "accepted_resolved", "accepted_agreed")),
)
MIXED = frozenset(term for _sql, _conditions, terms in COHORTS for term in terms)


def mix_of(look: Look, places: Places) -> Mix:
    """Count the terms of cohorts per child and category: one statement per cohort."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for ctes, conditions, terms in COHORTS:
        counts = ", ".join(f"count(*) filter (where {conditions[term]}) as {term}" for term in terms)
        sql = f"{ctes(look)} select child, category_id, {counts} from standing group by 1, 2"
        for row in dicts(sql, parameters(look)):
            if row["child"] in places.named:
                cell = found[places.named[row["child"]].code][row["category_id"]]
                for term in terms:
                    cell[term] += row[term]
    return found


def ranking_of(figures: Mapping[str, Any], below: str, mix: Mix, places: Places, scheme: Scheme) -> dict[str, Any]:
    """Return the keys ``ranking`` (measure -> rows, the best first) and ``comparison`` of a review.

    ``below`` is the key of its break-down by places, ``scheme`` what they are assessed by.
    """
    children = {code: measures for code, measures in figures[below].items() if code != DIRECT}
    names = {named.code: named.name for named in places.named.values()}
    tables: dict[str, list[Standing]] = {}
    told: dict[str, Any] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for measure in RANKED:
        ratios = _ratios(measure.id, mix)
        figure = {code: measures[measure.id] for code, measures in children.items()}
        entries = [
            Entry(code, said["numerator"], said["denominator"], ratios.get(code)) for code, said in figure.items()
        ]
        table = tables[measure.id] = stand(measure, entries)
        rows[measure.id] = [
            {**row_of(one), **_words(one, measure), "name": names.get(one.entry.place, one.entry.place)}
            for one in table
        ]
        told[measure.id] = {
            "higher_is_better": measure.higher_is_better,
            "least": measure.least,
            "is_standardised": bool(ratios),
        }
    for row in rows[CLOSE]:
        row |= _beside(children[row["unit"]])
    scores = [
        {**row, "name": names.get(row["unit"], row["unit"])} for row in composite(tables, scheme.weights, scheme.shares)
    ]
    commended, urged = commended_and_urged(scores)
    return {
        "ranking": rows,
        "comparison": {
            "method": _chinese(method_text),
            "measures": told,
            "scores": scores,
            **scheme.as_json(),
            "attainment": (reached := attainment(scheme, figures["measures"])),
            "attained": attained(reached),
            "commended": [{"unit": code, "name": names[code]} for code in commended],
            "urged": [{"unit": code, "name": names[code]} for code in urged],
        },
    }


def _words(one: Standing, measure: Ranked) -> dict[str, str | None]:
    """How a standing is said: a rank one can defend, or between which ones it lies; and against the whole."""
    position = one.position
    if position is None:
        few = one.versus == "too_few"
        note = _chinese(lambda: _("样本不足（不满%(least)s件），不参与排名") % {"least": measure.least}) if few else ""
        return {"rank": None, "band": "", "note": note or _chinese(lambda: _("无数据"))}
    if position.first == position.last:
        rank, note = str(position.rank), ""
    else:
        rank = f"{position.first}—{position.last}"
        note = _chinese(lambda: _("与名次相邻的单位分不出高下"))
    return {"rank": rank, "band": _chinese(lambda: str(VERSUS[one.versus])), "note": note}


def _chinese(say: Callable[[], str]) -> str:
    """Return in Chinese what reviews store in Chinese."""
    with override("zh-hans"):
        return say()


def _beside(measures: Mapping[str, Any]) -> dict[str, Any]:
    """What a closing rate is never shown without: how much of it was undone, and what is late."""
    timely = measures["on_time_closure_rate"]
    return {"reopened": measures["reopen_rate"], "late": timely["denominator"] - timely["numerator"]}


def _ratios(measure: str, mix: Mix) -> dict[str, float | None]:
    """Observed over expected of each place, where the measure is counted over a cohort by category."""
    top, bottom = REGISTER[measure].top, REGISTER[measure].bottom
    if not set(top) | set(bottom) <= MIXED:
        return {}
    whole: dict[str, tuple[int, int]] = {}
    cells = {
        code: {category: (int(total(top, terms)), int(total(bottom, terms))) for category, terms in by.items()}
        for code, by in mix.items()
    }
    for by in cells.values():
        for category, (one, all_of) in by.items():
            so_far = whole.get(category, (0, 0))
            whole[category] = (so_far[0] + one, so_far[1] + all_of)
    return {code: expected_ratio(by, whole) for code, by in cells.items()}


def method_text() -> str:
    """Say how units are compared, as it is printed under every ranking."""
    return _(
        "排名办法：各项指标按可比口径（以全域各类别的平均水平折算本单位类别构成后的比率）由优到劣排列，数值相同名次并列"
        "（1、2、2、4）；分母不足规定数的单位“样本不足，不参与排名”，无数据的不排名；数量多少不计分。小单位的比率向全域均值"
        "收缩（经验贝叶斯），并给出区间；两单位区间重叠的，分不出高下，只说名次可能的范围。办结率与重开占比、逾期件数并列。"
        "综合得分按权重加权，缺项的权重由其余各项分担。表扬、督促各不超过三个单位：得分与中位数相差一分以上，且至少一项确实"
        "优于（劣于）全域、没有一项确实劣于（优于）全域。"
    )
