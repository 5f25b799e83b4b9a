"""Charts of a review in a real browser: they draw, a tap opens the records behind a bar, and nothing needs a script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import serving
from tests.reviews.street import Street, built_street

__all__ = ["built_street"]

pytestmark = pytest.mark.browser

MIDDLE_OF_FIRST_BAR = """element => {
    const chart = window.echarts.getInstanceByDom(element);
    const value = chart.getOption().series[0].data[0];
    const [x, y] = chart.convertToPixel({seriesIndex: 0}, [value / 2, 0]);
    const box = element.getBoundingClientRect();
    return [box.x + x, box.y + y];
}"""


@pytest.fixture(scope="module")
def address(built_street: Street) -> Iterator[str]:
    """The running house."""
    with serving(StaticFilesHandler(get_wsgi_application())) as served:
        yield served


def open_review(browser: Browser, street: Street, address: str, name: str, **more: Any) -> Page:
    """The page of a review before its supervisor of the city; whatever the browser complains of is kept on it."""
    client = Client()
    client.force_login(street.cast.city_supervisor, backend="grid.login.StaffBackend")
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **more)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page = context.new_page()
    page.goto(address + reverse("reviews:review-detail", args=[street.reviews[name].pk]))
    return page


def test_charts_draw_and_a_tap_opens_what_a_bar_counts(browser: Browser, built_street: Street, address: str) -> None:
    page = open_review(browser, built_street, address, "city")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.reload()
    for kind in ("trend", "categories", "places", "map"):
        expect(page.locator(f"[data-chart={kind}][data-drawn]").first).to_be_visible()
    bars = page.locator("[data-chart=categories][data-drawn]").first
    bars.scroll_into_view_if_needed()
    counts = built_street.reviews["city"].figures["reported_valid_by_category"]
    x, y = bars.evaluate(MIDDLE_OF_FIRST_BAR)
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile(r"/records/reported_valid/\?category=\d{4}$"))
    assert f"共{max(counts.values())}件" in page.locator(".share").inner_text().replace(" ", "")
    assert complaints == []
    page.context.close()


def test_another_measure_is_drawn_when_it_is_chosen(browser: Browser, built_street: Street, address: str) -> None:
    page = open_review(browser, built_street, address, "county")
    drawn = "element => window.echarts.getInstanceByDom(element).getOption().series[0].data"
    places = page.locator("[data-chart=places][data-drawn]")
    expect(places).to_be_visible()
    page.get_by_label("图示指标").select_option(label="上报有效事件")
    stored = built_street.reviews["county"].figures["by_township"].values()
    wanted = sorted((measures["reported_valid"]["value"] for measures in stored), reverse=True)
    assert places.evaluate(drawn) == wanted
    page.context.close()


def test_without_a_script_the_tables_say_it_all(browser: Browser, built_street: Street, address: str) -> None:
    page = open_review(browser, built_street, address, "city", java_script_enabled=False)
    for box in page.locator("[data-chart-box]").all():
        expect(box).to_be_hidden()
    for section in ("trend", "places-head", "categories", "sources", "all-measures"):
        assert page.locator(f"[aria-labelledby={section}] table").first.locator("td").count() > 0
    page.context.close()
