"""Charts: what is drawn where, what is said to those who do not see it, and how shades and gaps come about."""

from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from mediation.reviews.outline import Chart, ChartKind, Figure, Series
from mediation.reviews.render.charts import drawing_of, svg_of
from mediation.reviews.render.county_map import class_of, classes_of, has_map, outlines
from mediation.reviews.render.svg import SERIES, SHADES, ticks
from mediation.reviews.render.values import value_of
from tests.reviews.render import papers

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart):
    return ElementTree.fromstring(svg_of(chart))


def bars(chart):
    return [rect for group in drawn(chart).iter(f"{SVG}g") for rect in group.iter(f"{SVG}rect")]


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("names", [papers.COUNTIES, papers.ODD_NAMES])
def test_every_drawing_says_what_it_shows(kind, names):
    root = drawn(papers.chart(kind, names=names))
    assert root.get("role") == "img"
    said = {node.get("id"): node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [said[name] for name in root.get("aria-labelledby").split()] == ["上报有效事件分布", "离石区最少。"]
    # A page's policy allows no inline style and no script.
    for node in root.iter():
        assert "style" not in node.attrib
        assert not any(name.startswith("on") for name in node.attrib)
        assert node.tag not in (f"{SVG}script", f"{SVG}foreignObject")


def test_bars_are_as_long_as_their_numbers_and_say_them():
    chart = papers.chart(ChartKind.BAR, "10", "20", "0", "40")
    lengths = [float(bar.get("width")) for bar in bars(chart)]
    assert lengths[1] == pytest.approx(2 * lengths[0], rel=0.01)
    assert lengths[3] == pytest.approx(4 * lengths[0], rel=0.01)
    assert lengths[2] == 0
    titles = [group.find(f"{SVG}title").text for group in drawn(chart).iter(f"{SVG}g")]
    assert titles[3] == "兴县 上报有效事件 40"


def test_a_dash_is_no_bar_but_is_written():
    chart = papers.chart(ChartKind.BAR, "10", "—", "30")
    assert len(bars(chart)) == 2
    assert "—" in [text.text for text in drawn(chart).iter(f"{SVG}text")]


def test_falling_numbers_reach_left_of_zero():
    first, second = bars(papers.chart(ChartKind.BAR, "-10", "20"))
    assert float(first.get("x")) + float(first.get("width")) == pytest.approx(float(second.get("x")), abs=0.1)
    assert float(second.get("width")) == pytest.approx(2 * float(first.get("width")), rel=0.01)


def test_a_line_stops_at_a_gap_and_goes_on_after_it():
    root = drawn(papers.chart(ChartKind.LINE, "1.00%", "2.00%", "—", "4.00%", "5.00%"))
    lines = list(root.iter(f"{SVG}polyline"))
    assert [len(line.get("points").split()) for line in lines] == [2, 2]
    assert len(list(root.iter(f"{SVG}circle"))) == 4


@pytest.mark.parametrize("kind", [ChartKind.BAR, ChartKind.LINE])
@pytest.mark.parametrize("texts", [("—", "—"), ("0", "0"), ()])
def test_charts_of_nothing_are_drawn(kind, texts):
    names = dict(list(papers.COUNTIES.items())[: len(texts)])
    figures = tuple(papers.made_figure(text) for text in texts)
    empty = Chart("c", kind, "空", tuple(names.values()), (Series("件数", figures),), "无。")
    assert drawing_of(empty).height > 0


def test_the_map_shades_each_county_and_hatches_the_one_without_a_number():
    texts = ("—", *(f"{nth * 5}.00%" for nth in range(1, 13)))
    root = drawn(papers.chart(ChartKind.MAP, *texts))
    fills = [path.get("fill") for path in root.iter(f"{SVG}path") if path.get("fill-rule")]
    assert len(fills) == 13
    assert fills[0] == "url(#c-1-blank)"
    assert set(fills[1:]) == set(SHADES)
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "示意图，非测绘地图" in words
    assert "无数据" in words
    assert "5.00%—10.00%" in words


def test_counties_beside_those_named_are_left_blank():
    root = drawn(papers.chart(ChartKind.MAP, "5", "6"))
    fills = [path.get("fill") for path in root.iter(f"{SVG}path") if path.get("fill-rule")]
    assert sum(fill.startswith("url") for fill in fills) == 11


def test_there_is_an_outline_of_every_county_of_the_five_cities():
    assert len(outlines()) == 43
    assert has_map(tuple(papers.COUNTIES))
    assert not has_map(("141102001000",))
    assert not has_map(())


def test_names_stand_inside_their_counties_and_apart():
    root = drawn(papers.chart(ChartKind.MAP))
    names = set(papers.COUNTIES.values())
    found = [(float(text.get("x")), float(text.get("y"))) for text in root.iter(f"{SVG}text") if text.text in names]
    assert len(found) == 13
    for nth, (x, y) in enumerate(found):
        for other_x, other_y in found[:nth]:
            # Two lines of 11 units each, three characters wide.
            assert abs(x - other_x) > 33 or abs(y - other_y) > 24


@pytest.mark.parametrize(
    ("numbers", "classes"),
    [
        ([], 0),
        ([3, 3, 3], 1),
        ([1, 2, 3], 3),
        (range(13), 5),
        ([0] * 9 + [1, 2, 3, 4, 5, 100], 5),
    ],
)
def test_classes_cover_all_numbers_and_part_no_equals(numbers, classes):
    numbers = [Decimal(number) for number in numbers]
    found = classes_of(numbers)
    assert len(found) <= classes
    for number in numbers:
        assert any(least <= number <= most for least, most in found)
        assert 0 <= class_of(number, found) < len(SHADES)
    assert all(before[1] < after[0] for before, after in pairwise(found))


def _lightness(colour):
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_shades_and_series_can_be_told_apart_in_grey():
    greys = [_lightness(shade) for shade in SHADES]
    assert all(before - after > 25 for before, after in pairwise(greys))
    assert all(abs(_lightness(a) - _lightness(b)) > 10 for a, b in pairwise(SERIES))


def test_ticks_are_round_and_hold_zero():
    assert ticks(Decimal(3), Decimal(97)) == [0, 20, 40, 60, 80, 100]
    assert ticks(Decimal("-0.4"), Decimal("0.2"))[0] <= Decimal("-0.4")
    assert Decimal(0) in ticks(Decimal(-7), Decimal(-3))
    assert len(ticks(Decimal(0), Decimal(0))) > 1


@pytest.mark.parametrize(
    ("run", "number"),
    [
        (Figure("x", "63.10%"), "63.10"),
        (Figure("x", "-3"), "-3"),
        (Figure("x", "1250.00"), "1250.00"),
        (Figure("x", "—"), None),
        (Figure("x", "下降1.20%"), None),
        ("12", None),
    ],
)
def test_only_figures_that_are_numbers_are_numbers(run, number):
    value = value_of(run)
    assert (str(value.number) if value else None) == number
