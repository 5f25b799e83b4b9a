"""A paper as one HTML file that needs nothing else: to be read in a browser, or handed to other programs."""

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mediation.reviews.outline import Block, Chart, Heading, Listing, Outline, Paragraph, Table, plain
from mediation.reviews.periods import chinese_day
from mediation.reviews.render.annexes import annexes_of
from mediation.reviews.render.charts import svg_of
from mediation.reviews.render.wording import WORDS, clean, level_of, listed

STYLE = mark_safe(
    "body{font:16px/1.8 FangSong,STFangsong,'Noto Serif SC',serif;max-width:56em;margin:2em auto;padding:0 1em;"
    "color:#1a1a1a;background:#fff}h1{text-align:center}h2,h3,h4,h5{font-size:1em}p{text-indent:2em;margin:0}"
    ".flush,.centre,.right{text-indent:0}.centre{text-align:center}.right{text-align:right}"
    "table{border-collapse:collapse;margin:1em auto;font-size:.85em}caption{font-weight:bold}"
    "th,td{border:1px solid #666;padding:.2em .6em;text-align:left}td.number{text-align:right}"
    "thead{display:table-header-group}tr{break-inside:avoid}figure{margin:1em 0;text-align:center}"
    "svg{max-width:100%;height:auto}.notes{font-size:.8em}"
)


def html_of(outline: Outline) -> bytes:
    """Return the paper as an HTML document in UTF-8."""
    with translation.override("zh-hans"):
        body = format_html_join("\n", "{}", ((part,) for part in _parts(outline)))
        return str(
            format_html(
                '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{}</title>'
                "<style>{}</style></head><body>\n{}\n</body></html>\n",
                clean(outline.title),
                STYLE,
                body,
            )
        ).encode()


def _parts(outline: Outline) -> list[SafeString]:
    parts = [_line("centre", outline.mark), _line("centre", outline.number)]
    parts.append(format_html("<h1>{}</h1>", clean(outline.title)))
    parts.append(_line("centre", outline.as_of))
    parts.append(_line("flush", f"{outline.addressee}：" if outline.addressee else ""))
    parts += [_block(block) for block in outline.blocks]
    parts.append(_line("right", outline.organ))
    parts.append(_line("right", chinese_day(outline.issued_on) if outline.issued_on else ""))
    parts += [_line("", f"（{note}）") for note in outline.footnotes]
    for annex in annexes_of(outline):
        parts.append(_line("flush", annex.label))
        if annex.title and not any(getattr(block, "title", "") == annex.title for block in annex.blocks):
            parts.append(format_html("<h2>{}</h2>", clean(annex.title)))
        parts += [_block(block) for block in annex.blocks]
    if outline.copies_to:
        parts.append(_line("flush", f"{WORDS['copies']}：{'，'.join(outline.copies_to)}。"))
    return [part for part in parts if part]


def _line(kind: str, words: str) -> SafeString:
    return format_html('<p class="{}">{}</p>', kind, clean(words)) if words else SafeString("")


def _block(block: Block) -> SafeString:
    match block:
        case Heading(words=words):
            level = level_of(block) + 1
            return format_html("<h{}>{}</h{}>", level, clean(words), level)
        case Paragraph(text=text):
            return _line("", plain(text))
        case Listing():
            return format_html_join("\n", "{}", ((_line("", item),) for item in listed(block)))
        case Table():
            return _table(block)
        case Chart():
            drawing = mark_safe(svg_of(block))  # Escaped where it is drawn.
            return format_html("<figure>{}<figcaption>{}</figcaption></figure>", drawing, clean(block.title))


def _table(table: Table) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((clean(column.name),) for column in table.columns))
    kinds = ["number" if column.is_number else "words" for column in table.columns]
    rows = format_html_join(
        "\n",
        "<tr>{}</tr>",
        (
            (format_html_join("", '<td class="{}">{}</td>', zip(kinds, map(_said, row), strict=True)),)
            for row in table.rows
        ),
    )
    notes = format_html_join("", '<p class="notes flush">{}</p>', ((clean(note),) for note in table.notes))
    return format_html(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>\n{}\n</tbody></table>{}",
        clean(table.title),
        head,
        rows,
        notes,
    )


def _said(run: object) -> str:
    return clean(str(run))
