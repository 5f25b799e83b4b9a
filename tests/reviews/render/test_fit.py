"""Columns on the page: widths, splits, pages on their side."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.reviews.outline import Column, Figure, Table
from mediation.reviews.render.fit import ems, fit, organ_size, title_lines
from mediation.reviews.render.sizes import HOUSE, OFFICIAL
from tests.reviews.render import papers

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(
    heads=st.lists(words, min_size=1, max_size=30),
    cells=st.lists(words, min_size=1, max_size=4),
    turned=st.booleans(),
    page=st.sampled_from([OFFICIAL, HOUSE]),
)
@settings(max_examples=60)
def test_every_column_is_drawn_once_and_none_leaves_the_page(heads, cells, turned, page):
    columns = (Column("名称", False), *(Column(head) for head in heads))
    row = tuple(Figure("x", cells[nth % len(cells)]) for nth in range(len(heads)))
    pieces = fit(Table("t", "表", columns, (("甲", *row), ("乙" * 20, *row))), page, may_turn=turned)
    assert all(piece.columns[0] == 0 for piece in pieces)
    assert [index for piece in pieces for index in piece.columns[1:]] == list(range(1, len(columns)))
    for piece in pieces:
        room = page.height if piece.is_landscape else page.width
        assert sum(piece.widths) == pytest.approx(room)
        assert all(width > 0 for width in piece.widths)
        assert turned or not piece.is_landscape


def test_a_table_of_words_alone_is_drawn_too():
    (piece,) = fit(Table("t", "表", (Column("一", False),), ()), OFFICIAL)
    assert piece.columns == (0,)


def test_a_narrow_table_keeps_the_large_type_and_a_wide_annex_is_turned():
    assert fit(papers.wide_table(3), OFFICIAL)[0].size == 10.5
    assert not fit(papers.wide_table(9), OFFICIAL)[0].is_landscape
    assert fit(papers.wide_table(9), OFFICIAL, may_turn=True)[0].is_landscape
    assert len(fit(papers.wide_table(40), OFFICIAL, may_turn=True)) > 2


def test_a_long_issuer_still_fits_one_line():
    short, long = "离石区综治中心", "吕梁市离石区社会治安综合治理中心和矛盾纠纷调处化解中心"
    assert organ_size(short, OFFICIAL) == 50
    assert organ_size(long, OFFICIAL) * ems(long) < OFFICIAL.width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("2024年2月综合治理情况分析报告", ["2024年2月综合治理情况分析报告"]),
        ("关于2024年1—2月全市综治中心运行情况的通报", ["关于2024年1—2月", "全市综治中心运行情况的通报"]),
        ("吕梁市社会综合治理情况分析报告（2024年第1季度）", ["吕梁市社会综合治理情况分析报告", "（2024年第1季度）"]),
        ("吕梁市社会治安综合治理中心矛盾纠纷调处化解工作总结", ["吕梁市社会治安综合治理中心矛盾纠纷调处化解工作总结"]),
    ],
)
def test_long_titles_break_where_their_sense_allows(title, lines):
    assert title_lines(title, OFFICIAL) == lines
