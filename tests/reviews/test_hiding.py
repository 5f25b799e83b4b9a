"""Small cells leave no unit, on pages, in the API and in files alike: of people, and of restricted categories.

DOMAIN.md 7.4 no. 15, PV-06.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from grid import rls
from mediation.reviews.indicators import merge_small
from mediation.reviews.models import Delivery, Paper
from mediation.reviews.quoting import MERGED_NOTE
from mediation.reviews.texts import phrases, tables
from mediation.reviews.texts.facts import Facts
from tests.api.client import Caller
from tests.reviews.desk import Desk
from tests.reviews.render import reading
from tests.reviews.test_pages import figures_in, section

RATE = {"numerator": 40, "denominator": 42, "display": "95.24%"}
CATEGORIES = {"0102": 40, "0201": 25, "0301": 17, "0306": 2}
"""0306 is restricted."""


@pytest.fixture
def desk(committed_cast):
    return Desk(committed_cast)


@pytest.fixture
def review(desk):
    """A city's year, 40 of 42 content in one county, and its paper laid before that county."""
    code = desk.cast.county.code
    row = {"unit": code, "name": "离石区", "value": "95.24%", "versus": "above", "rank": "1", "position": 1, **RATE}
    row |= {"standardised": "—", "shrunken": "95.01%", "low": "93.00%", "high": "97.00%", "is_apart": True}
    told: dict[str, object] = {"measures": {}, "scores": [], "weights": {}, "commended": [], "urged": []}
    with rls.system_scope():
        oldest = {"number": "SJ1", "place_name": "滨河街道", "reported_on": "2025-12-01", "days": 30}
        beside: dict[str, object] = {
            "reported_valid_by_category": CATEGORIES,
            "particulars": {"oldest_open": [{**oldest, "category": "0306"}, {**oldest, "category": "0301"}]},
        }
        beside |= {"ranking": {"satisfaction_rate": [row]}, "comparison": {"method": "", **told}}
        kept = desk.review("annual", "2025-01-01", "city", as_of="2026-01-01T00:00:00+08:00", **beside)
        paper = desk.draft(kept, "city_supervisor")
        delivery = {"purpose": Delivery.Purpose.OBJECTIONS, "at": desk.moment, **kept.levels}
        Delivery(paper=paper, review=kept, to_unit=desk.cast.county, **delivery).save()
        Paper.objects.filter(pk=paper.pk).update(objections_until=desk.moment)
    return kept


def shown(desk, who, name, *arguments, query=""):
    client = Client()
    client.force_login(desk.cast.users[who], backend="grid.login.StaffBackend")
    return client.get(reverse(f"reviews:{name}", args=arguments) + query)


def test_the_page_and_the_api_hide_them_from_those_the_paper_was_laid_before(desk, review):
    code = desk.cast.county.code
    for who, is_told in (("city_supervisor", True), ("supervisor", False)):
        page = shown(desk, who, "review-detail", review.pk, query="?table=agreements")
        cells = figures_in(section(page, "places-head"))
        assert ("涉及人员不足3人" in page.text) != is_told
        assert any(text == "*" for _url, text in cells) != is_told
        assert any("satisfaction_rate" in url and code in url for url, _text in cells) == is_told
        ranked = section(page, "ranking-head")
        assert ("97.00%" in ranked, '<span class="rate">*</span>' in ranked) == (is_told, not is_told)
        assert shown(desk, who, "paper-differences", review.pk).status_code == (200 if is_told else 404)
        behind = f"?child={code}&part=denominator"
        listed = shown(desk, who, "record-list", review.pk, "satisfaction_rate", query=behind)
        assert listed.status_code == (200 if is_told else 404)
        api = Caller(desk.cast.users[who])
        figures = api.get(f"reviews/{review.pk}/").json["figures"]
        assert figures["by_county"][code]["satisfaction_rate"] == (RATE if is_told else {"hidden": True})
        assert figures["by_county"][code]["disputes_found"] == {"value": 30}
        assert figures["measures"]["satisfaction_rate"] == RATE
        assert figures["ranking"]["satisfaction_rate"][0]["numerator"] == (40 if is_told else None)
        status = api.get(f"reviews/{review.pk}/records/{behind}&measure=satisfaction_rate").status
        assert status == (200 if is_told else 400)


def test_files_hide_them_whoever_fetches_them(desk, review):
    for who in ("city_supervisor", "supervisor"):
        book = reading.workbook(shown(desk, who, "review-download", review.pk, "xlsx").content)
        (row,) = [row for row in book["分地区"] if row[0] == desk.cast.county.code]
        assert "*" in row
        assert not any(isinstance(cell, float) and abs(cell - 0.9524) < 0.0001 for cell in row)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        # With the smallest other of its class, which keeps its sum.
        ({"0101": 9, "0301": 7, "0302": 4, "0306": 2}, {"0101": 9, "0301": 7, "03*": 6}),
        ({"0101": 9, "0302": 4, "0306": 1, "0307": 2}, {"0101": 9, "03*": 7}),
        # Alone in its class: with the smallest other class, so that no sum of classes gives it away.
        ({"0101": 9, "0102": 3, "0201": 2, "0202": 2, "0306": 1}, {"0101": 9, "0102": 3, "*": 5}),
        # With nothing to hide behind, nothing is told.
        ({"0306": 1, "0307": 2}, {}),
        # Three are no small cell; and who has none is left alone.
        ({"0101": 1, "0306": 3}, {"0101": 1, "0306": 3}),
        ({"0101": 1, "0306": 0}, {"0101": 1, "0306": 0}),
    ],
)
def test_a_restricted_category_is_told_with_others(counts, told):
    restricted = {"0306", "0307"}
    assert merge_small(counts, restricted) == told
    assert merge_small(told, restricted) == told
    assert not told or sum(told.values()) == sum(counts.values())


def test_one_or_two_of_a_restricted_category_are_told_to_those_who_may_open_them(desk, review):
    """Whoever has no right to restricted matters reads of them together with others, at home or elsewhere."""
    for who, is_told in (("city_dispatcher", True), ("city_supervisor", False), ("supervisor", False)):
        api = Caller(desk.cast.users[who])
        figures = api.get(f"reviews/{review.pk}/").json["figures"]
        merged = {"0102": 40, "0201": 25, "03*": 19}
        assert figures["reported_valid_by_category"] == (CATEGORIES if is_told else merged)
        oldest = [row["category"] for row in figures["particulars"]["oldest_open"]]
        assert oldest == (["0306", "0301"] if is_told else ["*", "0301"])
        page = shown(desk, who, "review-detail", review.pk)
        rows = {row: f'data-category="{row}"' in page.text for row in ("0306", "03*", "03")}
        assert rows == {"0306": is_told, "03*": not is_told, "03": True}
        assert ("治安问题：合并列示的类别" in page.text) != is_told
        for code in ("0306", "03*"):
            listed = shown(desk, who, "record-list", review.pk, "reported_valid", query=f"?category={code}")
            assert listed.status_code == (200 if is_told and code == "0306" else 404)
        book = reading.workbook(shown(desk, who, "review-download", review.pk, "xlsx").content)
        told = {row[0]: row[2] for row in book["上报有效事件按类别"][4:] if row[0] and len(row[0]) < 5}
        assert told == merged
        assert "家庭暴力" not in str(book)


def test_papers_and_comparisons_tell_them_together_as_well(desk, review):
    """A table of a paper says so below it; beside a year with four of them nothing is subtracted."""
    with rls.system_scope():
        facts = Facts(review)
        (table,) = tables.by_category(facts, "categories", "有效事件分类", "reported_valid_by_category")
        said = "".join(map(str, phrases.leading(facts, "reported_valid_by_category", "有效事件中数量")))
        before = desk.review(
            "annual",
            "2024-01-01",
            "city",
            as_of="2025-01-01T00:00:00+08:00",
            reported_valid_by_category={"0102": 40, "0301": 40, "0306": 4},
        )
    assert [(str(name), str(count)) for name, count, _share in table.rows] == [
        ("邻里", "40"),
        ("消防", "25"),
        ("治安问题：合并列示的类别", "19"),
    ]
    assert MERGED_NOTE in table.notes
    assert "合并" not in said
    page = shown(desk, "city_supervisor", "compare", review.pk, query=f"?with={before.pk}").text
    rows = [re.findall(r">([^<>\s][^<>]*)<", row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]
    named = ("消防", "家庭暴力", "治安问题：合并列示的类别")
    assert {row[0]: row[1:] for row in rows if row and row[0] in named} == {
        "消防": ["25", "0", "+25"],
        "家庭暴力": ["—", "4", "—"],
        "治安问题：合并列示的类别": ["19", "—", "—"],
    }
