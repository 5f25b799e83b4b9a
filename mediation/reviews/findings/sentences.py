"""Findings in words, as a good clerk writes them. They are made of what a finding stores, so in any language."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

Finding = Mapping[str, Any]


def sentence(finding: Finding) -> str:
    """Return the finding as one sentence in the language that is active."""
    return _SENTENCES[finding["kind"]](finding)


def frozen(finding: dict[str, Any]) -> dict[str, Any]:
    """Return the finding with its sentence in Chinese, as reviews store it."""
    with override("zh-hans"):
        return {**finding, "sentence": sentence(finding)}


def day(text: str, *, before: int = 0) -> str:
    """Say a stored day, or the one so many days before it."""
    said = date.fromisoformat(text) - timedelta(days=before)
    return _("%(month)s月%(day)s日") % {"month": said.month, "day": said.day}


def _words(finding: Finding) -> dict[str, Any]:
    return {
        "place": finding["place_name"],
        "what": finding.get("category_name", ""),
        "days": finding.get("days", ""),
        "first": day(finding["window"]["start"]),
        "last": day(finding["window"]["end"], before=1),
        "since": day(finding["since"]),
        "count": finding["count"],
        "expected": finding.get("expected"),
    }


def _concentration(finding: Finding) -> str:
    words = _words(finding)
    if finding["expected"] is None:
        return (
            _("%(place)s近%(days)s日（%(first)s至%(last)s）发生%(what)s%(count)s起；历史记录不足，暂无法与以往比较。")
            % words
        )
    text = (
        _("%(place)s近%(days)s日（%(first)s至%(last)s）发生%(what)s%(count)s起，以往同样长的时间平均%(expected)s起")
        % words
    )
    return _("%(text)s；%(chance)s") % {"text": text, "chance": _chance(finding)}


def _alarm(finding: Finding) -> str:
    text = _(
        "%(place)s近%(days)s日（%(first)s至%(last)s）%(what)s%(count)s起，按以往水平应为%(expected)s起，"
        "自%(since)s起明显增多"
    ) % _words(finding)
    return _("%(text)s；%(chance)s") % {"text": text, "chance": _chance(finding)}


def _chance(finding: Finding) -> str:
    """How often chance alone does this; a rate over a half is nothing out of the ordinary."""
    rate = finding["false_alarm_rate"]
    if rate is None or rate > 0.5:
        return _("与以往相比属正常波动。")
    if rate < 0.01:
        return _("情况未变而偶然如此的，一百年里不到一年。")
    years = round(rate * 100)
    return ngettext(
        "情况未变而偶然如此的，一百年里约有%(years)s年。", "情况未变而偶然如此的，一百年里约有%(years)s年。", years
    ) % {"years": years}


def _quick(finding: Finding) -> str:
    return _("%(place)s有%(count)s件在上报或交办后两分钟内办结（%(first)s至%(last)s），请抽查是否真实办理。") % _words(
        finding
    )


def _copied(finding: Finding) -> str:
    return _(
        "%(place)s同一上报人有%(count)s件描述相同或几乎相同（%(first)s至%(last)s），请抽查是否一事多报或照抄。"
    ) % _words(finding)


def _split(finding: Finding) -> str:
    return _("%(place)s同一上报人数分钟内就同类事项连续上报%(count)s件（%(first)s），请抽查是否一事拆报。") % _words(
        finding
    )


def _cutoff(finding: Finding) -> str:
    return _("%(place)s在期末%(days)s日内办结%(count)s件，按平日应为%(expected)s件，请抽查是否突击办结。") % _words(
        finding
    )


_SENTENCES: dict[str, Callable[[Finding], str]] = {
    "concentration": _concentration,
    "burst": _alarm,
    "rise": _alarm,
    "quick_closure": _quick,
    "copied": _copied,
    "split": _split,
    "cutoff_burst": _cutoff,
}
