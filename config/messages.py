"""Translations without the gettext programs: extract, compile and check with Babel.

    python -m config.messages update    add the texts that are new in the sources, drop those that are gone
    python -m config.messages compile   write the .mo files that Django reads (make install)
    python -m config.messages check     fail when a text lacks its English (make check)

Chinese is the language of the sources; English is complete or the check fails.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parent.parent
APPS = ("grid", "cases", "mediation", "config", "seeds")
CATALOGUE = BASE / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"

# Without dates, line numbers and tool versions, so that two people's additions rarely meet in one line.
HEADER = """\
# English texts of Hemu; the keys are the Chinese texts of the sources (python -m config.messages update).
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

# What each argument is: the text's place, or (place, "c") for a context.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def sources() -> Iterator[Path]:
    """Yield every Python file and template of ours."""
    for app in APPS:
        for path in sorted((BASE / app).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                in_templates = "templates" in path.parts
                if (path.suffix == ".py") != in_templates:
                    yield path


def extracted() -> Catalog:
    """Return a catalogue of the texts that the sources mark, without translations."""
    catalogue = Catalog(locale="en", domain="django", charset="utf-8")
    for path in sources():
        text = path.read_text("utf-8")
        # A template becomes lines that contain gettext calls among filler; only single lines are Python.
        chunks = [text] if path.suffix == ".py" else [line.strip() for line in templatize(text).splitlines()]
        for chunk in chunks:
            for message, context in _calls(chunk):
                catalogue.add(message, context=context)
    return catalogue


def _calls(source: str) -> Iterator[tuple[Any, str | None]]:
    """Yield text (or its singular and plural) and context of every marked text in Python source."""
    for _line, name, arguments, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}):
        values: tuple[Any, ...] = arguments if isinstance(arguments, tuple) else (arguments,)
        context: str | None = None
        texts: list[str] = []
        for place in KEYWORDS[str(name)] or (1,):
            if isinstance(place, tuple):
                context = values[place[0] - 1]
            else:
                texts.append(values[place - 1])
        # A computed argument is empty here; Django could not find its translation either.
        if all(texts):
            yield (tuple(texts) if len(texts) > 1 else texts[0]), context


def stored() -> Catalog:
    """Return the committed catalogue, empty when there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", domain="django", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def update() -> int:
    """Bring the committed catalogue in line with the sources; translations stay."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    text = io.BytesIO()
    write_po(text, catalogue, width=120, no_location=True, sort_output=True, omit_header=True)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(HEADER.encode() + text.getvalue())
    print(
        f"{len(catalogue)} 条 (texts), 未翻译 (untranslated): {sum(not _is_translated(m) for m in catalogue if m.id)}"
    )
    return 0


def compile_all() -> int:
    """Write the binary catalogue beside the committed one."""
    catalogue = stored()
    target = CATALOGUE.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)
    return 0


def problems() -> list[str]:
    """Return what is wrong with the English, one line each."""
    catalogue, found = stored(), []
    for message in extracted():
        if message.id:
            ours = catalogue.get(_key(message), message.context)
            if ours is None:
                found.append(f"missing: {message.id!r}")
            elif not _is_translated(ours):
                found.append(f"untranslated: {message.id!r}")
    found += [f"fuzzy: {message.id!r}" for message in catalogue if message.id and message.fuzzy]
    found += [f"{message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]
    return found


def _key(message: Any) -> str:
    return message.id[0] if message.pluralizable else message.id


def _is_translated(message: Any) -> bool:
    return all(message.string) if message.pluralizable else bool(message.string)


def check() -> int:
    """Print what is wrong; return 1 when something is."""
    found = problems()
    print("\n".join(found) or "translations: complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"update": update, "compile": compile_all, "check": check}[sys.argv[1]]())
