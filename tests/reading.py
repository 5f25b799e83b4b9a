"""Reading pages as people do: what stands on them, what can be pressed."""

import re
from html import unescape
from typing import Any

TAG = re.compile(r"<[^>]+>")


def words(answer: Any) -> str:
    """The text of a page, tags taken out."""
    return " ".join(unescape(TAG.sub(" ", answer.text)).split())


def links(answer: Any) -> set[str]:
    """Where the page's links go."""
    return {unescape(url) for url in re.findall(r'href="([^"]+)"', answer.text)}


def forms(answer: Any) -> set[str]:
    """Where the page's posting forms go."""
    found = re.findall(r'<form[^>]*method="post"[^>]*>', answer.text)
    return {unescape(match.group(1)) for form in found if (match := re.search(r'action="([^"]+)"', form))}


def value_of(answer: Any, name: str) -> str:
    """The value of an input as the server wrote it."""
    for tag in re.findall(r"<input[^>]*>", answer.text):
        if f'name="{name}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return unescape(found.group(1)) if found else ""
    raise AssertionError(f"no input {name!r} on the page")


def error_of(answer: Any, name: str) -> str:
    """What is said to be wrong beside an input."""
    found = re.search(rf'id="id_{name}_error"[^>]*>(.*?)</ul>', answer.text, re.DOTALL)
    return " ".join(TAG.sub(" ", found.group(1)).split()) if found else ""
