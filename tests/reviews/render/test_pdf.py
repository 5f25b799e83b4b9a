"""The page of GB/T 9704 as it comes out of the printer: measured in the PDF itself."""

import threading
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from mediation.reviews.outline import ChartKind, Column, Form, Heading, Paragraph, Table
from mediation.reviews.render import fonts
from mediation.reviews.render.pdf import pdf_of
from tests.reviews.render import papers, reading
from tests.reviews.render.reading import MM

LEFT, RIGHT, TOP, BOTTOM = 28 * MM, (210 - 26) * MM, 37 * MM, (297 - 35) * MM


def lines_of(page):
    """Lines of body text as (y, words), the page number left out."""
    found: dict[int, str] = {}
    for _x, y, size, text in reading.spans(page):
        if y < BOTTOM and size == 16:
            found[round(y * 10)] = found.get(round(y * 10), "") + text.strip()
    return sorted(found.items())


def test_a_full_page_has_22_lines_of_28_characters():
    pages = reading.pdf(pdf_of(papers.paper(Form.REPORT, Paragraph((papers.BODY * 40,))))).pages
    for page in pages[1:3]:
        lines = lines_of(page)
        assert [len(words) for _y, words in lines] == [28] * 22
        pitches = [(after - before) / 10 for (before, _), (after, _) in pairwise(lines)]
        assert all(pitch == pytest.approx(225 * MM / 22, abs=0.11) for pitch in pitches)


def test_the_type_area_is_156_by_225_millimetres():
    page = reading.pdf(pdf_of(papers.paper(Form.REPORT, Paragraph((papers.BODY * 40,))))).pages[1]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((210 * MM, 297 * MM), abs=0.1)
    lines = [span for span in reading.spans(page) if span[2] == 16]
    assert {round(x - LEFT, 1) for x, _y, _size, _text in lines} == {0.0}
    first, last = min(y for _x, y, _s, _t in lines), max(y for _x, y, _s, _t in lines)
    # Baselines lie 0.88 em under the top of a line.
    assert first == pytest.approx(TOP + 0.88 * 16, abs=0.5)
    assert BOTTOM - 16 < last < BOTTOM


def test_a_paragraph_begins_two_characters_in_and_a_heading_too():
    outline = papers.paper(
        Form.REPORT, Heading(1, "一、总体"), Heading(2, "（一）上报"), Paragraph((papers.BODY,)), addressee="市委"
    )
    (page,) = reading.pdf(pdf_of(outline)).pages
    begins = {text.strip()[:2]: x - LEFT for x, _y, _size, text in reading.spans(page)}
    two = 2 * 156 * MM / 28
    assert begins["市委"] == pytest.approx(0, abs=0.5)
    assert begins["一、"] == pytest.approx(two, abs=0.5)
    assert begins["按照"] == pytest.approx(two, abs=0.5)
    # A bracket is drawn in the right half of its square.
    assert two <= begins["（一"] + 8 < two + 16


def test_page_numbers_stand_outside_odd_right_and_even_left():
    pages = reading.pdf(pdf_of(papers.paper(Form.REPORT, Paragraph((papers.BODY * 40,))))).pages
    for number, page in enumerate(pages, 1):
        ((x, y, size, text),) = [span for span in reading.spans(page) if span[2] == 14]
        assert text.strip() == f"— {number} —"
        assert BOTTOM + 7 * MM < y < BOTTOM + 7 * MM + size
        if number % 2:
            assert RIGHT - 14 - 50 < x < RIGHT - 14
        else:
            assert x == pytest.approx(LEFT + 14, abs=1)


def test_a_bulletin_has_its_head_in_order_and_in_place():
    content = pdf_of(papers.everything())
    spans = reading.spans(reading.pdf(content).pages[0])
    (mark,) = [span for span in spans if span[2] > 40]
    assert mark[3].strip() == "吕梁市综治中心"
    assert mark[1] > TOP + 35 * MM
    (number,) = [span for span in spans if "〔2024〕6" in span[3]]
    (title,) = [span for span in spans if span[2] == 22][:1]
    (addressee,) = [span for span in spans if span[3].strip().endswith("综治中心：")]
    assert mark[1] < number[1] < title[1] < addressee[1]
    assert addressee[0] == pytest.approx(LEFT, abs=0.5)


def test_the_parts_of_a_paper_come_in_order():
    text = reading.pdf_text(pdf_of(papers.everything()))
    parts = ["吕综治〔2024〕6号", "通报", "（截至2024年2月29日24时）", "各县（市、区）综治中心：", "一、总体情况"]
    parts += ["附件：1.主要指标一览表", "2.各村情况", "2024年3月4日", "（数据版本：第1版。）", "附件1", "附件2"]
    parts += ["抄送：市委办公室，市政府办公室。", "2024年3月4日印发"]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_the_date_stands_four_characters_from_the_right_with_room_for_a_seal_above():
    outline = papers.paper(Form.REPORT, Paragraph(("正文到此。",)), issued_on=date(2024, 3, 4))
    (page,) = reading.pdf(pdf_of(outline)).pages
    spans = {text.strip(): (x, y) for x, y, _size, text in reading.spans(page)}
    organ, day, last = spans["吕梁市综治中心"], spans["2024年3月4日"], spans["正文到此。"]
    assert organ[1] - last[1] >= 3 * 29
    assert organ[1] < day[1]
    # 9 signs: 6 digits of about half an em, 3 characters.
    width = RIGHT - 4 * 15.79 - day[0]
    assert 6 * 7 + 3 * 15 < width < 6 * 10 + 3 * 16
    assert "印章" not in reading.pdf_text(pdf_of(outline))


@pytest.mark.parametrize("lines", range(10, 23, 2))
@pytest.mark.parametrize("annexes", [(), ("甲表",)])
def test_no_page_holds_a_signature_alone(lines, annexes):
    last = Paragraph(("最后一段话说到这里为止。",))
    full = papers.BODY[:26] + papers.BODY * (lines - 1)
    body = Paragraph((full[: 28 * lines - 4],))
    outline = papers.paper(
        Form.REPORT, body, last, issued_on=date(2024, 3, 4), annexes=annexes, footnotes=("数据版本：第1版。",)
    )
    pages = [page.extract_text() for page in reading.pdf(pdf_of(outline)).pages]
    (signed,) = [page for page in pages if "2024年3月4日" in reading.squeezed(page)]
    assert "数据版本" in signed
    assert ("最后一段" if not annexes else "附件：甲表") in reading.squeezed(signed)


def test_the_colophon_ends_the_last_page_which_is_an_even_one():
    for filler in (1, 12, 30):
        outline = papers.paper(
            Form.BULLETIN,
            Paragraph((papers.BODY * filler,)),
            number="吕综治〔2024〕6号",
            issued_on=date(2024, 3, 4),
            copies_to=("市委办公室",),
        )
        pages = reading.pdf(pdf_of(outline)).pages
        assert len(pages) % 2 == 0
        (printed,) = [span for span in reading.spans(pages[-1]) if "印发" in span[3]]
        assert BOTTOM - 25 < printed[1] < BOTTOM


def test_a_draft_is_marked_on_every_page_and_an_issued_paper_on_none():
    body = Paragraph((papers.BODY * 40,))
    draft = reading.pdf(pdf_of(papers.paper(Form.REPORT, body, mark="草稿")))
    assert all(sum(size > 80 for _x, _y, size, _t in reading.spans(page)) for page in draft.pages)
    final = reading.pdf(pdf_of(papers.paper(Form.REPORT, body)))
    assert not any(size > 80 for page in final.pages for _x, _y, size, _t in reading.spans(page))


def test_a_table_of_150_rows_repeats_its_head_and_loses_no_row():
    content = pdf_of(papers.paper(Form.REPORT, papers.long_table(150)))
    rows = reading.pdf_rows(content)
    heads = [row for row in rows if row == ["村（社区）", "上报（件）", "办结率"]]
    pages = [page for page in reading.pdf(content).pages if ".50%" in page.extract_text()]
    assert len(heads) == len(pages) > 3
    for nth in range(150):
        assert reading.has_row(rows, [f"第{nth}村", str(nth), f"{nth % 100}.50%"])
    assert reading.has_row(rows, ["合计", "999", "—"])


@pytest.mark.parametrize("columns", [4, 9, 22, 40])
@pytest.mark.parametrize("place", ["body", "annex"])
def test_no_table_leaves_the_type_area_and_every_number_is_there(columns, place):
    table = papers.wide_table(columns)
    more = {"annexes": (table.title,), "annex_blocks": (table,)} if place == "annex" else {}
    blocks = () if place == "annex" else (table,)
    content = pdf_of(papers.paper(Form.REPORT, *blocks, **more))
    seen = 0
    for page in reading.pdf(content).pages:
        is_turned = float(page.mediabox.width) > float(page.mediabox.height)
        right = (297 - 35) * MM if is_turned else RIGHT
        bottom = (210 - 26) * MM if is_turned else BOTTOM
        for x, y, size, text in reading.spans(page):
            if text.strip().endswith(".25%"):
                seen += 1
                # Digits are narrower than six tenths of an em.
                assert x + len(text.strip()) * 0.6 * size <= right + 4
                assert y <= bottom
    assert seen == 13 * columns


def test_a_wide_annex_lies_on_its_side_and_the_paper_goes_on_upright():
    wide = papers.wide_table(10)
    outline = papers.paper(
        Form.REPORT,
        Paragraph(("正文。",)),
        annexes=(wide.title, "各村情况"),
        annex_blocks=(wide, papers.long_table(3)),
    )
    pages = reading.pdf(pdf_of(outline)).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [False, True, False]


def test_a_sheet_of_the_house_fits_on_one_page():
    outline = papers.paper(
        Form.SHEET,
        Heading(1, "一、概况"),
        Paragraph((papers.BODY,)),
        papers.wide_table(4),
        papers.chart(),
        issued_on=date(2024, 3, 1),
    )
    assert len(reading.pdf(pdf_of(outline)).pages) == 1


@pytest.mark.parametrize("name", [*papers.ODD_NAMES.values(), "#" * 3, "= 标题", "- 项", "\\u{1F600}", "${x}"])
def test_words_are_data_and_never_markup(name):
    table = Table("t", name, (Column(name, False), Column("件")), ((name, papers.made_figure("7")),), (name,))
    outline = papers.paper(
        Form.REPORT, Heading(1, name), Paragraph((name,)), table, papers.chart(), title=name, organ=name, addressee=name
    )
    text = reading.pdf_text(pdf_of(outline))
    wanted = reading.squeezed("".join(char for char in name if char >= " " and char != "\u2028"))
    assert text.count(wanted) >= 5


def test_the_file_is_tagged_chinese_and_titled_and_its_charts_are_described():
    content = pdf_of(papers.everything())
    file = reading.pdf(content)
    root: Any = file.trailer["/Root"]
    about: Any = file.metadata
    assert bool(root["/MarkInfo"]["/Marked"].value)
    assert str(root["/Lang"]).startswith("zh")
    assert about.title == "关于2024年1—2月全市综治中心运行情况的通报"
    assert about.author == "吕梁市综治中心"
    kinds, described = _structure(root["/StructTreeRoot"])
    assert {"/Table", "/TH", "/TD", "/H1", "/H2", "/Figure", "/P"} <= kinds
    assert described == 3


def _structure(node):
    """Kinds of tags in the file, and how many figures are described."""
    kinds: set[str] = set()
    described = 0
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            waiting += one
        elif hasattr(one, "get"):
            kinds.add(str(one.get("/S", "")))
            described += one.get("/S") == "/Figure" and "离石区最少" in str(one.get("/Alt", ""))
            if "/K" in one:
                waiting.append(one["/K"])
    return kinds, described


def test_the_same_paper_is_the_same_file_however_often_and_in_how_many_threads():
    outline = papers.everything()
    wanted = pdf_of(outline)
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(pdf_of(outline))) for _nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [wanted] * 4


@pytest.mark.parametrize("form", list(Form))
def test_typst_has_nothing_to_warn_of(form, caplog):
    pdf_of(papers.everything(form))
    assert caplog.messages == []


@pytest.mark.parametrize("kind", list(ChartKind))
def test_charts_bring_their_words_into_the_pdf(kind):
    text = reading.pdf_text(pdf_of(papers.paper(Form.REPORT, papers.chart(kind))))
    assert "离石区" in text
    assert ("示意图，非测绘地图" in text) is (kind is ChartKind.MAP)


def test_licensed_type_is_taken_where_the_house_has_it():
    free = fonts.faces()["title"]
    assert free.families[0] == fonts.SERIF
    assert free.stroke > 0
    licensed = fonts._face("title", ["FZXiaoBiaoSong-B05S"])
    assert licensed.families[:2] == ("FZXiaoBiaoSong-B05S", fonts.SERIF)
    assert licensed.stroke == 0
