"""Findings and ranks on the page of a review: as stored, each with its records, no rank without its interval."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from grid import rls
from mediation.reviews import periods
from mediation.reviews.findings import sentence
from mediation.reviews.models import Review
from mediation.reviews.workflow import build_review
from tests.cast import build_cast
from tests.reading import words
from tests.reviews.hand import Hand
from tests.reviews.street import Street
from tests.reviews.test_pages import all_rows, figures_in, reader, section, share_of

QUARTER = periods.parse("quarterly", "2024-01-01")


@pytest.fixture(scope="module")
def crowded(committed_once: None) -> Street:
    """A county with twelve like reports of one village in ten days, some closed at once, and two townships to rank."""
    hand = Hand()
    with rls.system_scope():
        street = Street(build_cast())
        for day in range(1, 13):
            script = hand.incident(f"2024-02-{day:02d} 09:00", street.cast.village.code, "0102")
            hand.then(script, "verify", f"2024-02-{day:02d} 09:01")
            if day < 6:
                hand.then(script, "close", f"2024-02-{day:02d} 09:01", ("resolved", "village"))
            hand.do(script)
        for number, place in enumerate(["141102002001"] * 22 + [street.cast.village.code] * 14):
            script = hand.incident(f"2024-01-{number % 28 + 1:02d} 10:00", place, "0501")
            hand.then(script, "verify", f"2024-01-{number % 28 + 1:02d} 11:00")
            if place != street.cast.village.code:
                hand.then(script, "close", f"2024-02-{number % 28 + 1:02d} 10:00", ("handled", "township"))
            hand.do(script)
    review = build_review(unit=street.cast.county, period=QUARTER, as_of=QUARTER.end, at=timezone.now())
    street.reviews["county"] = review
    return street


@pytest.fixture
def county(crowded: Street, db: None) -> tuple[Street, Review]:
    """The street and its review; what a test writes is rolled back."""
    return crowded, crowded.reviews["county"]


def page_of(street: Street, who: str = "dispatcher", language: str = "zh-hans", **query: str) -> Any:
    return reader(street, who, language).get(
        reverse("reviews:review-detail", args=[street.reviews["county"].pk]), query
    )


def test_every_finding_is_on_the_page_with_as_many_records_as_it_counted(county: tuple[Street, Review]) -> None:
    street, review = county
    part = section(page_of(street), "findings-head")
    shown = dict(re.findall(r'data-finding="([^"]+)">(.*?)</li>', part, re.DOTALL))
    stored = {each["id"]: each for each in [*review.figures["findings"], *review.figures["guard"]]}
    assert set(shown) == set(stored)
    assert {each["kind"] for each in stored.values()} >= {"concentration", "quick_closure"}
    client = reader(street, "dispatcher")
    for id, piece in shown.items():
        assert stored[id]["sentence"] in piece
        url = re.search(r'href="([^"]+)"', piece)
        assert url
        answer = client.get(url.group(1))
        assert share_of(answer) == (stored[id]["count"], stored[id]["count"]), id
        assert len(all_rows(client, answer, url.group(1))) == stored[id]["count"]


def test_findings_speak_the_readers_language(county: tuple[Street, Review]) -> None:
    street, review = county
    page = words(page_of(street, language="en"))
    with translation.override("en"):
        for finding in review.figures["findings"]:
            assert " ".join(sentence(finding).split()) in page
    assert "Findings" in page


def test_readers_without_the_records_see_the_number_alone(county: tuple[Street, Review]) -> None:
    street, review = county
    finding = review.figures["findings"][0]
    address = reverse("reviews:finding-records", args=[review.pk, finding["id"]])
    assert share_of(reader(street, "leader").get(address)) == (finding["count"], 0)
    assert reader(street, "strange_supervisor").get(address).status_code == 404
    assert (
        reader(street, "supervisor").get(reverse("reviews:finding-records", args=[review.pk, "nothing"])).status_code
        == 404
    )


def test_ranks_are_printed_as_stored_with_their_intervals(county: tuple[Street, Review]) -> None:
    street, review = county
    for measure, rows in review.figures["ranking"].items():
        part = section(page_of(street, rank=measure), "ranking-head")
        printed = re.findall(r'<tr>\s*<th scope="row">([^<]+)</th>(.*?)</tr>', part, re.DOTALL)
        assert [name for name, _piece in printed] == [row["name"] for row in rows]
        for row, (_name, piece) in zip(rows, printed, strict=True):
            assert [text for _url, text in figures_in(piece)] == [str(row["numerator"]), str(row["denominator"])]
            assert row["value"] in piece
            if row["rank"] is None:
                assert "<b>—</b>" in piece
                assert "interval" not in piece
            else:
                assert f"<b>{row['rank']}</b>" in piece
                assert f"{row['low']}—{row['high']}" in piece


def test_somebody_took_part_and_somebody_was_too_few(county: tuple[Street, Review]) -> None:
    """Or the test above would prove nothing."""
    _street, review = county
    ranks = [row["rank"] for rows in review.figures["ranking"].values() for row in rows]
    assert any(rank is not None for rank in ranks)
    assert None in ranks


def test_a_review_from_before_findings_still_opens(county: tuple[Street, Review]) -> None:
    street, review = county
    with rls.system_scope():
        old = Review.objects.select_related("unit").get(pk=review.pk)
        old.pk, old.version, old._state.adding = None, 2, True
        for key in ("findings", "guard", "ranking", "comparison", "findings_left_out"):
            old.figures.pop(key)
        old.save(force_insert=True)
    page = reader(street, "dispatcher").get(reverse("reviews:review-detail", args=[old.pk]))
    assert page.status_code == 200
    assert 'id="findings"' not in page.text
    assert 'id="ranking"' not in page.text
