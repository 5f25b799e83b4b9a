"""What papers say: official wording, every number by its address, and nothing said about nothing."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from mediation.reviews.freezing import frozen, thawed
from mediation.reviews.kinds import Kind
from mediation.reviews.outline import Chart, Figure, Form, Heading, Listing, Outline, Paragraph, Table, plain
from mediation.reviews.quoting import Quoter
from mediation.reviews.texts import drafted_suggestions, outline_of, parts_of
from mediation.reviews.texts.counsel import SEASONS
from mediation.reviews.texts.facts import until
from mediation.reviews.writing import source, typed_numbers, unknown_refs
from tests.reviews.conftest import local
from tests.reviews.desk import figures, nothing, told

PERIODS = {
    "daily": "2026-02-10",
    "weekly": "2026-02-09",
    "monthly": "2026-02-01",
    "bimonthly": "2026-01-01",
    "quarterly": "2025-10-01",
    "annual": "2025-01-01",
}
UP = {"base": {"value": 60}, "difference": 24, "percent": "40.00%", "trend": "up"}
DOWN = {"base": {"value": 118}, "difference": -34, "percent": "-28.81%", "trend": "down"}
FLAT = {"base": {"value": 84}, "difference": 0, "percent": "0.00%", "trend": "flat"}
FROM_NOTHING = {"base": {"value": 0}, "difference": 84, "percent": "—", "trend": "up"}
POINTS = {"base": {"display": "60.00%"}, "points": "-3.10", "trend": "down"}
DASH = {"base": {"display": "—"}, "points": "—", "trend": "unknown"}


def compared(yoy=None, pop=None):
    said = {key: {"measures": measures} for key, measures in (("yoy", yoy), ("pop", pop)) if measures}
    return {"comparisons": said}


def prose(outline: Outline) -> str:
    lines: list[str] = []
    for block in outline.everything():
        if isinstance(block, Paragraph):
            lines.append(plain(block.text))
        elif isinstance(block, Listing):
            lines += [plain(item) for item in block.items]
    return "\n".join(lines)


def headings(outline: Outline) -> list[str]:
    return [block.words for block in outline.blocks if isinstance(block, Heading)]


def said(desk, kind="monthly", unit="county", **beside):
    return prose(outline_of(desk.review(kind, PERIODS[kind], unit, **beside)))


class TestWording:
    """Sentences as officials write them (DOMAIN.md 8)."""

    def test_the_seeds_own_sentences(self, desk):
        measures = told(
            {"reported": 658194, "valid": 658194, "closed": 651788, "accepted": 36045, "accepted_resolved": 34509}
            | {"found": 30248, "found_resolved": 29068}
        )
        text = said(desk, measures=measures)
        assert "上报各类有效事件658194件，已办结651788件，办结率99.03%。" in text
        assert "受理各类矛盾纠纷36045件，成功化解34509件，化解率95.74%（以受理数计）。" in text
        assert "排查各类矛盾纠纷30248件，成功化解29068件，化解率96.10%（以排查数计）。" in text

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (UP, "有效事件同比上升40.00%。"),
            (DOWN, "有效事件同比下降28.81%。"),
            (FLAT, "有效事件同比持平。"),
            (FROM_NOTHING, "有效事件同比增加84件（上年同期为0件）。"),
        ],
    )
    def test_up_down_flat_and_from_nothing(self, desk, change, words):
        assert words in said(desk, **compared(yoy={"reported_valid": change}))

    def test_rates_change_by_points_and_a_dash_is_not_said(self, desk):
        text = said(desk, **compared(yoy={"closure_rate": POINTS}, pop={"closure_rate": DASH, "reported_valid": UP}))
        assert "有效事件环比上升40.00%；办结率同比下降3.10个百分点。" in text
        assert "办结率环比" not in text

    def test_the_base_of_the_month_before_is_named_so(self, desk):
        assert "环比增加84件（上月为0件）" in said(desk, **compared(pop={"reported_valid": FROM_NOTHING}))

    @pytest.mark.parametrize(
        ("kind", "start", "note", "words"),
        [
            ("monthly", "2026-02-01", "division_changed", "因区划调整，本期数据与上年同期不可比，不作同比。"),
            ("weekly", "2020-12-28", "no_such_period", "上年无第53周，不作同比。"),
            ("daily", "2024-02-29", "no_such_period", "上年无2月29日，不作同比。"),
        ],
    )
    def test_why_there_is_no_comparison(self, desk, kind, start, note, words):
        review = desk.review(kind, start, comparisons={"yoy": {"note": note}})
        assert words in prose(outline_of(review))

    def test_what_was_not_recorded_is_not_said_to_have_been_nothing(self, desk):
        note = {"note": "not_recorded"}
        text = said(desk, comparisons={"yoy": note, "pop": note})
        assert "上年同期和上月均无记录，不作同比、环比。" in text
        assert not re.search("同比(上升|增加|持平)|上年同期为", text)
        alone = {"comparisons": {"yoy": note, "pop": {"measures": {"reported_valid": UP}}}}
        assert "有效事件环比上升40.00%。上年同期无记录，不作同比。" in said(desk, **alone)
        assert "上年同期无记录，不作同比。" in said(desk, "annual", comparisons={"yoy": note, "pop": note})

    def test_nothing_happened_has_words_of_its_own(self, desk):
        empty = {
            "measures": nothing(),
            "by_township": {},
            "reported_valid_by_category": {},
            "disputes_found_by_category": {},
        }
        for kind, this in (("daily", "当日"), ("weekly", "本周"), ("monthly", "本月"), ("annual", "本年度")):
            text = said(desk, kind, **empty)
            assert f"{this}未接到事件上报。" in text
            assert "未受理矛盾纠纷。" in text
            assert "—" not in text
            assert not re.search(r"(?<![\d.])0(件|条|%|人)", text)

    def test_reported_but_none_valid_yet(self, desk):
        measures = told({"reported": 5, "pending": 5})
        assert "本月上报事件5件，截至统计时点尚未认定有效事件。" in said(desk, measures=measures)

    def test_none_closed_none_settled(self, desk):
        measures = told({"reported": 5, "valid": 5, "accepted": 3})
        text = said(desk, measures=measures)
        assert "本月上报各类有效事件5件，尚无办结。" in text
        assert "受理各类矛盾纠纷3件，尚无化解。" in text
        assert "未达成调解协议。" in text

    def test_all_in_time_and_all_performed(self, desk):
        measures = told(on_time=40, performed=10, pending=0)
        text = said(desk, measures=measures)
        assert "时限已到的事件40件，全部按期办结，按期办结率100.00%。" in text
        assert "履行期限届满的协议10件，已全部履行，履行率100.00%。" in text
        assert "已全部核实。" in text

    def test_few_answers_are_no_satisfaction(self, desk):
        text = said(desk, measures=told(answers=29, satisfied=29))
        assert "有效回答29人次，样本不足，不计算满意度。" in text
        assert "满意度100" not in text
        assert "有效回答30人次，满意度96.67%。" in said(desk, "annual", measures=told(answers=30, satisfied=29))

    def test_what_was_prevented_has_cases_and_people(self, desk):
        counted = {"crime": 2, "crime_people": 7, "petition": 1, "petition_people": 30}
        measures = told({f"prevented_{name}": number for name, number in counted.items()})
        for kind in ("monthly", "quarterly"):
            text = said(desk, kind, measures=measures)
            assert "通过调解防止民间纠纷转化为刑事案件2件7人，防止群体性上访1件30人。" in text
        assert "通过调解防止" not in said(desk)

    def test_shares_add_up_and_classes_are_named(self, desk):
        text = said(desk)
        assert "按类别分，有效事件中矛盾纠纷64件，占76.2%；安全隐患20件，占23.8%。" in text
        thirds = {"0101": 1, "0102": 1, "0201": 1}
        assert (
            "各" not in Quoter(figures(reported_valid_by_category=thirds))("reported_valid_by_category.0101.share").text
        )
        shares = [
            Decimal(
                Quoter(figures(reported_valid_by_category=thirds))(f"reported_valid_by_category.{code}.share").text[:-1]
            )
            for code in thirds
        ]
        assert (sum(shares), sorted(shares)) == (Decimal("100.0"), [Decimal("33.3"), Decimal("33.3"), Decimal("33.4")])

    def test_quiet_places_are_named_without_a_number(self, desk):
        assert "凤山街道本月未发生矛盾纠纷。" in said(desk)

    def test_the_period_is_named_once_a_paragraph(self, desk):
        for line in said(desk).splitlines():
            assert line.count("本月") <= 2, line
        assert "。受理各类矛盾纠纷25件" in said(desk, "weekly") or "本周受理各类矛盾纠纷25件" in said(desk, "weekly")

    def test_the_place_calls_itself_what_it_is(self, desk):
        assert "全区现有" in said(desk)
        assert "全市现有" in said(desk, unit="city")

    @pytest.mark.parametrize(
        ("moment", "words"),
        [
            ("2024-03-01 00:00", "截至2024年2月29日24时"),
            ("2024-06-01 08:30", "截至2024年6月1日8时30分"),
            ("2024-01-01 00:00", "截至2023年12月31日24时"),
            ("2024-06-01 17:00", "截至2024年6月1日17时"),
        ],
    )
    def test_the_moment_looked_from(self, moment, words):
        assert until(local(moment)) == words

    def test_every_month_has_an_outlook(self, desk):
        assert set(SEASONS) == set(range(1, 13))
        assert not any(re.search(r"\d", said) for said in SEASONS.values())
        assert "3月春耕" in said(desk)


class TestEachPaper:
    """What is in which paper (DOMAIN.md 7.1)."""

    @pytest.mark.parametrize("kind", PERIODS)
    @pytest.mark.parametrize("unit", ["city", "county", "township"])
    def test_every_number_has_its_address_and_no_other_is_said(self, desk, kind, unit):
        review = desk.review(kind, PERIODS[kind], unit)
        outline = outline_of(review)
        quoter = Quoter(review.figures)
        with translation.override("zh-hans"):
            quoted = list(outline.figures())
            assert quoted
            for figure in quoted:
                assert quoter(figure.ref) == figure
        for block in outline.blocks:
            for text in (
                [block.text] if isinstance(block, Paragraph) else block.items if isinstance(block, Listing) else []
            ):
                words = "".join(run for run in text if isinstance(run, str))
                assert typed_numbers(words, Quoter({"measures": {}})) == [], words

    @pytest.mark.parametrize("kind", PERIODS)
    def test_it_reads_the_same_in_whatever_language(self, desk, kind):
        review = desk.review(kind, PERIODS[kind], **compared(yoy={"reported_valid": UP}))
        with translation.override("en"):
            english = outline_of(review)
        assert english == outline_of(review)
        assert not re.search(r"[A-Za-z]{4,}", prose(english))

    @pytest.mark.parametrize("kind", PERIODS)
    def test_it_is_kept_and_given_back_word_for_word(self, desk, kind):
        outline = outline_of(desk.review(kind, PERIODS[kind], "city"))
        assert thawed(frozen(outline)) == outline

    def test_the_report_has_its_seven_parts_and_annexes(self, desk):
        review = desk.review("monthly", "2026-02-01", "city")
        outline = outline_of(review)
        assert outline.form is Form.REPORT
        assert outline.title == "吕梁市社会综合治理情况分析报告（2026年2月）"
        assert [part.heading for part in parts_of(review)] == [
            "总体情况",
            "类型结构",
            "各县（市、区）情况",
            "特点和成因",
            "突出风险",
            "下月趋势预测",
            "工作建议",
        ]
        assert outline.annexes == ("主要指标", "各县（市、区）事件办理情况", "指标口径说明")
        assert [block.title for block in outline.annex_blocks if isinstance(block, Table)] == list(outline.annexes)

    def test_parts_without_words_are_left_out_and_the_others_numbered_on(self, desk):
        found = headings(outline_of(desk.review()))
        assert [words[:2] for words in found] == ["一、", "二、", "三、", "四、", "五、", "六、"]
        assert not any("突出风险" in words for words in found)

    def test_titles(self, desk):
        titles = {kind: outline_of(desk.review(kind, start, "city")).title for kind, start in PERIODS.items()}
        assert titles == {
            "daily": "吕梁市日巡查工作单（2026年2月10日）",
            "weekly": "吕梁市社会综合治理周分析（2026年第7周，2026年2月9日至2月15日）",
            "monthly": "吕梁市社会综合治理情况分析报告（2026年2月）",
            "bimonthly": "关于2026年1—2月吕梁市综治中心建设运行情况的通报",
            "quarterly": "关于2025年第4季度吕梁市社会综合治理工作情况的通报",
            "annual": "关于吕梁市2025年度社会综合治理工作考核情况的通报",
        }

    def test_the_week_asks_for_causes_and_lists_what_is_oldest(self, desk):
        oldest = [
            {
                "id": 7,
                "number": "SJ20260101-7",
                "category": "0102",
                "place_name": "永宁社区",
                "reported_on": "2026-01-01",
                "days": 45,
            }
        ]
        review = desk.review("weekly", PERIODS["weekly"], particulars={"overdue_open": 1, "oldest_open": oldest})
        (table,) = [block for block in outline_of(review).blocks if isinstance(block, Table) and block.id == "oldest"]
        assert [str(cell) for cell in table.rows[0]] == ["SJ20260101-7", "邻里", "永宁社区", "2026年1月1日", "45"]
        assert table.rows[0][-1] == Figure("particulars.oldest_open.0.days", "45")
        assert [part.key for part in parts_of(review) if part.is_required] == ["causes"]

    def test_the_day_says_what_went_back_what_is_late_and_who_was_silent(self, desk):
        counted = {"returned": 3, "void_by_reason": {"not_true": 2, "duplicate": 1}, "overdue_open": 4, "due_next": 0}
        silent = {"high_risk_new": 0, "grids": 3, "silent_grids": 2}
        text = said(desk, "daily", particulars={**counted, **silent})
        assert "退回补正3件，重复上报1件，情况不实2件。" in text
        assert "次日无到期事件，超过时限仍未办结的有4件。" in text
        assert "当日未发生新增高风险事件。" in text
        assert "共有网格3个，当日无上报的有2个。" in text

    def test_findings_are_quoted_whole_or_put_into_words(self, desk):
        found = [
            {"kind": "rise", "sentence": "城北街道物业纠纷明显增多。"},
            {"kind": "burst", "place_name": "滨河街道", "category": "0102", "since": "2026-02-10", "count": 9}
            | {"expected": "2.1"},
        ]
        text = said(desk, "weekly", findings=found)
        assert "城北街道物业纠纷明显增多。" in text
        assert "滨河街道自2026年2月10日以来发生邻里类事项9件，通常约2.1件。" in text
        assert "未发现明显异常" not in text
        assert "本周未发现明显异常的上升或聚集。" in said(desk, "weekly")

    def test_what_became_of_last_weeks_suggestions(self, desk):
        items = [
            {"id": 1, "text": "排查物业纠纷。", "owner": "城北街道", "due_on": "2026-02-12", "state": "done"},
            {"id": 2, "text": "回访督促", "owner": "司法局", "due_on": "2026-02-13", "state": "overdue"},
        ]
        kept = {"total": 2, "accepted": 0, "done": 1, "overdue": 1, "items": items}
        text = said(desk, "weekly", suggestions=kept)
        assert "上周采纳的建议共2条，其中已落实1条，逾期未落实1条。" in text
        assert "排查物业纠纷（城北街道，2026年2月12日前完成）：已落实。" in text
        assert "回访督促（司法局，2026年2月13日前完成）：逾期未落实。" in text

    def test_maps_are_for_cities_and_charts_say_what_they_show(self, desk):
        children = {
            desk.cast.county.code: told(accepted=7),
            desk.cast.other_county.code: told(accepted=7),
        }
        review = desk.review("monthly", "2026-02-01", "city")
        review.figures = {**review.figures, "by_county": children}
        charts = [block for block in outline_of(review).blocks if isinstance(block, Chart)]
        assert [chart.kind for chart in charts] == ["bar", "map"]
        both = f"{desk.cast.county.name}、{desk.cast.other_county.name}"
        assert charts[0].alt == f"{charts[0].title}：{both}最多。", "nobody with as many is called the least"
        assert charts[1].labels == (desk.cast.county.code, desk.cast.other_county.code)
        assert "示意图，非测绘地图" in charts[1].alt

    def test_measures_are_defined_under_their_tables(self, desk):
        tables = [block for block in outline_of(desk.review()).blocks if isinstance(block, Table)]
        assert any("以受理数计" in note for table in tables for note in table.notes)

    def test_a_review_that_lacks_everything_beside_measures_still_reads(self, desk):
        for kind in Kind:
            review = desk.review(kind, PERIODS[kind])
            kept = {name: value for name, value in review.figures.items() if "_by_" not in name}
            review.figures = {**kept, "by_township": {}}
            assert outline_of(review).blocks


class TestCourse:
    """Quarterly trend and target attainment (DOMAIN.md 7.1)."""

    def course(self):
        """Three months of which the first has nothing to compare with."""
        none: dict[str, Any] = {"note": "not_recorded"}
        up, from_nothing = (
            {"measures": {"reported_valid": change, "closure_rate": POINTS}} for change in (UP, FROM_NOTHING)
        )
        counts = ((20, none, none), (24, up, up), (40, up, from_nothing))
        return [
            {
                "kind": "monthly",
                "start": f"2025-1{at}-01",
                "end": "",
                "measures": {
                    "reported_valid": {"value": count},
                    "closure_rate": {"numerator": 1, "denominator": 2, "display": "50.00%"},
                    "disputes_accepted": {"value": 0},
                },
                "yoy": yoy,
                "pop": pop,
            }
            for at, (count, yoy, pop) in enumerate(counts)
        ]

    def test_months_stand_side_by_side_with_their_changes(self, desk):
        outline = outline_of(desk.review("quarterly", PERIODS["quarterly"], course=self.course()))
        assert "二、季度走势" in headings(outline)
        text = prose(outline)
        assert "从季度内各月看，有效事件10月20件、11月24件、12月40件，12月最多，同比上升40.00%。" in text
        assert "受理矛盾纠纷10月" not in text
        (table,) = [block for block in outline.blocks if isinstance(block, Table) and block.id == "course"]
        assert [column.name for column in table.columns] == ["指标", "10月", "11月", "12月"]
        assert [[str(cell) for cell in row] for row in table.rows[:6]] == [
            ["上报有效事件（件）", "20", "24", "40"],
            ["同比", "—", "上升40.00%", "上升40.00%"],
            ["环比", "—", "上升40.00%", "增加84"],
            ["办结率", "50.00%", "50.00%", "50.00%"],
            ["同比", "—", "下降3.10个百分点", "下降3.10个百分点"],
            ["环比", "—", "下降3.10个百分点", "下降3.10个百分点"],
        ]
        assert next(block.kind for block in outline.blocks if isinstance(block, Chart)) == "line"
        words = "".join(
            run
            for block in outline.blocks
            if isinstance(block, Paragraph)
            for run in block.text
            if isinstance(run, str)
        )
        assert typed_numbers(words, Quoter({"measures": {}})) == []
        assert "季度走势" not in prose(outline_of(desk.review("quarterly", PERIODS["quarterly"])))

    def test_targets_are_told_with_value_gap_and_result(self, desk):
        reached = {
            "closure_rate": {"target": "95.00%", "gap": "-31.90", "short": "31.90", "met": False},
            "performance_rate": {"target": "60.00%", "gap": "+10.00", "met": True},
            "satisfaction_rate": {"target": "90.00%", "gap": "—", "met": None},
        }
        kept = {"attainment": reached, "attained": {"set": 3, "met": 1, "missed": 1}}
        review = desk.review("annual", PERIODS["annual"], comparison={"weights": {}, "scores": [], **kept})
        outline = outline_of(review)
        rate = review.figures["measures"]["closure_rate"]["display"]
        text = prose(outline)
        assert "本年度设定目标值的指标共3项，达成1项，未达成1项。" in text
        assert f"未达成的指标中，“办结率”完成{rate}，低于目标值31.90个百分点。" in text
        (table,) = [block for block in outline.blocks if isinstance(block, Table) and block.id == "targets"]
        assert [column.name for column in table.columns] == ["指标", "目标值", "完成值", "差距（百分点）", "结果"]
        assert [str(cell) for cell in table.rows[0]] == ["办结率", "95.00%", rate, "-31.90", "未达成"]
        assert [str(row[-1]) for row in table.rows] == ["未达成", "达成", "无数据"]
        unset = {"attainment": {}, "attained": {"set": 0, "met": 0, "missed": 0}, "weights": {}, "scores": []}
        assert "未设定考核目标值，本期不作达标评价。" in said(desk, "annual", comparison=unset)


class TestScores:
    """Weighted scores and who is named, as the findings store them (DOMAIN.md 7.5)."""

    def compared(self, desk):
        from mediation.reviews.findings.ranking import WEIGHTS, Entry, Ranked, commended_and_urged, composite, stand

        codes = (desk.cast.county.code, desk.cast.other_county.code, "141122000000")
        tables = {
            name: stand(Ranked(name), [Entry(code, top, 400, None) for code, top in zip(codes, tops, strict=True)])
            for name, tops in (("closure_rate", (398, 350, 300)), ("on_time_closure_rate", (396, 360, 280)))
        }
        scores = [{**row, "name": row["unit"]} for row in composite(tables)]
        commended, urged = commended_and_urged(scores)
        named = {desk.cast.county.code: "离石区", "141122000000": "交城县"}
        return {
            "scores": scores,
            "weights": dict(WEIGHTS),
            "method": "按统一口径比较。",
            "commended": [{"unit": code, "name": named[code]} for code in commended],
            "urged": [{"unit": code, "name": named[code]} for code in urged],
        }

    def test_the_assessment_prints_points_weights_and_method(self, desk):
        review = desk.review("annual", "2025-01-01", "city")
        review.figures = {**review.figures, "comparison": self.compared(desk)}
        outline = outline_of(review)
        (table,) = [block for block in outline.blocks if isinstance(block, Table) and block.id == "scores"]
        assert "办结率（15分）" in [column.name for column in table.columns]
        assert [str(cell) for cell in table.rows[0][:2]] == [desk.cast.county.code, "1"]
        assert "14.9" in [str(cell) for cell in table.rows[0]]
        assert "样本不足或没有数据的指标不计分" in table.notes[0]
        text = prose(outline)
        assert re.search(r"离石区（\d+\.\d分）综合得分居前", text)
        assert re.search(r"交城县（\d+\.\d分）综合得分靠后", text)
        assert "按统一口径比较。" in text
        assert list(outline.figures())
        for figure in outline.figures():
            assert Quoter(review.figures)(figure.ref) == figure

    def test_ranks_are_printed_without_what_would_tell_of_one_person(self, desk):
        """Twenty-nine of thirty: everybody but one (DOMAIN.md 7.4 no. 15)."""
        review = desk.review("annual", "2025-01-01", "city")
        below = dict(zip(review.figures["by_county"], (29, 60), strict=True))
        for code, satisfied in below.items():
            review.figures["by_county"][code] = told(satisfied=satisfied, answers=satisfied + 1)
        rows = [{"unit": code, "name": code, "value": "96.67%", "rank": "1"} for code in below]
        review.figures = {**review.figures, "ranking": {"satisfaction_rate": rows, "closure_rate": rows}}
        tables = {block.id: block for block in outline_of(review).blocks if isinstance(block, Table)}
        ranked, closed = tables["ranking-satisfaction_rate"], tables["ranking-closure_rate"]
        assert [[str(cell) for cell in row[1:3]] for row in ranked.rows] == [["*", "1"]] * 2
        assert ranked.notes[-1].startswith("“*”：涉及人员不足3人")
        assert [str(row[1]) for row in closed.rows] == ["96.67%"] * 2
        assert len(closed.notes) == 1

    def test_points_add_up_to_the_score(self, desk):
        for row in self.compared(desk)["scores"]:
            earned = sum((Decimal(points) for points in row["points"].values()), Decimal(0))
            assert abs(earned * 100 / 35 - Decimal(row["score"])) < Decimal("0.3")


class TestWritten:
    """What people write is checked against the stored review."""

    def test_a_text_as_it_is_edited_gives_the_same_text_back(self, desk):
        review = desk.review()
        quoter = Quoter(review.figures)
        for block in outline_of(review).blocks:
            if isinstance(block, Paragraph):
                with translation.override("zh-hans"):
                    assert plain(quoter.text(source(block.text))) == plain(block.text)

    @pytest.mark.parametrize(
        ("text", "unknown"),
        [
            ("{reported}", []),
            ("{}和{ reported }", ["", " reported "]),
            ("{nosuch}{nosuch}{yoy}", ["nosuch", "yoy"]),
            ("没有括号", []),
        ],
    )
    def test_unknown_addresses(self, desk, text, unknown):
        assert unknown_refs(text, Quoter(figures())) == unknown

    @pytest.mark.parametrize(
        ("text", "typed"),
        [
            ("{reported}件", []),
            ("共104件", []),
            ("共1040件", ["1040"]),
            ("占63.1%", ["63.1%"]),
            ("占63.10%", []),
            ("吕综治〔2024〕6号，2024年2月29日9时，第77次", []),
            ("７７户", ["77"]),
            ("1,234元和1,234元", ["1,234"]),
        ],
    )
    def test_typed_numbers(self, desk, text, typed):
        assert typed_numbers(text, Quoter(figures())) == typed

    def test_drafts_of_suggestions_follow_from_the_figures(self, desk):
        assert drafted_suggestions(desk.review(measures=nothing())) == ()
        drafts = drafted_suggestions(desk.review(start="2026-01-01"))
        assert any("超过时限" in text for text in drafts)
        assert not any(re.search(r"\d", text) for text in drafts)
