"""What reviews say in words: changes, missing comparisons, and the names behind codes, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.codes import categories
from cases.models import Source
from cases.words import named
from grid.models import Unit
from grid.scope import LEVELS
from mediation.reviews import periods
from mediation.reviews.figures import DIRECT
from mediation.reviews.figures.comparing import AVERAGE, Note, Trend
from mediation.reviews.figures.places import child_level
from mediation.reviews.indicators import MERGED, NOTHING
from mediation.reviews.models import Review

COMPARED: dict[str, str | Promise] = {
    "yoy": gettext_lazy("同比"),
    "pop": gettext_lazy("环比"),
    AVERAGE: gettext_lazy("较前五年同期均值"),
}
"""Key of a comparison -> its name."""

LEVEL_NAMES: dict[str, str | Promise] = {
    Unit.Level.COUNTY: gettext_lazy("县（市、区）"),
    Unit.Level.TOWNSHIP: gettext_lazy("乡镇（街道）"),
    Unit.Level.VILLAGE: gettext_lazy("村（社区）"),
}


def title_of(review: Review) -> str:
    """Name the period of a review; the kind and the unit stand beside it."""
    return periods.label(periods.starting(review.kind, review.start), get_language() or "")


def change_text(change: Mapping[str, Any] | None) -> str:
    """Say a change in words and an absolute value; over a base of 0 the difference alone (DOMAIN.md 7.4 nos. 2, 4)."""
    if change is None or change["trend"] == Trend.UNKNOWN:
        return NOTHING
    if change["trend"] == Trend.FLAT:
        return _("持平")
    is_up = change["trend"] == Trend.UP
    if "points" in change:
        points = change["points"].lstrip("-")
        return (
            _("上升%(points)s个百分点") % {"points": points}
            if is_up
            else _("下降%(points)s个百分点") % {"points": points}
        )
    if change["percent"] == NOTHING:
        difference = str(change["difference"]).lstrip("-")
        return _("增加%(number)s（基期为0）") % {"number": difference}
    percent = change["percent"].lstrip("-")
    return _("上升%(percent)s") % {"percent": percent} if is_up else _("下降%(percent)s") % {"percent": percent}


def base_text(change: Mapping[str, Any] | None) -> str:
    """Say what a change is a change from."""
    base = (change or {}).get("base")
    if base is None:
        return ""
    return str(base["display"] if "display" in base else base["value"])


def note_text(comparison: Mapping[str, Any]) -> str:
    """Say why there is nothing to compare with; nothing where there is."""
    return {
        Note.NO_SUCH_PERIOD: _("没有可比的同期"),
        Note.TOO_EARLY: _("本期刚开始，尚不可比"),
        Note.DIVISION_CHANGED: _("区划调整，不可比"),
        Note.NOT_RECORDED: _("当时尚无记录，不可比"),
        Note.FEWER_YEARS: _("不足五年"),
    }.get(comparison.get("note", ""), "")


def place_names(review: Review) -> dict[str, str]:
    """Return the names of the places a review is broken down by, by code; the newest bearer's where a code returned."""
    level = child_level(review.unit)
    codes = review.figures.get(f"by_{level.value}", {})
    below = Unit.objects.filter(
        kind=Unit.Kind.DIVISION, level=level, code__in=list(codes), **{LEVELS[review.unit.level]: review.unit_id}
    )
    names = dict(below.order_by("valid_from", "pk").values_list("code", "name"))
    return {code: name_of_child(names, code) for code in codes}


def name_of_child(names: Mapping[str, str], code: str) -> str:
    """The name of one place below, or of what lies below none."""
    return _("直接登记在本级") if code == DIRECT else names.get(code, code)


def category_name(code: str) -> str:
    """The name of a category, or of those of a class told together; one that is gone keeps its code."""
    if code == MERGED:
        return _("合并列示的类别")
    if code.endswith(MERGED):
        return _("%(name)s：合并列示的类别") % {"name": category_name(code.removesuffix(MERGED))}
    category = categories().get(code)
    return named(category) if category else code


def source_name(code: str) -> str:
    """The name of a source."""
    return str(Source(code).label) if code in Source.values else code
