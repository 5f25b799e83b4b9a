"""Reviews over the API: found, read, and every number traced to its records."""

from typing import Any

import pytest

from cases.models import Incident
from mediation.reviews import periods
from mediation.reviews.figures.behind import stored_number
from mediation.reviews.indicators import REGISTER, REGISTER_VERSION, Shape
from mediation.reviews.workflow import as_object
from tests.api.client import Caller
from tests.reviews.street import QUARTER, Street


def ids(answer: Any) -> list[int]:
    assert answer.status == 200, answer
    return [row["id"] for row in answer.json["results"]]


def test_a_review_reads_as_it_was_stored(street: Street) -> None:
    review = street.reviews["county"]
    answer = Caller(street.cast.supervisor).get(f"reviews/{review.pk}/")
    assert answer.status == 200
    assert answer.json["figures"] == as_object(review)
    assert list(answer.json["figures"])[:7] == ["unit", "kind", "start", "end", "as_of", "version", "measures"]
    days = answer.json["start"], answer.json["end"]
    assert (answer.json["title"], *days) == ("2024年第1季度", "2024-01-01", "2024-04-01")
    english = Caller(street.cast.supervisor, language="en").get(f"reviews/{review.pk}/")
    assert english.json["title"] == "Quarter 1 of 2024"


def test_lists_narrow_by_unit_kind_start_and_version(street: Street) -> None:
    cast, built = street.cast, street.reviews
    city = Caller(cast.city_supervisor)
    assert set(ids(city.get("reviews/"))) == {review.pk for review in built.values()}
    assert set(ids(city.get(f"reviews/?unit={cast.county.code}"))) == {
        built[name].pk for name in ("county", "before", "month")
    }
    assert ids(city.get("reviews/?kind=monthly")) == [built["month"].pk]
    assert ids(city.get(f"reviews/?kind=quarterly&start=2023-10-01&unit={cast.county.code}")) == [built["before"].pk]
    assert ids(city.get("reviews/?start=2023-10-02")) == []
    assert ids(city.get(f"reviews/?place={cast.township.pk}")) == [built["township"].pk]
    assert city.get("reviews/?kind=hourly").status == 400


def test_a_later_version_stands_beside_the_first_or_alone(street: Street) -> None:
    city, second = Caller(street.cast.city_supervisor), street.another_version("month")
    assert ids(city.get("reviews/?kind=monthly")) == [second.pk, street.reviews["month"].pk]
    assert ids(city.get("reviews/?kind=monthly&newest=true")) == [second.pk]


def test_lists_page_without_losing_or_repeating(street: Street) -> None:
    city = Caller(street.cast.city_supervisor)
    found, path = [], "reviews/?page_size=2"
    while path:
        answer = city.get(path)
        found += ids(answer)
        path = (answer.json["next"] or "").partition("/api/v1/")[2]
    assert found == ids(city.get("reviews/"))
    assert len(found) == len(street.reviews)


@pytest.mark.parametrize("who", ["supervisor", "city_supervisor", "clerk", "dispatcher"])
def test_the_desk_sees_all_records_of_its_place(street: Street, who: str) -> None:
    review = street.reviews["county"]
    answer = Caller(street.cast.users[who]).get(f"reviews/{review.pk}/records/?measure=reported&page_size=200")
    there = review.figures["measures"]["reported"]["value"]
    assert answer.json["visible"] == answer.json["total"] == len(answer.json["results"]) == there > 5


def test_what_has_left_a_place_since_is_still_counted_there(street: Street) -> None:
    review = street.reviews["other_county"]
    path = f"reviews/{review.pk}/records/?measure=reported&page_size=200"
    answer = Caller(street.cast.strange_supervisor).get(path).json
    assert answer["total"] == review.figures["measures"]["reported"]["value"]
    assert answer["visible"] == len(answer["results"]) == answer["total"] - 1


def test_a_leader_is_told_how_many_there_are_and_shown_none(street: Street) -> None:
    """Leaders read aggregates, and the cases they lead themselves."""
    review = street.reviews["county"]
    answer = Caller(street.cast.leader).get(f"reviews/{review.pk}/records/?measure=reported")
    assert (answer.json["visible"], answer.json["results"]) == (0, [])
    assert answer.json["total"] == review.figures["measures"]["reported"]["value"]


def test_a_restricted_record_is_counted_but_not_shown(street: Street) -> None:
    path = f"reviews/{street.reviews['county'].pk}/records/?measure=reported_valid&page_size=200"
    clerk, dispatcher = Caller(street.cast.clerk), Caller(street.cast.dispatcher)
    before = clerk.get(path).json
    closed = Incident(pk=before["results"][0]["incident"]["id"])
    street.restrict(closed)
    narrower, wider = clerk.get(path).json, dispatcher.get(path).json
    assert narrower["total"] == wider["total"] == wider["visible"] == before["visible"]
    assert narrower["visible"] == before["visible"] - 1
    shown = [{row["incident"]["id"] for row in answer["results"]} for answer in (wider, narrower)]
    assert shown[0] - shown[1] == {closed.pk}


def test_every_number_is_as_many_records(street: Street) -> None:
    """Of every part of every measure, for the whole and for a child: as stored, as counted, as listed."""
    review, caller = street.reviews["county"], Caller(street.cast.dispatcher)
    not_empty = set()
    for measure in REGISTER.values():
        for part in ("numerator", "denominator") if measure.shape is Shape.RATE else ("",):
            for child in ("", street.cast.township.code):
                answer = caller.get(
                    f"reviews/{review.pk}/records/?measure={measure.id}&part={part}&child={child}&page_size=200"
                )
                stored = stored_number(review, measure.id, part=part or None, child=child or None)
                assert answer.json["total"] == answer.json["visible"] == len(answer.json["results"]) == stored
                not_empty |= {row["kind"] for row in answer.json["results"]}
    assert not_empty == {"incident", "incident_event", "case", "case_event", "mediator", "committee", "studio", "unit"}


def test_a_row_of_a_break_down_is_as_many_records(street: Street) -> None:
    review, caller = street.reviews["county"], Caller(street.cast.dispatcher)
    for name, code in (("category", "0102"), ("source", "walk_in")):
        for measure in ("reported_valid", "disputes_found"):
            answer = caller.get(f"reviews/{review.pk}/records/?measure={measure}&{name}={code}")
            stored = review.figures[f"{measure}_by_{name}"][code]
            assert answer.json["total"] == len(answer.json["results"]) == stored > 0


def test_records_page_by_id(street: Street) -> None:
    caller = Caller(street.cast.supervisor)
    path = f"reviews/{street.reviews['county'].pk}/records/?measure=reported&page_size=2"
    first = caller.get(path)
    second = caller.get(first.json["next"].partition("/api/v1/")[2])
    assert ids(first) + ids(second) == sorted(ids(first) + ids(second))
    assert len(set(ids(first) + ids(second))) == 4
    assert second.json["total"] == first.json["total"] > 4


@pytest.mark.parametrize(
    "query",
    [
        "",
        "measure=happiness",
        "measure=reported&part=denominator",
        "measure=closure_rate&part=display",
        "measure=reported&child=141121000000",
        "measure=reported&category=0102",
        "measure=reported_valid&category=9999",
    ],
)
def test_a_number_the_review_does_not_have_is_refused(street: Street, query: str) -> None:
    answer = Caller(street.cast.supervisor).get(f"reviews/{street.reviews['county'].pk}/records/?{query}")
    assert answer.status == 400
    assert "measure" in answer.json["errors"]


def test_reviews_of_other_places_are_absent(street: Street) -> None:
    review = street.reviews["county"]
    for who in ("strange_supervisor", "town_dispatcher", "worker", "mediator", "auditor"):
        caller = Caller(street.cast.users[who])
        for path in (f"reviews/{review.pk}/", f"reviews/{review.pk}/records/?measure=reported"):
            assert caller.get(path).status == 404, (who, path)
        assert review.pk not in ids(caller.get("reviews/")), who


def test_a_review_cannot_be_written(street: Street) -> None:
    caller, pk = Caller(street.cast.city_supervisor), street.reviews["county"].pk
    assert caller.post("reviews/", {"kind": "monthly"}).status == 405
    assert caller.patch(f"reviews/{pk}/", {"figures": {}}).status == 405
    assert caller.delete(f"reviews/{pk}/").status == 405


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "办结率"), ("en", "Closure rate")])
def test_the_register_says_what_every_measure_means(street: Street, language: str, name: str) -> None:
    answer = Caller(street.cast.worker, language=language).get("measures/")
    assert answer.json["register_version"] == REGISTER_VERSION
    measures = {row["id"]: row for row in answer.json["measures"]}
    assert list(measures) == list(REGISTER)
    assert measures["closure_rate"]["name"] == name
    for row in measures.values():
        assert all(row[said] for said in ("formula", "basis", "unit", "version")), row


def test_the_period_of_a_stored_row_is_the_one_that_begins_then() -> None:
    assert periods.starting("quarterly", QUARTER.start) == QUARTER
