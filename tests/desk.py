"""Somebody at a desk without a browser: pages are opened, forms found on them, filled in and sent, as HTML says.

What a form holds already (its key, its mark against forgery, first values) is sent along as a browser would; an input
that is not on the form cannot be filled in.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

PASSWORD = "Sanchuan-2026-heping"


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    """Collects the forms of a page with what stands in their inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and name:
            kind = given.get("type", "text")
            self.open.names.add(name)
            if kind not in ("checkbox", "radio", "submit", "file") or "checked" in given:
                self.open.values.setdefault(name, []).append(value)
        elif tag == "button" and name:
            self.open.names.add(name)
        elif tag == "select":
            self.select = name
            self.open.names.add(name)
        elif tag == "option" and "selected" in given and self.select:
            self.open.values[self.select] = [value]
        elif tag == "textarea":
            self.text = name
            self.open.names.add(name)
            self.open.values[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.text:
            self.open.values[self.text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.text = ""


class Desk:
    """A signed-in person and the page in front of them."""

    def __init__(self, username: str) -> None:
        """Come in by the sign-in page."""
        self.client = Client(enforce_csrf_checks=True)
        self.path = ""
        self.page: Any = None
        self.open("/sign-in/")
        self.send("/sign-in/", username=username, password=PASSWORD)
        assert self.path == "/", f"{username} did not get in"

    def open(self, path: str) -> "Desk":
        """Open a page; refusals are failures here."""
        self.page = self.client.get(path, follow=True)
        self._arrived(path)
        return self

    def form(self, action: str) -> Form:
        """The form of the page that goes to an address ending so."""
        found = _Forms()
        found.feed(self.page.content.decode())
        here = self.path.split("?")[0]
        forms = [form for form in found.forms if (form.action or here).split("?")[0].endswith(action)]
        assert forms, (action, self.path, [form.action for form in found.forms])
        return next((form for form in forms if form.method == "post"), forms[0])

    def send(self, action: str = "", **values: Any) -> "Desk":
        """Fill in and send a form of the page; an answer that is no new page means it was refused."""
        form = self.form(action)
        unknown = set(values) - form.names
        assert not unknown, f"no such input on {self.path}: {sorted(unknown)}, only {sorted(form.names)}"
        sent: dict[str, Any] = {**form.values, **{name: _text(value) for name, value in values.items()}}
        target = form.action or self.path
        self.page = self.client.post(target, sent, follow=True)
        assert self.page.redirect_chain, f"{target} refused: {self.words}"
        self._arrived(target)
        return self

    def _arrived(self, path: str) -> None:
        chain = getattr(self.page, "redirect_chain", [])
        self.path = chain[-1][0] if chain else path
        assert self.page.status_code == 200, (self.path, self.page.status_code, self.words)

    @property
    def words(self) -> str:
        """What the page says."""
        from tests.reading import words

        return words(self.page)


def _text(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list) else str(value)
