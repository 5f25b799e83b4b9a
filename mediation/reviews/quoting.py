"""Quoting a stored review: the address of each number in it, and how the number is written.

An address (ref) is what texts, pages, documents and tests say a number by:

    closure_rate                          the measure as displayed; a count, an amount in yuan, a rate
    closure_rate.numerator                one of the two counts of a rate; also ``.denominator``
    141102000000.closure_rate             the same of a place below (``direct`` for what lies at the unit itself)
    yoy.closure_rate                      its change against last year as a phrase: 上升1.20个百分点; ``pop`` likewise
    yoy.closure_rate.base                 what it was then
    yoy.disputes_found.difference         by how many it changed; also ``.percent`` and ``.points``
    reported_valid_by_category.0101       a breakdown
    course.0.closure_rate                 a measure of the first month of a quarter (quarter of a year)
    course.0.yoy.closure_rate             and its change, as above
    findings.3.count                      a key of a finding, by its place in the list
    closure_rate.rest                     and what else follows by plain arithmetic (``mediation.reviews.derived``)

Whatever is quoted may leave the unit, in a paper or as a file. So the figures of places below that would tell of one or
two people are quoted as ``*`` (``hiding``), and in rankings too; and one or two matters of a restricted category
together with others.

Written texts hold addresses in braces: ``本月受理{disputes_accepted}件``. They are looked up in the snapshot each
time, so a figure can be placed anywhere but never typed over.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from mediation.reviews.derived import breakdown, part_of, shares
from mediation.reviews.hiding import for_outside
from mediation.reviews.indicators import HIDDEN, MERGED, NOTHING
from mediation.reviews.outline import Figure, Run, Text

COMPARED = ("yoy", "pop")
HIDDEN_NOTE = "“*”：涉及人员不足3人，或可据以推算出不足3人的数，不予列出。"
"""What stands under a table with hidden cells. Papers are Chinese whatever language is set."""
MERGED_NOTE = "“合并列示的类别”：受限类别不足3件的，与数量最少的其他类别合并，不单列。"
"""What stands under a break-down in which a restricted category is told with another."""
PARTS = ("numerator", "denominator", "rest", "value", "count")
"""What may be asked of a hidden figure."""
QUOTED = re.compile(r"\{([a-z0-9_.]+)\}")


class UnknownFigure(Exception):
    """A review has no number at this address."""

    def __init__(self, ref: str) -> None:
        super().__init__(_("本期数据中没有“%(ref)s”。") % {"ref": ref})
        self.ref = ref


class Quoter:
    """Reads numbers out of the stored object of one review (LEDGER.md section 4)."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        """Quote from ``figures``, as ``Review.figures`` holds them: what of them may leave the unit."""
        self.figures = figures = for_outside(figures)
        self.children: Mapping[str, Any] = next((figures[key] for key in figures if key.startswith("by_")), {})

    def __call__(self, ref: str) -> Figure:
        """Return the number at an address. Raises UnknownFigure."""
        try:
            return Figure(ref, self._text(ref.split(".")))
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise UnknownFigure(ref) from error

    def text(self, written: str) -> Text:
        """Return a written text with its addresses looked up. Raises UnknownFigure for the first it cannot find."""
        runs: list[Run] = []
        end = 0
        for match in QUOTED.finditer(written):
            runs += [written[end : match.start()], self(match[1])]
            end = match.end()
        return tuple(run for run in (*runs, written[end:]) if run != "")

    def _text(self, parts: list[str]) -> str:
        first, *rest = parts
        if first in COMPARED:
            return self._changed(self.figures["comparisons"][first]["measures"][rest[0]], rest[1:])
        if first == "course":
            return self._step(self.figures["course"][int(rest[0])], rest[1:])
        if first in self.children:
            return measured(self.children[first][rest[0]], rest[1:])
        if first in self.figures["measures"]:
            return measured(self.figures["measures"][first], rest)
        counts = breakdown(self.figures, first)
        if counts is not None and rest:
            return shares(counts)[rest[0]] if rest[1:] == ["share"] else _leaf(counts[".".join(rest)])
        found: Any = self.figures[first]
        for part in rest:
            found = found[int(part)] if isinstance(found, list) else found[part]
        return _leaf(found)

    def _step(self, step: Mapping[str, Any], rest: list[str]) -> str:
        if rest[0] in COMPARED:
            return self._changed(step[rest[0]]["measures"][rest[1]], rest[2:])
        return measured(step["measures"][rest[0]], rest[1:])

    def _changed(self, change: Mapping[str, Any], rest: list[str]) -> str:
        if not rest:
            return change_phrase(change)
        if rest[0] == "base":
            return measured(change["base"], rest[1:])
        return _leaf(change[rest[0]])


def measured(figure: Mapping[str, Any], rest: list[str] | None = None) -> str:
    """How a stored measure is written: its display, or its value; or one part of it."""
    if "hidden" in figure and (not rest or rest[0] in PARTS):
        return HIDDEN
    if rest:
        return _leaf(part_of(figure, rest[0]))
    return _leaf(figure["display"] if "display" in figure else figure["value"])


def notes_on(rows: Iterable[Iterable[Run]]) -> tuple[str, ...]:
    """What is said under a table about cells that are hidden in it; nothing where none are."""
    return (HIDDEN_NOTE,) if any(isinstance(run, Figure) and run.text == HIDDEN for row in rows for run in row) else ()


def merged_note(codes: Iterable[str]) -> tuple[str, ...]:
    """What is said under a break-down about categories told together; nothing where none are."""
    return (MERGED_NOTE,) if any(code.endswith(MERGED) for code in codes) else ()


def change_phrase(change: Mapping[str, Any]) -> str:
    """How a change is said: 上升12.30%, 下降0.45个百分点, 持平, or — (DOMAIN.md 7.4 nos. 2 and 4).

    A count over a base of 0 has no percentage; the difference is said instead: 增加5.
    """
    trend = change["trend"]
    if trend == "unknown":
        return NOTHING
    if trend == "flat":
        return _("持平")
    if "points" in change:
        size = str(change["points"]).lstrip("-")
        said = _("上升%(size)s个百分点") if trend == "up" else _("下降%(size)s个百分点")
        return said % {"size": size}
    percent = str(change["percent"]).lstrip("-")
    if percent == NOTHING:
        return (_("增加%(size)s") if trend == "up" else _("减少%(size)s")) % {
            "size": str(change["difference"]).lstrip("-")
        }
    return (_("上升%(size)s") if trend == "up" else _("下降%(size)s")) % {"size": percent}


def _leaf(found: Any) -> str:
    if isinstance(found, dict | list):
        raise TypeError("An address must lead to one number.")
    return NOTHING if found is None else str(found)
