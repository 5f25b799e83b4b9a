"""What a text says things about: one stored review, its names, and which of its numbers are there at all."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from grid.models import Unit
from grid.scope import SHANGHAI, local_day
from mediation.reviews import periods
from mediation.reviews.figures.places import CHILDREN, DIRECT
from mediation.reviews.indicators import HIDDEN, NOTHING
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Review, Suggestion
from mediation.reviews.outline import Figure
from mediation.reviews.periods import Period, chinese_day
from mediation.reviews.quoting import Quoter, UnknownFigure

THIS = {
    Kind.DAILY: "当日",
    Kind.WEEKLY: "本周",
    Kind.MONTHLY: "本月",
    Kind.BIMONTHLY: "本期",
    Kind.QUARTERLY: "本季度",
    Kind.ANNUAL: "本年度",
}
"""What a period calls itself."""

LAST = {
    Kind.DAILY: "前一日",
    Kind.WEEKLY: "上周",
    Kind.MONTHLY: "上月",
    Kind.BIMONTHLY: "上期",
    Kind.QUARTERLY: "上季度",
    Kind.ANNUAL: "上年度",
}
"""What it calls the one before."""

BELOW = {Unit.Level.CITY: "各县（市、区）", Unit.Level.COUNTY: "各乡镇（街道）", Unit.Level.TOWNSHIP: "各村（社区）"}
KINDS_OF_PLACE = ("街道", "市", "县", "区", "旗", "镇", "乡")
"""How names of places end, and so what they call themselves: 全区, 区本级."""


class Facts:
    """Reads one stored review for those who write sentences; nothing is counted here."""

    def __init__(
        self, review: Review, *, agreed: tuple[Suggestion, ...] | None = None, period: Period | None = None
    ) -> None:
        """Look at a review; its figures are all there is.

        ``agreed`` are the suggestions that stand in its paper; None while nobody has decided on any. ``period`` is
        given for what is no period of the calendar: a day of a surge.
        """
        self.review = review
        self.figures: Mapping[str, Any] = review.figures
        self.quoter = Quoter(review.figures)
        self.kind = Kind(review.kind)
        self.period = period or periods.beginning(review.kind, local_day(review.start))
        self.unit: Unit = review.unit
        self.level = Unit.Level(self.unit.level)
        self.this, self.last = THIS[self.kind], LAST[self.kind]
        self.agreed: tuple[Suggestion, ...] | None = agreed

    def __call__(self, ref: str) -> Figure:
        """The number at an address. Raises UnknownFigure."""
        return self.quoter(ref)

    def has(self, ref: str) -> bool:
        """Whether there is a number at the address, and not a dash."""
        try:
            return self.quoter(ref).text != NOTHING
        except UnknownFigure:
            return False

    def number(self, ref: str) -> Decimal:
        """The number at an address as a number; 0 where there is none to be told."""
        known = self.has(ref) and self.quoter(ref).text != HIDDEN
        return Decimal(self.quoter(ref).text.rstrip("%")) if known else Decimal(0)

    def listed(self, name: str) -> list[Mapping[str, Any]]:
        """A list stored beside the measures, such as the findings; empty where the review has none."""
        found = self.figures.get(name)
        return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []

    @cached_property
    def places(self) -> dict[str, str]:
        """Code -> name of each place below that the review is broken down by, in order; what lies at the unit last."""
        codes = [code for code in self.quoter.children if code != DIRECT]
        found = Unit.objects.filter(code__in=codes, level=CHILDREN[self.level]).order_by("valid_from")
        names = {unit.code: unit.name for unit in found}
        said = {code: names.get(code, code) for code in sorted(codes)}
        return {**said, DIRECT: f"{self.kind_of_place}本级"} if DIRECT in self.quoter.children else said

    @property
    def below(self) -> str:
        """What the places below are called together."""
        return BELOW[self.level]

    @property
    def whole(self) -> str:
        """What the unit is called as a whole: 全市."""
        return f"全{self.kind_of_place}"

    @property
    def kind_of_place(self) -> str:
        """What the place is by its name: 市, 县, 区, 街道."""
        return next((kind for kind in KINDS_OF_PLACE if self.unit.name.endswith(kind)), "辖区")

    @property
    def label(self) -> str:
        """The period's name: 2024年2月."""
        return periods.label(self.period)

    @property
    def as_of(self) -> str:
        """``截至2024年2月29日24时``: the moment looked from, which is exclusive."""
        return until(self.review.as_of)

    @property
    def next_month(self) -> int:
        """The month after the period."""
        return self.period.end_on.month


def until(moment: Any) -> str:
    """Say a moment as the end of what happened before it; midnight is 24时 of the day before."""
    local = moment.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"截至{chinese_day(local.date() - timedelta(days=1))}24时"
    minutes = f"{local.minute}分" if local.minute else ""
    return f"截至{chinese_day(local.date())}{local.hour}时{minutes}"
