"""Charts as SVG, drawn on the server: for paper, for DOCX, and on pages without scripts.

A chart says what it shows (title, desc, role=img), writes the numbers beside what it draws, and leaves a gap where a
figure has no number.
"""

from collections.abc import Sequence
from decimal import Decimal

from mediation.reviews.outline import Chart, ChartKind, Figure
from mediation.reviews.render.county_map import county_map
from mediation.reviews.render.sizes import HOUSE, Page
from mediation.reviews.render.svg import (
    DASHES,
    GREY,
    INK,
    NO_LINKS,
    PALE,
    SERIES,
    Drawing,
    Links,
    framed,
    label,
    legend,
    linked,
    tag,
    ticks,
    written,
)
from mediation.reviews.render.svg import words as words_in
from mediation.reviews.render.values import value_of

WIDTH = 640.0
BAR, BETWEEN = 16.0, 7.0
"""Thickness of a bar, and the space between groups of bars; bars of several series are thinner."""
LABEL_AT_MOST = 13
"""How many characters of a label are drawn; the whole of it is in the bar's own title."""
LINE_HEIGHT = 300.0
FINGER = 12.0
"""How far around a dot a touch of it counts."""


def drawing_of(chart: Chart, links: Links = NO_LINKS) -> Drawing:
    """Return the chart as a drawing; a number whose address is in ``links`` opens the page given there."""
    match chart.kind:
        case ChartKind.BAR:
            return _bars(chart, links)
        case ChartKind.LINE:
            return _lines(chart, links)
        case ChartKind.MAP:
            return county_map(chart, links)


def svg_of(chart: Chart, links: Links = NO_LINKS) -> str:
    """Return the chart as an SVG document."""
    return drawing_of(chart, links).svg


def numbers(figures: Sequence[Figure]) -> list[Decimal | None]:
    """The numbers drawn, None for gaps."""
    found = [value_of(figure) for figure in figures]
    return [value.number if value else None for value in found]


def _range(chart: Chart) -> list[Decimal]:
    """The ticks over all numbers of a chart."""
    known = [number for one in chart.series for number in numbers(one.figures) if number is not None]
    return ticks(min(known, default=Decimal(0)), max(known, default=Decimal(0)))


def _short(text: str) -> str:
    return text if len(text) <= LABEL_AT_MOST else f"{text[: LABEL_AT_MOST - 1]}…"


def _bars(chart: Chart, links: Links) -> Drawing:
    steps = _range(chart)
    head = 30.0 if len(chart.series) > 1 else 8.0
    left = 16.0 + 12.5 * max((len(_short(name)) for name in chart.labels), default=1)
    # Room for the numbers written at the ends of the bars, on both sides of zero.
    right = WIDTH - 64
    if steps[0] < 0:
        left += 48
    scale = (right - left) / float(steps[-1] - steps[0])
    zero = left - float(steps[0]) * scale
    bar = BAR if len(chart.series) < 2 else 11.5
    group = bar * len(chart.series) + BETWEEN
    bottom = head + group * len(chart.labels) + 4
    parts = [legend(tuple(one.name for one in chart.series), left, 20)] if len(chart.series) > 1 else []
    for step in steps:
        x = left + float(step - steps[0]) * scale
        parts.append(tag("line", x1=round(x, 2), y1=head, x2=round(x, 2), y2=bottom, stroke=PALE, stroke_width=1))
        parts.append(label(x, bottom + 15, written(step), size=11, anchor="middle", fill=GREY))
    values = [numbers(one.figures) for one in chart.series]
    for row, name in enumerate(chart.labels):
        top = head + group * row + BETWEEN / 2
        x = left - (54 if steps[0] < 0 else 6)
        parts.append(label(x, top + bar * len(values) / 2 + 4.5, _short(name), anchor="end"))
        for nth, one in enumerate(chart.series):
            drawn = _bar(
                zero, scale, top + bar * nth, bar, values[nth][row], one.figures[row], SERIES[nth % len(SERIES)]
            )
            said = f"{name} {one.name} {one.figures[row]}"
            bar_with_words = tag("g", tag("title", words_in(said)), drawn)
            parts.append(linked(bar_with_words, links.get(one.figures[row].ref, ""), said))
    parts.append(tag("line", x1=round(zero, 2), y1=head, x2=round(zero, 2), y2=bottom, stroke=INK, stroke_width=1.2))
    return framed(chart, WIDTH, bottom + 24, *parts, is_linked=bool(links))


def _bar(
    zero: float, scale: float, top: float, height: float, number: Decimal | None, figure: Figure, colour: str
) -> str:
    if number is None:
        return label(zero + 6, top + height / 2 + 4, figure.text, size=11, fill=GREY)
    length = float(number) * scale
    foot = top + height / 2 + 4
    x = min(zero, zero + length)
    bar = tag("rect", x=round(x, 2), y=round(top + 1, 2), width=round(abs(length), 2), height=height - 1.5, fill=colour)
    if length < 0:
        return bar + label(x - 5, foot, figure.text, size=11, anchor="end")
    return bar + label(x + abs(length) + 5, foot, figure.text, size=11)


def _lines(chart: Chart, links: Links) -> Drawing:
    steps = _range(chart)
    head, left, right, bottom = 34.0, 52.0, WIDTH - 60, LINE_HEIGHT - 34
    parts = [legend(tuple(one.name for one in chart.series), left, 20, lines=True)]
    for step in steps:
        y = bottom - float((step - steps[0]) / (steps[-1] - steps[0])) * (bottom - head)
        parts.append(tag("line", x1=left, y1=round(y, 2), x2=right, y2=round(y, 2), stroke=PALE if step else GREY))
        parts.append(label(left - 6, y + 4, written(step), size=11, anchor="end", fill=GREY))
    gap = (right - left) / max(len(chart.labels), 1)
    across = [left + gap * (nth + 0.5) for nth in range(len(chart.labels))]
    # As many labels as there is room for, the last one always.
    every = max(
        1, -(-len(chart.labels) * max((len(name) for name in chart.labels), default=1) * 12 // int(right - left))
    )
    for nth, name in enumerate(chart.labels):
        if (len(chart.labels) - 1 - nth) % every == 0:
            parts.append(label(across[nth], bottom + 18, name, size=11, anchor="middle", fill=GREY))
    for nth, one in enumerate(chart.series):
        points = [
            None
            if number is None
            else (across[at], bottom - float((number - steps[0]) / (steps[-1] - steps[0])) * (bottom - head))
            for at, number in enumerate(numbers(one.figures))
        ]
        said = [f"{name} {one.name} {figure}" for name, figure in zip(chart.labels, one.figures, strict=True)]
        parts.append(_line(points, nth, said, [links.get(figure.ref, "") for figure in one.figures]))
        parts.append(_ends(points, one.figures, SERIES[nth % len(SERIES)]))
    return framed(chart, WIDTH, LINE_HEIGHT, *parts, is_linked=bool(links))


Point = tuple[float, float]


def _line(points: Sequence[Point | None], nth: int, said: Sequence[str], urls: Sequence[str]) -> str:
    """A line that stops at a gap and goes on after it, with a mark at each number."""
    colour, dash = SERIES[nth % len(SERIES)], DASHES[nth % len(DASHES)]
    parts = []
    run: list[Point] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            path = " ".join(f"{x:.2f},{y:.2f}" for x, y in run)
            parts.append(
                tag("polyline", points=path, fill="none", stroke=colour, stroke_width=2.2, stroke_dasharray=dash)
            )
        run = []
    for point, words, url in zip(points, said, urls, strict=True):
        if point is not None:
            title = tag("title", words_in(words))
            place = {"cx": round(point[0], 2), "cy": round(point[1], 2)}
            dot = tag("circle", title, **place, r=3.2, fill=colour)
            # A dot is hard to hit: around one that opens something there is room for a finger.
            around = tag("circle", **place, r=FINGER, fill="none", pointer_events="all") if url else ""
            parts.append(linked(around + dot, url, words))
    return "".join(parts)


def _ends(points: Sequence[Point | None], figures: Sequence[Figure], colour: str) -> str:
    """The last number of a line, beside it."""
    known = [(point, figure) for point, figure in zip(points, figures, strict=True) if point is not None]
    if not known:
        return ""
    (x, y), figure = known[-1]
    return label(x + 7, y + 4, figure.text, size=11, fill=colour)


def chart_share(chart: Chart, page: Page) -> float:
    """How much of the width of the type area a chart takes; never so much that it is higher than half of it."""
    drawing = drawing_of(chart)
    widest = 0.6 if page is HOUSE or chart.kind is ChartKind.MAP else 0.96
    return min(widest, page.height / 2 * drawing.width / drawing.height / page.width)
