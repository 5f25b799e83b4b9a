"""The main path once in a real browser: a phone in the village, the desks, and the number on the review's page.

Every step is a tap or a key stroke on what the page shows; waiting is for what must appear, never for time.
"""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from grid import rls
from tests.browser.serving import serving
from tests.cast import COUNTY, Cast
from tests.desk import PASSWORD

pytestmark = pytest.mark.browser

WORDS = "两户因排水沟走向多次争执，言语激烈，请求上门处理"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1360, "height": 860}}
TO_INCIDENT = re.compile(r"/incidents/\d+/$")
TO_CASE = re.compile(r"/cases/\d+/")


class House:
    """The running house, and whoever comes in."""

    def __init__(self, browser: Browser, address: str, cast: Cast) -> None:
        self.browser, self.address, self.cast = browser, address, cast
        self.faults: list[str] = []
        self.open: dict[str, Page] = {}

    def enter(self, who: str, size: dict[str, Any] = DESK) -> Page:
        """Sign in by the sign-in page; whoever is in already goes back to their day."""
        if who in self.open:
            self.open[who].goto(self.address)
            return self.open[who]
        context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **size)
        page = self.open[who] = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{who}: {error}"))
        page.goto(self.address)
        page.get_by_label("用户名").fill(self.cast.users[who].username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page).to_have_url(f"{self.address}/")
        return page


@pytest.fixture
def house(browser: Browser, committed_cast: Cast) -> Iterator[House]:
    """The house with everybody able to sign in."""
    with rls.system_scope():
        for user in committed_cast.users.values():
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
    with serving(StaticFilesHandler(get_wsgi_application())) as address:
        made = House(browser, address, committed_cast)
        yield made
        for page in made.open.values():
            page.context.close()
    assert made.faults == []


def desk(page: Page, name: str) -> None:
    """Go to a desk by the navigation."""
    page.get_by_role("navigation", name="工作台").get_by_role("link", name=name, exact=True).click()


def queue(page: Page, name: str) -> None:
    """Go to one queue of the desk."""
    page.get_by_role("navigation", name="队列").get_by_role("link", name=re.compile(rf"^{name}")).click()


def first(page: Page, pattern: str) -> None:
    """Open the one record that waits there."""
    page.locator(f"main a[href*='{pattern}'].number").first.click()


def button(page: Page, name: str) -> None:
    """Press a button of the page."""
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def link(page: Page, name: str) -> None:
    """Follow a link of the page; some open a dialog."""
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def done(page: Page, name: str) -> None:
    """Send the dialog's form, by a double click as many do; it closes because the page behind it is drawn anew."""
    page.locator("#dialog").get_by_role("button", name=name, exact=True).dblclick()
    expect(page.locator("#dialog[open]")).to_have_count(0)
    expect(page.locator("#messages")).not_to_contain_text(re.compile("已记录.*已记录", re.DOTALL))


def report(house: House) -> None:
    """On the phone: three taps and a sentence, sent again when the network is back."""
    page = house.enter("worker", PHONE)
    page.get_by_role("navigation", name="常用").get_by_role("link", name="上报", exact=True).tap()
    page.locator("#category-field summary").first.tap()
    page.locator("#category-field details[open] label").nth(1).tap()
    page.locator("[name=description]").fill(WORDS)
    page.context.set_offline(True)
    page.locator("#report button[type=submit]").tap()
    expect(page.get_by_role("alert")).to_contain_text("网络不通")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator("#report button[type=submit]").tap()
    expect(page).to_have_url(re.compile(r"/report/\d+/receipt/$"))


def to_case(house: House) -> None:
    """The clerk finds it valid; the dispatcher makes a case of it and enters both sides."""
    clerk = house.enter("clerk")
    desk(clerk, "事件办理")
    first(clerk, "/incidents/")
    button(clerk, "核实有效")
    expect(clerk.locator("main")).to_contain_text("“核实有效”已记录")
    page = house.enter("dispatcher")
    desk(page, "事件办理")
    queue(page, "待分流")
    first(page, "/incidents/")
    link(page, "分流")
    page.locator("#dialog").get_by_text("人民调解", exact=True).click()
    done(page, "分流")
    link(page, "转为纠纷案件")
    page.get_by_text("滨河街道人民调解委员会", exact=True).click()
    button(page, "转为纠纷案件")
    expect(page).to_have_url(TO_CASE)
    for side, name in (("申请人", "甲某某"), ("被申请人", "乙某某")):
        page.goto(re.sub(r"\?.*", "", page.url) + "?tab=parties")
        link(page, "登记当事人")
        page.locator("main").get_by_text(side, exact=True).first.click()
        page.locator("main [name=name]").fill(name)
        page.locator("[name=notice_given]").check()
        button(page, "保存")
        expect(page.locator("main")).to_contain_text("当事人已登记")
    for left in (1, 0):
        button(page, "同意调解")
        expect(page.get_by_role("button", name="同意调解", exact=True)).to_have_count(left)


def to_agreement(house: House) -> None:
    """The director takes it on and appoints; the mediator sits down with both and writes the agreement."""
    page = house.enter("director")
    desk(page, "纠纷调解")
    first(page, "/cases/")
    link(page, "受理")
    done(page, "受理")
    link(page, "指派调解员")
    page.locator("#dialog label:has([name=mediator])").filter(has_text="调解员甲").click()
    page.locator("#dialog [name=no_interest]").check()
    done(page, "指派调解员")
    page = house.enter("mediator")
    desk(page, "纠纷调解")
    first(page, "/cases/")
    link(page, "安排调解")
    done(page, "安排调解")
    link(page, "记录调解")
    page.locator("[name=began_at]").fill(timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=minutes]").fill("1")
    page.locator("[name=record]").fill("双方陈述经过，互相致歉，就疏通水沟达成一致。")
    page.get_by_text("达成一致", exact=True).click()
    button(page, "记录调解")
    expect(page.locator("main")).to_contain_text("调解记录已保存")
    link(page, "签订协议")
    page.locator("[name=content]").fill("被申请人疏通水沟，并赔偿申请人人民币六百元。")
    for name in ("debtor", "creditor"):
        page.locator(f"[name=duty0-{name}]").select_option(index=2 if name == "debtor" else 1)
    page.locator("[name=duty0-text]").fill("赔偿")
    page.locator("[name=duty0-amount]").fill("600")
    page.locator("[name=duty0-due_on]").fill(str(timezone.localdate()))
    for box in page.locator("[name^=signed_][value=signature]").all():
        box.check()
    page.locator("[name=mediator_signed]").check()
    page.locator("[name=seal_affixed]").check()
    page.locator("main form button[type=submit].btn-large").click()
    expect(page.locator("main")).to_contain_text("已登记")


def to_end(house: House) -> None:
    """Paid, visited, closed."""
    page = house.enter("mediator")
    desk(page, "纠纷调解")
    queue(page, "履行跟踪")
    first(page, "/cases/")
    link(page, "登记履行")
    link(page, "登记履行")
    done(page, "登记履行")
    link(page, "登记回访")
    page.locator("#dialog [name=party]").first.check()
    page.locator("#dialog").get_by_text("满意", exact=True).click()
    page.locator("#dialog [name=findings]").fill("已付清，水沟已通")
    page.locator("#dialog").get_by_role("button", name="登记回访", exact=True).click()
    expect(page.locator("#dialog[open]")).to_have_count(0)
    page = house.enter("director")
    desk(page, "纠纷调解")
    queue(page, "待结案")
    first(page, "/cases/")
    link(page, "结案")
    page.locator("#dialog [name=remark]").fill("赔偿已付清，双方和好，准予结案。")
    done(page, "结案")
    expect(page.locator("main")).to_contain_text("已结案")


def test_from_a_phone_in_the_village_to_the_number_on_the_review(house: House) -> None:
    report(house)
    to_case(house)
    to_agreement(house)
    to_end(house)
    today = str(timezone.localdate())
    call_command("build_review", "--unit", COUNTY, "--kind", "daily", "--start", today, stdout=StringIO())
    page = house.enter("supervisor")
    desk(page, "研判报告")
    page.locator("main a[href^='/reviews/']").filter(has_text=re.compile(r"\d")).first.click()
    for measure in ("reported_valid", "disputes_accepted", "agreements_signed"):
        number = page.locator(f"[data-measure={measure}] a.figure").first
        expect(number).to_have_text("1")
    page.locator("[data-measure=reported_valid] a.figure").first.click()
    expect(page.locator("main a[href^='/incidents/']")).to_have_count(1)
    page.locator("main a[href^='/incidents/']").click()
    expect(page.locator("main")).to_contain_text(WORDS)
