"""Drafts of what to do about a finding: a sentence for a person to accept, change or drop (FEATURES.md row 91).

Nobody's words yet: who accepts a draft owns it from then on, with an owner and a day (``Suggestion``).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Finding = Mapping[str, Any]

CLASSES = {
    "01": "dispute",
    "02": "hazard",
    "03": "order",
    "04": "appeal",
    "05": "service",
}
"""Class of a category (DOMAIN.md 4.2) -> what kind of advice fits."""


def suggestions(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return drafts for the findings of a review's figures that warn, and for its ranking and guard.

    Each: ``finding`` (id, or empty for the ranking), ``kind``, ``place``, ``place_name`` and ``text`` in the language
    that is active. The surest first, one per place and category.
    """
    drafts, seen = [], set()
    for finding in sorted(figures.get("findings", ()), key=_surest):
        key = finding["place"], finding["category"]
        if finding["warns"] and key not in seen:
            seen.add(key)
            drafts.append(_draft(finding, _advice(finding)))
    drafts += [_draft(finding, _GUARD[finding["kind"]](finding)) for finding in figures.get("guard", ())]
    drafts += [
        _draft({"place": unit["unit"], "place_name": unit["name"]}, _urged(unit))
        for unit in figures.get("comparison", {}).get("urged", ())
    ]
    return drafts


def _surest(finding: Finding) -> tuple[float, str]:
    rate = finding["false_alarm_rate"]
    return (1.0 if rate is None else float(rate)), str(finding["id"])


def _draft(finding: Finding, text: str) -> dict[str, Any]:
    return {
        "finding": finding.get("id", ""),
        "kind": finding.get("kind", "urged"),
        "place": finding["place"],
        "place_name": finding["place_name"],
        "text": text,
    }


def _advice(finding: Finding) -> str:
    words = {"place": finding["place_name"], "what": finding["category_name"]}
    kind = CLASSES.get(finding["category"][:2], "service")
    return _ADVICE[kind]() % words


_ADVICE: dict[str, Callable[[], str]] = {
    "dispute": lambda: _(
        "建议由%(place)s会同相关部门对近期%(what)s逐件回看，查明共同起因，有共因的集中化解，并在两周内报告进展。"
    ),
    "hazard": lambda: _("建议由%(place)s会同主管部门对%(what)s开展一次集中排查整改，逐处明确责任人和完成时限。"),
    "order": lambda: _("建议由%(place)s商请公安机关对%(what)s多发时段、地点加强巡查防范，并开展有针对性的提示宣传。"),
    "appeal": lambda: _("建议由主管部门就%(place)s%(what)s事项统一研究答复口径，明确办理时限，防止同一诉求反复上报。"),
    "service": lambda: _("建议由主管部门就%(place)s%(what)s事项研究一揽子解决办法，从源头减少同类上报。"),
}


def _quick(finding: Finding) -> str:
    return _("建议对%(place)s两分钟内办结的事件按日抽查，查实未办理的退回重办。") % {"place": finding["place_name"]}


def _copied(finding: Finding) -> str:
    return _("建议对%(place)s描述雷同的上报逐件核实，一事多报的并件，不实的退回补正。") % {
        "place": finding["place_name"]
    }


def _cutoff(finding: Finding) -> str:
    return _("建议对%(place)s期末集中办结的事件抽查回访，核对办理结果。") % {"place": finding["place_name"]}


def _urged(unit: Finding) -> str:
    return _("建议%(place)s对照各项指标查找短板，提出改进措施，下期报告改进情况。") % {"place": unit["name"]}


_GUARD: dict[str, Callable[[Finding], str]] = {
    "quick_closure": _quick,
    "copied": _copied,
    "split": _copied,
    "cutoff_burst": _cutoff,
}
