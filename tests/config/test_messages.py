"""Translations without the gettext programs."""

import gettext
from pathlib import Path

import pytest

from config import messages

PAGE = """{% load i18n %}<h1>{% translate "办结" %}</h1> it's ( unbalanced
{% blocktranslate count n=cases|length %}{{ n }} 件{% plural %}{{ n }} 件案件{% endblocktranslate %}
{% blocktranslate trimmed with name=user.name %}
  您好，{{ name }}
{% endblocktranslate %}
{% translate "月" context "duration" %}<a title="{% translate '标题' %}">{{ _("分页") }}</a>"""

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
title = _("网格")
count = ngettext("%(n)d 个", "%(n)d 个们", 3)
month = pgettext("date", "月")
long = _("合"
         "并")
"""


@pytest.fixture(autouse=True)
def _sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small project with one page and one module."""
    (tmp_path / "grid" / "templates").mkdir(parents=True)
    (tmp_path / "grid" / "templates" / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "grid" / "models.py").write_text(CODE, "utf-8")
    monkeypatch.setattr(messages, "BASE", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "en" / "django.po")


def translate(old: str, new: str) -> None:
    """Fill in a translation, as a translator does."""
    text = messages.CATALOGUE.read_text("utf-8")
    assert f'msgid "{old}"\nmsgstr ""' in text
    messages.CATALOGUE.write_text(text.replace(f'msgid "{old}"\nmsgstr ""', f'msgid "{old}"\nmsgstr "{new}"'), "utf-8")


def test_texts_of_pages_and_code_are_found() -> None:
    found = {(message.id, message.context) for message in messages.extracted() if message.id}
    assert found == {
        ("办结", None),
        (("%(n)s 件", "%(n)s 件案件"), None),
        ("您好，%(name)s", None),
        ("月", "duration"),
        ("标题", None),
        ("分页", None),
        ("网格", None),
        (("%(n)d 个", "%(n)d 个们"), None),
        ("月", "date"),
        ("合并", None),
    }


def test_update_keeps_translations_and_drops_what_is_gone() -> None:
    messages.update()
    translate("办结", "Close")
    translate("网格", "Grid")
    (messages.BASE / "grid" / "models.py").write_text("", "utf-8")
    messages.update()
    text = messages.CATALOGUE.read_text("utf-8")
    assert 'msgid "办结"\nmsgstr "Close"' in text
    assert "网格" not in text
    messages.update()
    assert messages.CATALOGUE.read_text("utf-8") == text


def test_compiled_catalogue_is_read_by_gettext() -> None:
    messages.update()
    translate("办结", "Close")
    messages.compile_all()
    with messages.CATALOGUE.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("办结") == "Close"


def test_check_names_missing_untranslated_and_broken_texts() -> None:
    assert len(messages.problems()) == 10
    assert all(problem.startswith("missing") for problem in messages.problems())
    messages.update()
    translate("您好，%(name)s", "Hello, %(nom)s")
    problems = messages.problems()
    assert "untranslated: '办结'" in problems
    assert any("%(name)s" in problem and not problem.startswith("untranslated") for problem in problems)
    assert messages.check() == 1
