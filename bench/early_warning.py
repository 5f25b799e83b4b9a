"""Does early warning warn, how soon, and how often for nothing? Simulated years with injected clusters and rises.

The same simulation, smaller, is a test (tests/reviews/test_early_warning.py). ``run`` writes its tables into
docs/findings.md.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from bench.chance import Days, cusum, ears_c2, ears_c3
from mediation.reviews.findings.warning import (
    GAP_DAYS,
    LEAST,
    SPOT_DAYS,
    WEEK,
    Rule,
    Series,
    raised,
    spot_chance,
    spot_per_day,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
BEGIN, END = "<!-- bench early_warning begins -->", "<!-- bench early_warning ends -->"

YEAR = 365
PAST = 104 * WEEK + GAP_DAYS + WEEK
"""Days of history before the first one watched."""
VILLAGES = 8
"""Places of a unit in the simulation: a small township's villages. All bring alike."""
SEED = 20261122


@dataclass
class Unit:
    """One unit and category: daily counts of each of its villages."""

    villages: list[list[int]]

    @property
    def days(self) -> list[int]:
        """The unit's own daily counts."""
        return [sum(day) for day in zip(*self.villages, strict=True)]


def made(mean: float, days: int, dice: Random, *, villages: int = VILLAGES) -> Unit:
    """A unit where nothing changes."""
    source = Days(mean / villages, dice)
    return Unit([source.draw(days) for _village in range(villages)])


def cluster(unit: Unit, first: int, dice: Random, *, together: bool, extra: int = 6, days: int = 7) -> None:
    """Add a cluster: so many records within so many days, the first of them on ``first``."""
    one = dice.randrange(len(unit.villages))
    for number in range(extra):
        village = one if together else dice.randrange(len(unit.villages))
        unit.villages[village][first + (dice.randrange(days) if number else 0)] += 1


def rise(
    unit: Unit, first: int, dice: Random, *, mean: float, share: float = 0.6, days: int = 28, places: int = VILLAGES
) -> None:
    """Add a rise by ``share`` of the unit's mean over so many days, spread over so many of its villages."""
    source = Days(mean * share / places, dice)
    for village in dice.sample(unit.villages, places):
        for number, count in enumerate(source.draw(days)):
            if first + number < len(village):
                village[first + number] += count


def warned(unit: Unit, first: int, last: int) -> list[tuple[int, str]]:
    """Return day and rule of all warnings from ``first`` to ``last``, as the evenings of those days gave them."""
    series = Series(unit.days)
    found = []
    for day in range(first, last + 1):
        found += [(day, alarm.rule.value) for alarm in raised(series, day)]
        if spotted(unit, series, day):
            found.append((day, "spot"))
    return found


def spotted(unit: Unit, series: Series, day: int) -> bool:
    """Whether the rule for one village holds on a day."""
    after, before = day + 1 - GAP_DAYS, day + 1 - GAP_DAYS - 52 * WEEK
    for village in unit.villages:
        count = sum(village[day + 1 - SPOT_DAYS : day + 1])
        if count < LEAST:
            continue
        past = series.past(day)
        if past is None:
            continue
        per_day = spot_per_day(sum(village[before:after]), past, len(unit.villages), 52 * WEEK)
        if spot_chance(count, per_day, past, len(unit.villages)) <= past.share(Rule.SPOT):
            return True
    return False


def false_years(mean: float, years: int, dice: Random) -> dict[str, float]:
    """Return the share of quiet years with a warning, of any rule and of each."""
    seen = {"any": 0, "burst": 0, "rise": 0, "spot": 0}
    for _year in range(years):
        rules = {rule for _day, rule in warned(made(mean, PAST + YEAR, dice), PAST, PAST + YEAR - 1)}
        seen["any"] += bool(rules)
        for rule in rules:
            seen[rule] += 1
    return {rule: count / years for rule, count in seen.items()}


def delays(
    mean: float, runs: int, dice: Random, inject: Callable[[Unit, int, Random], None], longest: int
) -> list[int | None]:
    """Return after how many days each injected change was found (1: on its first evening); None if not so soon.

    A run in which something was found in the week before is drawn anew: the change would take the credit for chance.
    """
    found: list[int | None] = []
    while len(found) < runs:
        unit = made(mean, PAST + WEEK + longest, dice)
        if warned(unit, PAST, PAST + WEEK - 1):
            continue
        inject(unit, PAST + WEEK, dice)
        days = [day for day, _rule in warned(unit, PAST + WEEK, PAST + WEEK + longest - 1)]
        found.append(min(days) - PAST - WEEK + 1 if days else None)
    return found


def within(found: Sequence[int | None], days: int) -> float:
    """Return the share found within so many days."""
    return sum(1 for delay in found if delay is not None and delay <= days) / len(found)


# -- The tables -------------------------------------------------------------------------------------------------------


def quiet_table(dice: Random, years: int) -> list[str]:
    """False alarms over bases."""
    lines = [
        "| records a day | years with a false alarm | burst | rise | one village |",
        "|---:|---:|---:|---:|---:|",
    ]
    for mean in (0.01, 0.05, 0.1, 0.15, 0.2, 0.5, 1.0, 3.0, 10.0):
        found = false_years(mean, years, dice)
        lines.append(
            f"| {mean:g} | " + " | ".join(f"{found[rule]:.1%}" for rule in ("any", "burst", "rise", "spot")) + " |"
        )
    return lines


def cluster_table(dice: Random, runs: int) -> list[str]:
    """Clusters of 6 in 7 days, in one village and scattered."""
    lines = [
        "| records a day | in one village: within 7 days | scattered: within 7 days | scattered: within 14 days |",
        "|---:|---:|---:|---:|",
    ]
    for mean in (0.01, 0.05, 0.1, 0.15, 0.2):
        together = delays(mean, runs, dice, lambda u, f, d: cluster(u, f, d, together=True), 7)
        apart = delays(mean, runs, dice, lambda u, f, d: cluster(u, f, d, together=False), 14)
        lines.append(f"| {mean:g} | {within(together, 7):.1%} | {within(apart, 7):.1%} | {within(apart, 14):.1%} |")
    return lines


def rise_table(dice: Random, runs: int) -> list[str]:
    """A rise by 60 % over 28 days, in one village, in half of them and in all."""
    lines = [
        "| records a day | more in | within 14 days | within 21 days | within 24 days | within 28 days |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for mean in (1.0, 2.0, 3.0, 5.0, 10.0):
        for places, name in ((1, "one village"), (2, "two"), (VILLAGES // 2, "half of them"), (VILLAGES, "all alike")):
            inject = partial(rise, mean=mean, places=places)
            found = delays(mean, runs, dice, inject, 28)
            shares = " | ".join(f"{within(found, days):.1%}" for days in (14, 21, 24, 28))
            lines.append(f"| {mean:g} | {name} | {shares} |")
    return lines


def other_table(dice: Random, years: int, runs: int) -> list[str]:
    """CUSUM and EARS on a base of 3 a day that is known exactly, with limits that give the same false alarms."""
    quiet = [Days(3.0, dice).draw(YEAR + 60) for _year in range(years)]
    rising = [Days(3.0, dice).draw(60) + Days(4.8, dice).draw(21) for _run in range(runs)]
    methods: dict[str, Callable[[list[int]], list[float]]] = {
        "Poisson CUSUM, reference 1.5": lambda days: list(cusum(days, 3.0, 1.5))[60:],
        "EARS C2": lambda days: [ears_c2(days, day) for day in range(60, len(days))],
        "EARS C3": lambda days: [ears_c3(days, day) for day in range(60, len(days))],
        "sum of 21 days": lambda days: [float(sum(days[day - 20 : day + 1])) for day in range(60, len(days))],
    }
    lines = ["| method, base known | false alarms a year | +60 % found within 21 days |", "|---|---:|---:|"]
    for name, method in methods.items():
        highest = sorted(max(method(days)) for days in quiet)
        limit = highest[int(len(highest) * 0.95)]
        false = sum(value > limit for value in highest) / len(highest)
        hit = sum(max(method(days)) > limit for days in rising) / len(rising)
        lines.append(f"| {name} | {false:.1%} | {hit:.1%} |")
    return lines


def run(years: int = 200, runs: int = 400) -> None:
    """Simulate, print the tables, and write them into the page."""
    began = time.perf_counter()
    tables = {
        f"False alarms, {years} quiet years each": quiet_table(Random(SEED), years),
        f"Six more records within 7 days, {runs} runs each": cluster_table(Random(SEED + 1), runs),
        f"60 % more over four weeks, {runs} runs each": rise_table(Random(SEED + 2), runs),
        "Other methods, 3 records a day": other_table(Random(SEED + 3), 2000, runs),
    }
    text = "\n\n".join(f"{title}:\n\n" + "\n".join(lines) for title, lines in tables.items())
    print(text)
    print(f"({time.perf_counter() - began:.0f} s)")
    if PAGE.exists():
        page = PAGE.read_text("utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
