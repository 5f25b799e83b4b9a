"""Concentrations: three or more of one subcategory in one village within 14 days (DOMAIN.md 7.1, clusters).

A list of facts, not of alarms: many are what the place always has. So each says what was to be expected there, and how
often chance alone does as much; the rare ones warn (``warning.SPOT_DAYS`` and the share of that rule).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mediation.reviews.figures.looking import Look, rows
from mediation.reviews.findings.counting import PAST_DAYS, Stream, came, daily, last_day, parameters, within
from mediation.reviews.findings.warning import GAP_DAYS, LEAST, SPOT_DAYS


@dataclass(frozen=True)
class Concentration:
    """The densest 14 days of one village and category that end in the period."""

    village: int
    category: str
    last: date
    count: int
    past: int
    """What the village had of the category in the ``PAST_DAYS`` before."""

    @property
    def first(self) -> date:
        """The first of the 14 days."""
        return self.last - timedelta(days=SPOT_DAYS - 1)


def concentrations(look: Look, stream: Stream, first: date, left_out: Collection[str]) -> list[Concentration]:
    """Return the concentrations of the days from ``first`` to the look's end, without some categories.

    One statement finds them, one reads the past of the villages concerned.
    """
    from_day = first - timedelta(days=SPOT_DAYS - 1)
    days = within(look, from_day, last_day(look) + timedelta(days=1), child="village_id")
    sql = f"""{daily(days, stream)},
sums as (
    select child, category_id, day,
        sum(number) over (
            partition by child, category_id order by day range between {SPOT_DAYS - 1} preceding and current row
        ) as number
    from daily where child is not null and not category_id = any (%(left_out)s)
)
select distinct on (child, category_id) child, category_id, day, number
from sums where number >= {LEAST} and day >= {SPOT_DAYS - 1}
order by child, category_id, number desc, day desc"""
    found = rows(sql, parameters(days, left_out=list(left_out)))
    past = _past(look, stream, first, {(child, category) for child, category, _day, _count in found})
    return [
        Concentration(child, category, from_day + timedelta(days=day), int(count), past.get((child, category), 0))
        for child, category, day, count in found
    ]


def _past(look: Look, stream: Stream, first: date, wanted: set[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
    if not wanted:
        return {}
    after = first - timedelta(days=GAP_DAYS)
    before = within(look, after - timedelta(days=PAST_DAYS), after, child="village_id")
    # Where no place was corrected a record lies where its row says: the other villages need not be read.
    here = "r.village_id = any (%(villages)s)" if stream.line.record in look.unmoved else "true"
    sql = f"""{came(before, stream, where=here)}
select child, category_id, count(*) from came
join unnest(%(villages)s::bigint[], %(categories)s::text[]) as asked(village, category)
    on asked.village = child and asked.category = category_id
group by 1, 2"""
    pairs = sorted(wanted)
    known = {"villages": [pair[0] for pair in pairs], "categories": [pair[1] for pair in pairs]}
    return {(child, category): int(count) for child, category, count in rows(sql, parameters(before, **known))}
