"""Small cells of people are hidden from readers outside, on pages and in the API alike (DOMAIN.md 7.4 no. 15)."""

import pytest
from django.test import Client
from django.urls import reverse

from grid import rls
from mediation.reviews.models import Delivery, Paper
from tests.api.client import Caller
from tests.reviews.desk import Desk
from tests.reviews.render import reading
from tests.reviews.test_pages import figures_in, section

RATE = {"numerator": 40, "denominator": 42, "display": "95.24%"}


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
        beside = {"ranking": {"satisfaction_rate": [row]}, "comparison": {"method": "", **told}}
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
