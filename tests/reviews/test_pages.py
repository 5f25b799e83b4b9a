"""The supervisor's desk: what stands on its pages is what is stored, and every number opens what it counts."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from mediation.reviews.indicators import REGISTER, Shape
from mediation.reviews.kinds import Kind
from mediation.reviews.views.figures import FLOW, GROUPS, HEADLINE
from mediation.reviews.words import change_text
from tests.reading import links, words
from tests.reviews.street import Street

FIGURE = re.compile(r'<(?:a class="figure" href="([^"]+)"|span class="figure none")>([^<]*)<')


def reader(street: Street, who: str, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(street.cast.users[who], backend="grid.login.StaffBackend")
    client.cookies["django_language"] = language
    return client


def page_of(street: Street, name: str, who: str = "dispatcher", query: str = "", language: str = "zh-hans") -> Any:
    client = reader(street, who, language)
    return client.get(reverse("reviews:review-detail", args=[street.reviews[name].pk]) + query)


def figures_in(part: str) -> list[tuple[str, str]]:
    """Address and text of every number in a piece of a page."""
    return [(unescape(url), unescape(text)) for url, text in FIGURE.findall(part)]


def cells(html: str, mark: str) -> dict[str, str]:
    """Pieces of a page by the code in one of their data attributes."""
    found = re.findall(rf'<(\w+)[^>]*data-{mark}="([^"]+)"[^>]*>(.*?)</\1>', html, re.DOTALL)
    return {code: piece for _tag, code, piece in found}


def as_stored(figure: dict[str, Any]) -> list[str]:
    """The numbers that a figure is printed as."""
    if "denominator" in figure:
        return [str(figure["numerator"]), str(figure["denominator"])]
    if "count" in figure:
        return [str(figure["count"])]
    return [f"{float(figure['value']):,.2f}" if isinstance(figure["value"], str) else str(figure["value"])]


def section(answer: Any, label: str) -> str:
    """One section of a page by what it is labelled with."""
    found = re.search(rf'<section[^>]*aria-labelledby="{label}"[^>]*>(.*?)</section>', answer.text, re.DOTALL)
    assert found, f"no section {label}"
    return found.group(1)


def test_every_measure_stands_in_one_group() -> None:
    grouped = [id for _label, ids in GROUPS.values() for id in ids]
    assert sorted(grouped) == sorted(REGISTER)
    assert set(HEADLINE) <= set(REGISTER)
    assert {id for id, _sign in FLOW} == {id for id in REGISTER if id.startswith("flow_")}


# -- The page of a review --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["city", "county", "township", "month", "other_county"])
def test_every_measure_is_printed_as_it_is_stored(street: Street, name: str) -> None:
    page, figures = page_of(street, name, "city_supervisor"), street.reviews[name].figures["measures"]
    printed = cells(section(page, "all-measures"), "measure")
    assert set(printed) == set(REGISTER)
    for id, piece in printed.items():
        assert [text for _url, text in figures_in(piece)] == as_stored(figures[id]), id
        if "display" in figures[id]:
            assert figures[id]["display"] in piece


def test_the_headline_says_number_basis_and_change(street: Street) -> None:
    review = street.reviews["county"]
    page = section(page_of(street, "county"), "headline")
    printed = re.findall(r'data-measure="(\w+)">(.*?)(?=data-measure=|$)', page, re.DOTALL)
    assert [id for id, _piece in printed] == list(HEADLINE)
    for id, piece in printed:
        figure = review.figures["measures"][id]
        assert [text for _url, text in figures_in(piece)] == as_stored(figure)
        assert str(REGISTER[id].basis) in piece
        assert f'title="{REGISTER[id].formula}"' in piece
        for key, name in (("yoy", "同比"), ("pop", "环比")):
            said = change_text(review.figures["comparisons"][key]["measures"][id])
            assert f"{name} {said}" in piece, (id, key)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", ["city", "county", "township"])
def test_the_table_of_places_is_what_is_stored(street: Street, name: str, group: str) -> None:
    review = street.reviews[name]
    (key,) = [key for key in review.figures if key.startswith("by_")]
    part = section(page_of(street, name, "city_supervisor", f"?table={group}"), "places-head")
    rows = dict(re.findall(r'<tr data-child="([^"]+)">(.*?)</tr>', part, re.DOTALL))
    assert set(rows) == set(review.figures[key])
    for code, row in rows.items():
        printed = cells(row, "measure")
        assert list(printed) == list(GROUPS[group][1])
        for id, piece in printed.items():
            assert [text for _url, text in figures_in(piece)] == as_stored(review.figures[key][code][id]), (code, id)


@pytest.mark.parametrize("by", ["category", "source"])
def test_break_downs_are_what_is_stored(street: Street, by: str) -> None:
    review = street.reviews["city"]
    label = {"category": "categories", "source": "sources"}[by]
    rows = cells(section(page_of(street, "city", "city_supervisor"), label), by)
    stored = [review.figures[f"{measure}_by_{by}"] for measure in ("reported_valid", "disputes_found")]
    classes = {code for code in rows if by == "category" and len(code) == 2}
    assert set(rows) - classes == set(stored[0]) | set(stored[1])
    for code, row in rows.items():
        texts = [text for _url, text in figures_in(row)]
        counts = [sum(count for known, count in counts.items() if known.startswith(code)) for counts in stored]
        # Of a class without a single dispute no column of disputes is shown.
        assert texts == [str(count) for count in counts[: len(texts)]], code
        assert not any(counts[len(texts) :]), code


def test_every_number_opens_as_many_records_as_it_says(street: Street) -> None:
    """All of one page, whichever table it stands in: followed like a reader would, with rights to everything."""
    client, review = reader(street, "dispatcher"), street.reviews["county"]
    numbers: dict[str, str] = {}
    for group in GROUPS:
        page = client.get(reverse("reviews:review-detail", args=[review.pk]), {"table": group})
        for url, text in figures_in(page.text):
            if url:
                assert numbers.setdefault(url, text) == text, url
            else:
                assert text in ("0", "0.00"), group
    assert len(numbers) > 100
    for url, text in numbers.items():
        answer = client.get(url)
        assert answer.status_code == 200, url
        total, visible = share_of(answer)
        assert total == visible == len(all_rows(client, answer, url)), url
        measure = REGISTER[url.split("/")[4]]
        if measure.shape in (Shape.AMOUNT, Shape.PER_10K) or measure.listed_as:
            # Money is behind its agreements, people behind their cases, and who lives there is one row.
            assert total > 0, url
        else:
            assert total == int(text), (url, text)


def share_of(answer: Any) -> tuple[int, int]:
    found = re.search(r"共\s*(\d+)\s*[件人个]，其中\s*(\d+)\s*[件人个]在您的权限内", words(answer))
    assert found, words(answer)
    return int(found.group(1)), int(found.group(2))


def all_rows(client: Client, answer: Any, url: str) -> list[str]:
    """The rows of a list and of all pages after it."""
    rows = rows_of(answer)
    while found := [link for link in links(answer) if "after=" in link]:
        answer = client.get(url.split("?")[0] + found[0])
        rows += rows_of(answer)
    return rows


def rows_of(answer: Any) -> list[str]:
    table = re.search(r'<table class="table table-cards records">.*?<tbody>(.*?)</tbody>', answer.text, re.DOTALL)
    return re.findall(r"<tr>", table.group(1)) if table else []


def test_the_page_says_as_of_when_and_which_version(street: Street) -> None:
    said = words(page_of(street, "month"))
    assert "截至2024年3月1日 00:00" in said
    assert "第1版 · 已封存" in said
    assert "2024年2月" in said
    assert "月研判" in said
    english = words(page_of(street, "month", language="en"))
    assert "February 2024" in english
    assert "As of 1 Mar 2024" in english
    for measure in REGISTER.values():
        with translation.override("en"):
            assert str(measure.name) in english
            assert not re.search(r"[一-鿿]", f"{measure.name}{measure.formula}{measure.basis}{measure.unit}"), (
                measure.id
            )


def test_neighbours_and_versions_are_linked(street: Street) -> None:
    review, before = street.reviews["county"], street.reviews["before"]
    page = page_of(street, "county")
    assert reverse("reviews:review-detail", args=[before.pk]) in links(page)
    assert reverse("reviews:review-detail", args=[review.pk]) in links(page_of(street, "before"))
    # The township's own review of the same period, from its row.
    assert reverse("reviews:review-detail", args=[street.reviews["township"].pk]) in links(page)
    second = street.another_version("county")
    page = page_of(street, "county")
    assert "这一期已有第2版" in words(page)
    assert reverse("reviews:review-detail", args=[second.pk]) in links(page)


def test_outsiders_find_no_review(street: Street) -> None:
    review = street.reviews["county"]
    for who in ("strange_supervisor", "town_dispatcher", "worker", "village_leader", "mediator", "auditor"):
        client = reader(street, who)
        for url in (
            reverse("reviews:review-detail", args=[review.pk]),
            reverse("reviews:record-list", args=[review.pk, "reported"]),
        ):
            assert client.get(url).status_code == 404, (who, url)


# -- The records behind a number --------------------------------------------------------------------------------------


def test_narrower_readers_see_n_of_many(street: Street) -> None:
    review = street.reviews["other_county"]
    answer = reader(street, "strange_supervisor").get(reverse("reviews:record-list", args=[review.pk, "reported"]))
    total, visible = share_of(answer)
    assert total == review.figures["measures"]["reported"]["value"]
    assert visible == total - 1 == len(rows_of(answer))
    assert "其余1项不予显示" in words(answer)


def test_leaders_see_the_number_and_no_records(street: Street) -> None:
    review = street.reviews["county"]
    answer = reader(street, "leader").get(reverse("reviews:record-list", args=[review.pk, "disputes_found"]))
    assert share_of(answer) == (review.figures["measures"]["disputes_found"]["value"], 0)
    assert rows_of(answer) == []
    assert "记录不在您的查看范围内" in words(answer)


def test_records_link_to_their_pages(street: Street) -> None:
    client, review = reader(street, "dispatcher"), street.reviews["county"]
    opened = set()
    for measure in ("reported", "flow_closed", "disputes_found", "agreements_signed", "mediators_full_time"):
        page = client.get(reverse("reviews:record-list", args=[review.pk, measure]))
        (first, *_rest) = sorted(
            url for url in links(page) if re.match(r"/(incidents|cases|roster/committees)/\d", url)
        )
        assert client.get(first).status_code == 200
        opened.add(first.split("/")[1])
    assert opened == {"incidents", "cases", "roster"}


@pytest.mark.parametrize(
    "address", ["happiness/", "reported/?part=denominator", "reported_valid/?category=9999", "reported/?child=1"]
)
def test_a_number_the_review_does_not_have_is_not_found(street: Street, address: str) -> None:
    base = reverse("reviews:review-detail", args=[street.reviews["county"].pk])
    assert reader(street, "supervisor").get(f"{base}records/{address}").status_code == 404


# -- The reading room -------------------------------------------------------------------------------------------------


def test_the_room_shows_ones_own_place_first(street: Street) -> None:
    for who, names in (("supervisor", {"county", "before", "month"}), ("town_dispatcher", {"township"})):
        page = reader(street, who).get("/reviews/")
        reviews = {url for url in links(page) if re.fullmatch(r"/reviews/\d+/", url)}
        assert reviews == {reverse("reviews:review-detail", args=[street.reviews[name].pk]) for name in names}, who


def test_the_room_goes_down_to_places_below_and_no_further(street: Street) -> None:
    client = reader(street, "supervisor")
    township, county = street.cast.township, street.cast.other_county
    page = client.get("/reviews/", {"unit": township.pk})
    assert reverse("reviews:review-detail", args=[street.reviews["township"].pk]) in links(page)
    for stranger in (county.pk, street.cast.city.pk, street.cast.village.pk, street.cast.centre.pk, "x", 10**30):
        assert client.get("/reviews/", {"unit": stranger}).status_code == 404, stranger


def test_the_room_lists_all_of_a_kind(street: Street) -> None:
    page = reader(street, "supervisor").get("/reviews/", {"kind": "quarterly"})
    said = words(page)
    assert "2024年第1季度" in said
    assert "2023年第4季度" in said
    assert reverse("reviews:review-detail", args=[street.reviews["month"].pk]) not in links(page)


def test_the_room_says_what_is_missing(street: Street) -> None:
    from mediation.reviews.models import DueReview

    due = DueReview(kind=Kind.MONTHLY, start=street.missing.start, due_at=street.missing.due_at, failures=2)
    street.save_at(due, street.cast.county)
    for query in ({}, {"kind": "monthly"}):
        said = words(reader(street, "supervisor").get("/reviews/", query))
        assert "2024年3月 到期未编" in said
        assert "已失败2次" in said
    assert "缺1期" in words(reader(street, "supervisor").get("/reviews/"))
    assert "缺1期" not in words(reader(street, "strange_supervisor").get("/reviews/"))


def test_my_day_leads_to_the_newest_reviews(street: Street) -> None:
    for who in ("supervisor", "leader"):
        page = reader(street, who).get("/")
        opened = {url for url in links(page) if re.fullmatch(r"/reviews/\d+/", url)}
        newest = {reverse("reviews:review-detail", args=[street.reviews[name].pk]) for name in ("county", "month")}
        assert opened == newest, "one of each kind"
        assert "/reviews/" in links(page)
    assert "/reviews/" not in links(reader(street, "mediator").get("/"))


def test_a_department_is_led_on_to_what_was_sent_to_it(street: Street) -> None:
    assert reader(street, "handler").get("/reviews/")["Location"] == reverse("reviews:paper-list")


@pytest.mark.parametrize("who", ["worker", "mediator", "auditor", "system_admin"])
def test_other_roles_are_kept_out_of_the_room(street: Street, who: str) -> None:
    assert reader(street, who).get("/reviews/").status_code == 403


def test_the_register_of_measures_says_all(street: Street) -> None:
    said = words(reader(street, "supervisor").get("/reviews/measures/"))
    for measure in REGISTER.values():
        for text in (measure.name, measure.formula, measure.basis, measure.id):
            assert str(text) in said, (measure.id, text)
    english = words(reader(street, "supervisor", "en").get("/reviews/measures/"))
    assert "Closure rate" in english


# -- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base": {"value": 8}, "difference": 1, "percent": "12.50%", "trend": "up"}, "上升12.50%"),
        ({"base": {"value": 8}, "difference": -2, "percent": "-28.75%", "trend": "down"}, "下降28.75%"),
        ({"base": {"value": 0}, "difference": 5, "percent": "—", "trend": "up"}, "增加5（基期为0）"),
        ({"base": {"value": 0}, "difference": 0, "percent": "—", "trend": "flat"}, "持平"),
        ({"base": {"display": "50.00%"}, "points": "2.31", "trend": "up"}, "上升2.31个百分点"),
        ({"base": {"display": "50.00%"}, "points": "-0.50", "trend": "down"}, "下降0.50个百分点"),
        ({"base": {"display": "—"}, "points": "—", "trend": "unknown"}, "—"),
        (None, "—"),
    ],
)
def test_changes_are_said_in_words(change: Any, said: str) -> None:
    with translation.override("zh-hans"):
        assert change_text(change) == said


def test_shapes_of_the_register_are_all_known() -> None:
    assert {measure.shape for measure in REGISTER.values()} == set(Shape)
