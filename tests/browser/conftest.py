"""One Chromium per test process, one fresh context per test."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.chromium import launch


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this test process."""
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread; Django would take our queries beside it for a mistake.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        started = launch(playwright)
        yield started
        started.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser: Chinese, in China's time zone, without cookies."""
    made = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield made
    made.close()
