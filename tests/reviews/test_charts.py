"""Charts, comparisons and the calendar: the same numbers again, and what became of every period."""

import json
import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse

from mediation.reviews import periods
from mediation.reviews.indicators import REGISTER, Shape
from mediation.reviews.kinds import Kind
from mediation.reviews.models import DueReview
from mediation.reviews.views.charts import PAST, TREND, outlines
from mediation.reviews.views.compare import difference
from mediation.reviews.words import change_text
from mediation.reviews.yearbook import State, periods_of, state_of
from tests.reading import links, words
from tests.reviews.conftest import local
from tests.reviews.street import BEFORE, QUARTER, Street
from tests.reviews.test_pages import figures_in, page_of, reader, section


def charts_of(answer: Any) -> Any:
    """What the page hands to the charts."""
    found = re.search(r'<script id="charts-data" type="application/json">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    return json.loads(unescape(found.group(1)))


# -- Charts -----------------------------------------------------------------------------------------------------------


def test_bars_and_areas_are_the_table_by_places(street: Street) -> None:
    page, review = page_of(street, "city", "city_supervisor"), street.reviews["city"]
    drawn = charts_of(page)["places"]
    stored = review.figures["by_county"]
    assert set(drawn["codes"]) == set(stored)
    table = dict(figures_in(section(page, "places-head")))
    for measure in drawn["measures"]:
        for code, point in zip(drawn["codes"], measure["points"], strict=True):
            figure = stored[code][measure["id"]]
            if measure["is_rate"]:
                top, bottom = figure["numerator"], figure["denominator"]
                assert point["text"] == figure["display"]
                assert point["value"] == (pytest.approx(top * 100 / bottom) if bottom else None)
                opened = top
            else:
                assert (point["value"], point["text"]) == (figure["value"], str(figure["value"]))
                opened = figure["value"]
            # A tap opens what the table's own number opens.
            assert bool(point["url"]) == bool(opened)
            if point["url"]:
                assert table[point["url"]] == str(opened)


def test_the_map_knows_every_county_of_the_city(street: Street) -> None:
    drawn = charts_of(page_of(street, "city", "city_supervisor"))["places"]
    answer = reader(street, "city_supervisor").get(drawn["outlines"])
    known = {feature["properties"]["code"] for feature in answer.json()["features"]}
    assert known == set(drawn["codes"]) - {"direct"}
    assert known < set(outlines())


def test_only_cities_have_a_map(street: Street) -> None:
    page = page_of(street, "county")
    assert charts_of(page)["places"]["outlines"] == ""
    assert 'data-chart="map"' not in page.text
    assert reader(street, "supervisor").get(reverse("reviews:outline-list", args=["999900000000"])).json() == {
        "type": "FeatureCollection",
        "features": [],
    }


def test_the_largest_categories_are_drawn(street: Street) -> None:
    review = street.reviews["city"]
    for chart in charts_of(page_of(street, "city", "city_supervisor"))["categories"]:
        counts = sorted(review.figures[f"{chart['id']}_by_category"].values(), reverse=True)[:12]
        assert [point["value"] for point in chart["points"]] == counts


def test_the_course_shows_stored_periods_and_bases(street: Street) -> None:
    """The quarter before is stored, the quarter of the year before was compared with, the others are unknown."""
    review, before = street.reviews["county"], street.reviews["before"]
    page = page_of(street, "county")
    drawn = charts_of(page)
    assert [line["id"] for line in drawn["trend"]] == list(TREND)
    assert len(drawn["periods"]) == PAST[Kind.QUARTERLY]
    reported = drawn["trend"][0]["points"]
    measures = "measures"
    assert reported[-1]["value"] == review.figures[measures]["reported_valid"]["value"]
    assert reported[-2]["value"] == before.figures[measures]["reported_valid"]["value"]
    assert reported[-2]["url"] == reverse("reviews:record-list", args=[before.pk, "reported_valid"])
    assert reported[-5]["value"] == review.figures["comparisons"]["yoy"][measures]["reported_valid"]["base"]["value"]
    assert reported[-5]["url"] == ""
    assert [point["value"] for point in reported[:-5] + reported[-4:-2]] == [None] * (PAST[Kind.QUARTERLY] - 3)
    # The same as a table, for whoever cannot see the lines.
    said = words(page)
    assert periods.label(QUARTER) in said
    assert reverse("reviews:review-detail", args=[before.pk]) in links(page)


def test_a_base_from_before_anything_was_recorded_is_a_gap(street: Street) -> None:
    """January 2023 knew neither incidents nor disputes: no dot at 0, which would read as a year in peace."""
    bases = street.reviews["before"].figures["comparisons"]
    assert (bases["yoy"]["note"], "measures" in bases["yoy"]) == ("not_recorded", False)
    drawn = charts_of(page_of(street, "before"))["trend"][0]["points"]
    assert drawn[-5] == {"value": None, "text": "", "url": ""}


def test_the_course_shows_nothing_of_what_the_reader_may_not_see(street: Street) -> None:
    """A township's reader sees its own periods."""
    drawn = charts_of(page_of(street, "township", "town_dispatcher"))
    for line in drawn["trend"]:
        assert all(point["url"] == "" or str(street.reviews["township"].pk) in point["url"] for point in line["points"])


# -- Comparing --------------------------------------------------------------------------------------------------------


def compare(street: Street, who: str, first: str, second: str = "", **more: str) -> Any:
    query = {"with": str(street.reviews[second].pk)} if second else {}
    address = reverse("reviews:compare", args=[street.reviews[first].pk])
    return reader(street, who).get(address, {**query, **more})


def test_two_periods_stand_side_by_side_with_their_differences(street: Street) -> None:
    page = compare(street, "supervisor", "county", "before")
    first, second = (street.reviews[name].figures["measures"] for name in ("county", "before"))
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', page.text, re.DOTALL))
    for measure in REGISTER.values():
        row = rows[str(measure.name)]
        numbers = [text for _url, text in figures_in(row)]
        for figure in (first[measure.id], second[measure.id]):
            if "display" in figure:
                assert str(figure.get("numerator", figure.get("count"))) in numbers
                assert figure["display"] in row
            else:
                assert f"{figure['value']}" in [number.replace(",", "") for number in numbers]
        assert change_text(difference(measure, first[measure.id], second[measure.id])) in row


def test_the_difference_to_the_period_before_is_the_stored_one(street: Street) -> None:
    """Counted once as 环比 and once from two stored reviews: nothing was corrected between, so they agree."""
    review, before = street.reviews["county"], street.reviews["before"]
    # Of what is stored rounded, only the rounded difference can be told.
    for measure in (
        measure for measure in REGISTER.values() if measure.shape is not Shape.DAYS and measure.divisor == 1
    ):
        stored = review.figures["comparisons"]["pop"]["measures"][measure.id]
        found = difference(measure, review.figures["measures"][measure.id], before.figures["measures"][measure.id])
        assert found == {key: value for key, value in stored.items() if key != "base"}, measure.id


def test_two_places_stand_side_by_side(street: Street) -> None:
    said = words(compare(street, "city_supervisor", "county", "other_county"))
    assert "离石区 2024年第1季度" in said
    assert "文水县 2024年第1季度" in said
    assert "分地区" not in said


def test_places_below_are_compared_by_one_measure(street: Street) -> None:
    page = compare(street, "supervisor", "county", "before", measure="reported")
    rows = re.search(r'aria-labelledby="pairs-places">(.*?)</section>', page.text, re.DOTALL)
    assert rows
    name, first, second = "滨河街道", street.reviews["county"], street.reviews["before"]
    row = re.search(rf'<th scope="row">{name}[^<]*</th>(.*?)</tr>', rows.group(1), re.DOTALL)
    assert row
    numbers = [text for _url, text in figures_in(row.group(1))]
    code = street.cast.township.code
    assert numbers == [str(review.figures["by_township"][code]["reported"]["value"]) for review in (first, second)]


def test_what_is_offered_is_of_the_same_kind_and_within_sight(street: Street) -> None:
    def offered(who: str, name: str) -> set[int]:
        page = compare(street, who, name)
        return {int(pk) for pk in re.findall(r'<option value="(\d+)"', page.text)}

    pk = {name: review.pk for name, review in street.reviews.items()}
    assert offered("city_supervisor", "county") == {pk[name] for name in ("before", "city", "township", "other_county")}
    assert offered("supervisor", "county") == {pk["before"], pk["township"]}
    assert offered("town_dispatcher", "township") == set()


def test_unlike_reviews_are_compared_with_a_warning(street: Street) -> None:
    assert "期间长短不同" in words(compare(street, "supervisor", "county", "month"))
    assert "期间长短不同" not in words(compare(street, "supervisor", "county", "before"))


def test_reviews_out_of_sight_cannot_be_compared(street: Street) -> None:
    assert compare(street, "supervisor", "county", "other_county").status_code == 404
    assert compare(street, "supervisor", "other_county").status_code == 404
    for other in ("x", "9" * 30, str(10**12)):
        address = reverse("reviews:compare", args=[street.reviews["county"].pk])
        assert reader(street, "supervisor").get(address, {"with": other}).status_code == 404


# -- The calendar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "year", "count"),
    [("daily", 2024, 366), ("weekly", 2020, 53), ("weekly", 2024, 52), ("monthly", 2024, 12), ("bimonthly", 2024, 6)],
)
def test_a_year_has_all_its_periods(kind: str, year: int, count: int) -> None:
    found = list(periods_of(Kind(kind), year))
    assert len(found) == count
    assert all(one.end == other.start for one, other in pairwise(found))


def test_what_became_of_a_period(street: Street) -> None:
    review = street.reviews["county"]
    due = DueReview(kind=QUARTER.kind, start=QUARTER.start, due_at=QUARTER.due_at)
    in_time = DueReview(kind=QUARTER.kind, start=QUARTER.start, due_at=review.built_at - timedelta(hours=1))
    after = QUARTER.due_at + timedelta(days=9)
    assert state_of(QUARTER, review, in_time, after) is State.BUILT
    assert state_of(QUARTER, review, due, after) is State.LATE
    assert state_of(QUARTER, review, None, after) is State.BUILT
    assert state_of(QUARTER, None, due, after) is State.MISSING
    assert state_of(QUARTER, None, None, after) is State.NONE
    assert state_of(QUARTER, None, None, QUARTER.start) is State.RUNNING
    assert state_of(QUARTER, None, None, QUARTER.start - timedelta(seconds=1)) is State.AHEAD
    assert state_of(QUARTER, None, None, QUARTER.end) is State.WAITING


def test_a_shortfall_is_counted_against_what_was_due(street: Street) -> None:
    """Nine bimonthly bulletins of twelve would read 9／12; here the county has one quarter of two that were due."""
    for start in ("2024-04-01", "2024-07-01"):
        period = periods.parse("quarterly", start)
        street.save_at(DueReview(kind="quarterly", start=period.start, due_at=period.due_at), street.cast.county)
    client = reader(street, "supervisor")
    page = client.get(reverse("reviews:calendar"), {"year": 2024})
    assert "已编 1 ／应编 3 期 缺2期" in words(type("Part", (), {"text": section(page, "kind-quarterly")}))
    assert reverse("reviews:review-detail", args=[street.reviews["county"].pk]) in links(page)
    asked: dict[str, str] = {"year": "2024", "kind": "quarterly"}
    matrix = client.get(reverse("reviews:calendar"), asked)
    said = words(matrix)
    assert "离石区 1／3 缺2期" in said
    assert "滨河街道" in said
    assert reverse("reviews:review-detail", args=[street.reviews["township"].pk]) in links(matrix)


def test_the_calendar_keeps_to_ones_places_and_to_years(street: Street) -> None:
    client = reader(street, "supervisor")
    assert client.get(reverse("reviews:calendar"), {"unit": street.cast.other_county.pk}).status_code == 404
    for year in ("0", "99999", "x", "-1"):
        assert client.get(reverse("reviews:calendar"), {"year": year}).status_code == 404
    assert reader(street, "worker").get(reverse("reviews:calendar")).status_code == 403
    assert BEFORE.start < local("2024-01-01 00:00:00")
