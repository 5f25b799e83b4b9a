"""Addresses of numbers in a stored review, and how numbers are written."""

import pytest

from mediation.reviews.indicators import percentage
from mediation.reviews.outline import Figure, plain
from mediation.reviews.quoting import Quoter, UnknownFigure

STORED = {
    "unit": "141100000000",
    "measures": {
        "reported": {"value": 36045},
        "closure_rate": {"numerator": 53, "denominator": 84, "display": "63.10%"},
        "agreement_amount": {"value": "1200.50"},
        "satisfaction_rate": {"numerator": 0, "denominator": 0, "display": "—"},
    },
    "by_county": {"141102000000": {"reported": {"value": 7}}, "direct": {"reported": {"value": 1}}},
    "reported_valid_by_category": {"0101": 5},
    "findings": [{"count": 4}],
    "comparisons": {
        "yoy": {
            "measures": {
                "reported": {"base": {"value": 50588}, "difference": -14543, "percent": "-28.75%", "trend": "down"},
                "closure_rate": {
                    "base": {"numerator": 1, "denominator": 2, "display": "50.00%"},
                    "points": "13.10",
                    "trend": "up",
                },
                "satisfaction_rate": {"base": {"display": "—"}, "points": "—", "trend": "unknown"},
            }
        },
        "pop": {
            "measures": {
                "reported": {"base": {"value": 0}, "difference": 5, "percent": "—", "trend": "up"},
                "closure_rate": {"base": {"display": "63.10%"}, "points": "0.00", "trend": "flat"},
            }
        },
    },
}


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        ("reported", "36045"),
        ("closure_rate", "63.10%"),
        ("closure_rate.numerator", "53"),
        ("agreement_amount", "1200.50"),
        ("satisfaction_rate", "—"),
        ("141102000000.reported", "7"),
        ("direct.reported", "1"),
        ("reported_valid_by_category.0101", "5"),
        ("findings.0.count", "4"),
        ("yoy.reported", "下降28.75%"),
        ("yoy.reported.base", "50588"),
        ("yoy.reported.difference", "-14543"),
        ("yoy.closure_rate", "上升13.10个百分点"),
        ("yoy.closure_rate.base.denominator", "2"),
        ("yoy.satisfaction_rate", "—"),
        ("pop.reported", "增加5"),
        ("pop.closure_rate", "持平"),
    ],
)
def test_a_number_is_found_at_its_address(ref, text):
    assert Quoter(STORED)(ref) == Figure(ref, text)


@pytest.mark.parametrize(
    "ref",
    ["no_such", "closure_rate.middle", "141199000000.reported", "yoy", "yoy.no_such", "measures", "findings.9.count"],
)
def test_an_address_without_number_is_refused_by_name(ref):
    with pytest.raises(UnknownFigure, match=ref):
        Quoter(STORED)(ref)


def test_a_written_text_gets_its_numbers_looked_up():
    text = Quoter(STORED).text("共上报{reported}件，办结率{closure_rate}。")
    assert text == ("共上报", Figure("reported", "36045"), "件，办结率", Figure("closure_rate", "63.10%"), "。")
    assert plain(text) == "共上报36045件，办结率63.10%。"


def test_a_written_text_with_an_unknown_number_is_refused():
    with pytest.raises(UnknownFigure, match="gone"):
        Quoter(STORED).text("{reported}件，{gone}件")


def test_places_below_whose_figure_would_tell_of_one_or_two_people_are_not_quoted():
    """DOMAIN.md 7.4 no. 15: papers and files leave the unit. The whole is told, and so is what counts matters."""

    def rate(numerator, denominator):
        return {"numerator": numerator, "denominator": denominator, "display": percentage(numerator, denominator)}

    places = {"a": (9, 10), "b": (40, 50), "c": (30, 60), "d": (0, 0)}
    ranked = [{"unit": code, "value": rate(*parts)["display"], "rank": "1"} for code, parts in places.items()]
    quote = Quoter(
        {
            "measures": {"satisfaction_rate": rate(79, 120)},
            "by_township": {code: {"satisfaction_rate": rate(*parts)} for code, parts in places.items()},
            "ranking": {"satisfaction_rate": ranked, "closure_rate": ranked},
        }
    )
    for part in ("", ".numerator", ".denominator", ".rest"):
        told = [quote(f"{code}.satisfaction_rate{part}").text == "*" for code in places]
        assert told == [True, True, False, False], part
    assert quote("satisfaction_rate").text == "65.83%"
    assert [quote(f"ranking.satisfaction_rate.{at}.value").text for at in range(4)] == ["*", "*", "50.00%", "—"]
    assert [quote(f"ranking.satisfaction_rate.{at}.rank").text for at in range(4)] == ["1"] * 4
    assert quote("ranking.closure_rate.0.value").text == "90.00%"
    with pytest.raises(UnknownFigure):
        quote("a.satisfaction_rate.middle")
