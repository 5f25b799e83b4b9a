"""Pieces of SVG: elements with escaped words, the frame that says what a drawing shows, and its colours.

Only presentation attributes are used, no styles: a page's content security policy allows no inline style.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from mediation.reviews.outline import Chart
from mediation.reviews.render.wording import clean

FONT = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
INK, GREY, PALE = "#1a1a1a", "#666666", "#d9d9d9"
SERIES = ("#1f4e79", "#e08a1e", "#7fb3d5", "#5b5b5b")
"""Colours of series: told apart by lightness too, so also in grey print and by the colour-blind."""
DASHES = ("", "7 4", "2 3", "9 3 2 3")
SHADES = ("#eff3fa", "#bfd3e8", "#85b0d6", "#3f7fb8", "#123f73")
"""Five classes, each darker than the one before."""


@dataclass(frozen=True)
class Drawing:
    """An SVG and its size in its own units."""

    svg: str
    width: float
    height: float


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An element; ``_`` in names of attributes stands for ``-``. ``inside`` must be SVG already (``words`` escapes)."""
    pairs = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    body = "".join(inside)
    return f"<{name}{''.join(pairs)}>{body}</{name}>" if body else f"<{name}{''.join(pairs)}/>"


def words(text: str) -> str:
    """Escape words and drop what XML cannot hold."""
    return escape(clean(text))


def label(
    x: float, y: float, text: str, *, size: float = 12, anchor: str = "start", fill: str = INK, **more: object
) -> str:
    """A line of words."""
    return tag("text", words(text), x=_round(x), y=_round(y), font_size=size, text_anchor=anchor, fill=fill, **more)


Links = Mapping[str, str]
"""Address of a number (``Figure.ref``) -> the page of the records behind it."""
NO_LINKS: Links = {}


def linked(drawn: str, url: str, said: str) -> str:
    """What is drawn, as a link that says in words what it is of; as it is without a page to open."""
    return tag("a", drawn, href=url, aria_label=clean(said)) if url else drawn


def framed(chart: Chart, width: float, height: float, *parts: str, is_linked: bool = False) -> Drawing:
    """Put the drawing into its frame, with the title and the words for those who do not see it.

    What is ``is_linked`` is no picture but a group: a picture hides the links in it from those who hear a page.
    """
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in chart.id) or "chart"
    svg = tag(
        "svg",
        tag("title", words(chart.title), id=f"{name}-title"),
        tag("desc", words(chart.alt) or " ", id=f"{name}-desc"),
        tag("rect", width=_round(width), height=_round(height), fill="#ffffff"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_round(width)} {_round(height)}",
        width=_round(width),
        height=_round(height),
        role="group" if is_linked else "img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_family=FONT,
    )
    return Drawing(svg, width, height)


def legend(names: tuple[str, ...], x: float, y: float, *, lines: bool = False) -> str:
    """Swatches of the series beside each other."""
    drawn = []
    for nth, name in enumerate(names):
        colour = SERIES[nth % len(SERIES)]
        if lines:
            dash = DASHES[nth % len(DASHES)]
            drawn.append(
                tag("line", x1=x, y1=y - 4, x2=x + 26, y2=y - 4, stroke=colour, stroke_width=2.2, stroke_dasharray=dash)
            )
        else:
            drawn.append(tag("rect", x=x, y=y - 10, width=18, height=11, fill=colour))
        drawn.append(label(x + 32, y, name))
        x += 32 + 12 * len(name) + 24
    return "".join(drawn)


def ticks(least: Decimal, most: Decimal, count: int = 5) -> list[Decimal]:
    """Round numbers from at most ``least`` to at least ``most``, zero among them, about ``count`` steps."""
    low, high = min(least, Decimal(0)), max(most, Decimal(0))
    if low == high:
        high = Decimal(1)
    rough = (high - low) / count
    power = Decimal(10) ** rough.adjusted()
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    return [step * nth for nth in range(int(first), int(last) + 1)]


def written(number: Decimal) -> str:
    """A number on an axis: no needless zeros."""
    return f"{number.normalize():f}"


def _round(number: float) -> float:
    return round(float(number), 2)
