"""The frame of every page: desks by role, faults in plain words, nothing inline, everything reachable by name."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import get_resolver, reverse

from config.desks import DESKS, desks_for
from grid.scope import Role
from tests.cast import Cast
from tests.reading import links, words
from tests.scene import Scene

BASE = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(path for app in ("config", "grid", "cases", "mediation") for path in (BASE / app).rglob("*.html"))

MENUS = {
    "worker": {"home", "cases:incident-report", "cases:report-list", "cases:nil-report"},
    "clerk": {
        "home",
        "cases:incident-report",
        "cases:report-list",
        "cases:incident-list",
        "mediation:case-list",
        "cases:nil-report",
        "inspections:sample-today",
        "reviews:review-list",
        "reviews:measure-list",
        "mediation:committee-list",
        "grid:unit-list",
    },
    "leader": {
        "home",
        "cases:incident-list",
        "mediation:case-list",
        "reviews:review-list",
        "reviews:measure-list",
        "mediation:committee-list",
    },
    "handler": {"home", "cases:incident-list", "mediation:case-list", "reviews:paper-list"},
    "mediator": {"home", "mediation:case-list", "mediation:committee-list"},
    "auditor": {"home", "cases:reveal-list"},
    "system_admin": {"home", "grid:unit-list", "grid:user-list", "cases:calendar"},
    "security_admin": {"home", "grid:unit-list", "grid:user-list"},
}
"""Who is offered which desk, written by hand."""


@pytest.mark.parametrize("who", sorted(MENUS))
def test_the_menu_offers_what_the_role_may_open_and_nothing_else(signed_in: Any, who: str) -> None:
    page = signed_in(who).get("/")
    offered = {link.name for group in DESKS for link in group.links if link.url in links(page)}
    assert offered == MENUS[who]


def test_every_link_of_the_menu_opens_for_whoever_is_offered_it(signed_in: Any, cast: Cast) -> None:
    # Others of a role see the same menu.
    for who in {user.posts.get().role: name for name, user in cast.users.items() if user.posts.exists()}.values():
        client = signed_in(who)
        for url in links(client.get("/")):
            if url.startswith("/") and not url.startswith("/static/"):
                assert client.get(url).status_code == 200, (who, url)


def test_the_longest_address_decides_which_desk_is_current() -> None:
    (current,) = (
        link.name
        for group in desks_for(frozenset(Role), "/incidents/7/")
        for link, is_current in group.links
        if is_current
    )
    assert current == "cases:incident-list"


def test_somebody_without_a_post_is_told_so(client: Any, cast: Cast) -> None:
    from grid.workflow import add_user

    client.force_login(add_user(username="newcomer", name="新来"), backend="grid.login.StaffBackend")
    page = client.get("/")
    assert "您还没有岗位" in words(page)
    assert reverse("cases:incident-list") not in links(page)


# -- Faults ---------------------------------------------------------------------------------------------------------


def test_a_strange_address_is_not_found_in_plain_words(signed_in: Any) -> None:
    answer = signed_in("worker").get("/no/such/page/")
    assert answer.status_code == 404
    assert "没有这项内容，或不在您的查看范围内" in words(answer)


def test_a_strange_address_is_not_found_for_strangers_too(client: Any, cast: Cast) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "未找到" in words(answer)


def test_what_no_text_can_hold_is_refused_in_plain_words(signed_in: Any) -> None:
    client = signed_in("clerk")
    for answer in (
        client.get(reverse("cases:incident-list"), {"number": "\0"}),
        client.get(reverse("grid:unit-list"), {"q": "\0"}),
        client.post(reverse("cases:incident-report"), {"find": "place", "place_q": "\0"}),
    ):
        assert answer.status_code == 400
        assert "请返回重试" in words(answer)


def test_absent_and_out_of_scope_look_the_same(signed_in: Any, scene: Scene) -> None:
    client = signed_in("stranger")
    absent = client.get(reverse("cases:incident-detail", args=[10**9]))
    hidden = client.get(reverse("cases:incident-detail", args=[scene.incidents["plain"].pk]))
    assert absent.status_code == hidden.status_code == 404
    token = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"|/incidents/\d+/')
    assert token.sub("", absent.text) == token.sub("", hidden.text)


def test_a_desk_of_another_role_is_refused_in_plain_words(signed_in: Any) -> None:
    answer = signed_in("worker").get(reverse("cases:incident-list"))
    assert answer.status_code == 403
    assert "没有权限" in words(answer)


def test_a_form_without_its_mark_is_refused_in_plain_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk, backend="grid.login.StaffBackend")
    answer = client.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "页面已过期" in words(answer)


def test_a_fault_inside_a_dialog_is_only_a_part(signed_in: Any) -> None:
    answer = signed_in("clerk").get("/no/such/page/", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "未找到" in answer.text


def test_the_page_for_our_own_errors_needs_nothing() -> None:
    assert "系统出错" in render_to_string("500.html")


def test_our_own_error_is_answered_with_that_page(signed_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("on purpose")

    client = signed_in("clerk")
    client.raise_request_exception = False
    monkeypatch.setattr("config.home.home_context", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "刚才的操作没有保存" in words(answer)


# -- What holds for every page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_inline_script_or_style(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_every_word_in_both_languages(template: Path) -> None:
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", template.read_text("utf-8"), flags=re.DOTALL)
    # The seal and the language's own name are what they are in any language; so is the notice board of 500.html.
    text = text.replace(">和</span>", "").replace(">中文</button>", "")
    assert not re.findall(r"[一-鿿]+", _without_blocktranslate(template, text))


def _without_blocktranslate(template: Path, text: str) -> str:
    raw = template.read_text("utf-8")
    for said in re.findall(r"{% blocktranslate.*?%}(.*?){% endblocktranslate %}", raw, flags=re.DOTALL):
        for part in re.split(r"{%.*?%}|{{.*?}}", said):
            text = text.replace(part, "", 1)
    return text


def test_the_policy_allows_only_files_of_ours(signed_in: Any) -> None:
    answer = signed_in("clerk").get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_addresses_of_pages_are_named_app_noun_verb() -> None:
    for name, resolver in get_resolver().namespace_dict.items():
        if name in ("grid", "cases", "mediation", "reviews"):
            for pattern in resolver[1].url_patterns:
                assert re.fullmatch(r"[a-z]+(-[a-z]+)*", str(getattr(pattern, "name", ""))), pattern


def test_pages_of_the_shell_open_in_both_languages(signed_in: Any) -> None:
    client = signed_in("clerk")
    assert "界面组件" in words(client.get("/design/"))
    client.cookies["django_language"] = "en"
    assert "Components" in words(client.get("/design/"))
