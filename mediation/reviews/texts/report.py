"""The monthly 《XX市社会综合治理情况分析报告》: seven parts, annexed tables and the method (DOMAIN.md 7.1)."""

from mediation.reviews.outline import Block, Listing
from mediation.reviews.texts import counsel, phrases, tables
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.parts import Part
from mediation.reviews.texts.sheets import guard, oldest, prose


def monthly(f: Facts) -> tuple[Part, ...]:
    """The seven parts."""
    return (
        Part("overview", "总体情况", _overview(f)),
        Part("structure", "类型结构", _structure(f)),
        Part("places", f"{f.below}情况", _places(f)),
        Part(
            "causes",
            "特点和成因",
            _findings(f),
            hint="本月矛盾纠纷的特点，以及政策、项目、季节等方面的成因",
            is_required=True,
            is_added_to=True,
        ),
        Part("risks", "突出风险", _risks(f), hint="需要党委政府关注的事项（写事，不写人）：风险点、责任单位、进展"),
        Part("outlook", "下月趋势预测", prose(counsel.outlook(f.next_month)), hint="结合季节、节日和重大活动研判"),
        Part("suggestions", "工作建议", _suggestions(f), hint="每条写明责任单位和完成时限"),
    )


def _overview(f: Facts) -> tuple[Block, ...]:
    return prose(
        phrases.incidents(f) + phrases.incidents_changed(f),
        phrases.together(f, phrases.quality(f), phrases.on_time(f), phrases.grassroots(f), phrases.reopened(f)),
        phrases.stock(f),
        phrases.together(f, phrases.disputes_found(f), phrases.disputes_accepted(f), phrases.disputes_changed(f)),
        phrases.together(
            f,
            phrases.agreements(f),
            phrases.performance(f),
            phrases.confirmations(f),
            phrases.satisfaction(f),
            phrases.prevented(f),
        ),
        phrases.forces(f),
    )


def _structure(f: Facts) -> tuple[Block, ...]:
    return (
        *prose(
            phrases.classes(f, "reported_valid_by_class", "有效事件"),
            phrases.leading(f, "reported_valid_by_category", "有效事件中数量"),
            phrases.leading(f, "disputes_found_by_category", "排查的矛盾纠纷中数量"),
        ),
        *tables.by_category(f, "disputes", "矛盾纠纷分类", "disputes_found_by_category"),
    )


def _places(f: Facts) -> tuple[Block, ...]:
    return (
        *prose(
            phrases.leading_places(f, "reported_valid", "有效事件"),
            phrases.leading_places(f, "disputes_accepted", "受理矛盾纠纷"),
            phrases.quiet_places(f, "disputes_found", "矛盾纠纷"),
        ),
        *tables.by_place(f, "place-disputes", f"{f.below}矛盾纠纷情况", tables.DISPUTES),
        *tables.chart_by_place(f, "disputes_accepted", f"{f.below}受理矛盾纠纷"),
        *tables.map_of(f, "disputes_accepted", f"{f.below}受理矛盾纠纷分布"),
    )


def _findings(f: Facts) -> tuple[Block, ...]:
    found = counsel.findings(f)
    return (Listing(found),) if found else prose((f"从数据看，{f.this}{counsel.NO_FINDINGS}",))


def _risks(f: Facts) -> tuple[Block, ...]:
    return (*oldest(f), *guard(f))


def _suggestions(f: Facts) -> tuple[Block, ...]:
    return (*counsel.followed_up(f), *counsel.suggested(f))


def annexes(f: Facts) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    """Names of the annexes, and what they hold, in order."""
    by_place = tables.by_place(f, "annex-incidents", f"{f.below}事件办理情况", tables.INCIDENTS)
    blocks = (tables.measures(f), *by_place, tables.method(f))
    return tuple(block.title for block in blocks), blocks
