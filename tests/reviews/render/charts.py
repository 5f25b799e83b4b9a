"""Charts made of a stored review, each number looked up in it, each with words for those who do not see it."""

from collections.abc import Mapping, Sequence

from mediation.reviews.figures.places import DIRECT
from mediation.reviews.indicators import REGISTER
from mediation.reviews.outline import Chart, ChartKind, Figure, Series
from mediation.reviews.quoting import Quoter
from mediation.reviews.render.county_map import has_map

SAID_AT_MOST = 30
"""How many numbers the words of a chart name; a table has the others."""
BARS_AT_MOST = 20


def places_bar(quote: Quoter, names: Mapping[str, str], measure: str, *, title: str = "") -> Chart:
    """A measure of the places below, in the order of their codes; the largest twenty where there are more."""
    codes = sorted(quote.children, key=lambda code: (code == DIRECT, code))
    if len(codes) > BARS_AT_MOST:
        codes = sorted(codes, key=lambda code: -_size(quote, code, measure))[:BARS_AT_MOST]
    figures = tuple(quote(f"{code}.{measure}") for code in codes)
    labels = tuple(names.get(code, code) for code in codes)
    name = str(REGISTER[measure].name)
    title = title or f"各{below_of(quote.figures)}{name}"
    return Chart(f"places-{measure}", ChartKind.BAR, title, labels, (Series(name, figures),), alt_of(labels, figures))


def places_map(quote: Quoter, names: Mapping[str, str], measure: str, *, title: str = "") -> Chart | None:
    """A measure of the counties of a city on its outlines, or None where there are no outlines of them all."""
    codes = tuple(sorted(code for code in quote.children if code != DIRECT))
    if not has_map(codes):
        return None
    figures = tuple(quote(f"{code}.{measure}") for code in codes)
    labels = tuple(names.get(code, code) for code in codes)
    name = str(REGISTER[measure].name)
    title = title or f"各{below_of(quote.figures)}{name}分布"
    series = (Series(name, figures),)
    return Chart(f"map-{measure}", ChartKind.MAP, title, codes, series, alt_of(labels, figures), labels)


def breakdown_bar(quote: Quoter, key: str, names: Mapping[str, str], *, title: str = "", most: int = 10) -> Chart:
    """The most frequent codes of a breakdown."""
    codes = most_frequent(quote, key)[:most]
    figures = tuple(quote(f"{key}.{code}") for code in codes)
    labels = tuple(names.get(code, code) for code in codes)
    title = title or f"最多的{len(codes)}类"
    return Chart(key, ChartKind.BAR, title, labels, (Series("件数", figures),), alt_of(labels, figures))


def most_frequent(quote: Quoter, key: str) -> list[str]:
    """The codes of a breakdown, the most frequent first, equals by code."""
    counts: Mapping[str, int] = quote.figures[key]
    return sorted(counts, key=lambda code: (-counts[code], code))


def alt_of(labels: Sequence[str], figures: Sequence[Figure]) -> str:
    """What a chart shows, in words."""
    said = "、".join(f"{name}{figure}" for name, figure in list(zip(labels, figures, strict=True))[:SAID_AT_MOST])
    return f"{said}。"


def below_of(figures: Mapping[str, object]) -> str:
    """Return what the places below are called: the head of their column."""
    called = {
        "by_county": "县（市、区）",
        "by_township": "乡镇（街道）",
        "by_village": "村（社区）",
    }
    return next((called[key] for key in figures if key in called), "地区")


def _size(quote: Quoter, code: str, measure: str) -> float:
    figure = quote.children[code][measure]
    return float(figure.get("numerator", figure.get("value", 0)))
