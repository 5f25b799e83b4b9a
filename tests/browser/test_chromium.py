"""The test browser itself: what the tests of pages build on."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>和睦</title>
<h1 style="font-family: sans-serif">综治中心</h1><script type="module">
  const request = indexedDB.open("queue", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("letters");
  request.onsuccess = () => { document.body.dataset.storage = "ready"; };
  await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
  document.body.dataset.worker = "ready";
</script>"""

WORKER = """addEventListener("install", event => event.waitUntil(
  caches.open("shell").then(cache => cache.add("/")).then(() => skipWaiting())));
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => event.respondWith(fetch(event.request).catch(() => caches.match("/"))));"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves without a word on the console."""

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A site of one page that works offline."""
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "worker.js").write_text(WORKER, "utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_chinese_is_set_in_a_chinese_font(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    session = context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [(font["familyName"].startswith("Noto"), font["glyphCount"]) for font in fonts] == [(True, 4)]


def test_page_stays_there_without_a_network(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("body[data-storage=ready][data-worker=ready]", state="attached")
    context.set_offline(True)
    page.reload()
    assert page.title() == "和睦"


def test_two_people_do_not_share_what_they_store(context: BrowserContext, address: str) -> None:
    mine = context.new_page()
    mine.goto(address)
    mine.evaluate("localStorage.setItem('name', 'mine')")
    browser = context.browser
    assert browser is not None
    other = browser.new_context()
    theirs = other.new_page()
    theirs.goto(address)
    assert theirs.evaluate("localStorage.getItem('name')") is None
    other.close()
