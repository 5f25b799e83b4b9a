"""Bulletins that compare units: bimonthly, quarterly and annual (DOMAIN.md 7.1 and 7.5)."""

from mediation.reviews.kinds import Kind
from mediation.reviews.outline import Block, Listing
from mediation.reviews.texts import counsel, course, phrases, tables
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.parts import Part
from mediation.reviews.texts.sheets import guard, prose

WINDOW = "各单位对本通报所列数据有异议的，可在异议期内提出；采纳情况已在印发前逐件答复。"


def bimonthly(f: Facts) -> tuple[Part, ...]:
    """The bulletin on how centres are run: figures, ranks, who is commended and who is urged, what is required."""
    return (
        Part("overview", "总体情况", _overview(f)),
        Part("ranking", "指标排序", (*counsel.ranking_tables(f), *_by_place(f))),
        Part("commended", "表扬单位", prose(counsel.commended(f))),
        Part("urged", "鞭策单位", prose(counsel.urged(f))),
        Part("practice", "典型做法", hint="值得推广的做法（写做法，不写个人先进，除非本人同意）"),
        Part("problems", "存在问题", _problems(f), hint="问题写清表现和涉及单位"),
        Part("requirements", "工作要求", counsel.suggested(f), hint="每条写明责任单位和完成时限", is_required=True),
        Part("follow_up", f"{f.last}通报落实情况", counsel.followed_up(f)),
        Part("method", "统计方法", prose(*counsel.method(f), (WINDOW,))),
    )


def assessment(f: Facts) -> tuple[Part, ...]:
    """The quarterly and annual assessment: weighted scores and what they are made of."""
    heading = "年度总体情况" if f.kind is Kind.ANNUAL else "季度总体情况"
    return (
        Part("overview", heading, (*_overview(f), *_by_place(f))),
        Part("trend", "年度走势" if f.kind is Kind.ANNUAL else "季度走势", course.trend(f)),
        Part("targets", "目标完成情况", course.targets(f)),
        Part("scores", "考核得分", (*counsel.score_table(f),)),
        Part("ranking", "指标排序", counsel.ranking_tables(f)),
        Part("commended", "表扬单位", prose(counsel.commended(f))),
        Part("urged", "鞭策单位", prose(counsel.urged(f))),
        Part("problems", "扣分情况和存在问题", _problems(f), hint="扣分须写明依据"),
        Part(
            "requirements",
            "下一步工作要求",
            counsel.suggested(f),
            hint="每条写明责任单位和完成时限",
            is_required=True,
        ),
        Part("follow_up", f"{f.last}考核问题整改情况", counsel.followed_up(f)),
        Part("method", "考核办法", prose(*counsel.method(f), (WINDOW,))),
    )


def _overview(f: Facts) -> tuple[Block, ...]:
    return prose(
        phrases.forces(f),
        phrases.incidents(f) + phrases.incidents_changed(f),
        phrases.together(f, phrases.on_time(f), phrases.grassroots(f)),
        phrases.together(f, phrases.disputes_found(f), phrases.disputes_accepted(f), phrases.disputes_changed(f)),
        phrases.together(f, phrases.agreements(f), phrases.performance(f), phrases.satisfaction(f)),
        phrases.prevented(f),
    )


def _by_place(f: Facts) -> tuple[Block, ...]:
    return (
        *tables.by_place(f, "place-incidents", f"{f.below}事件办理情况", tables.INCIDENTS),
        *tables.by_place(f, "place-disputes", f"{f.below}矛盾纠纷情况", tables.DISPUTES),
    )


def _problems(f: Facts) -> tuple[Block, ...]:
    said = prose(phrases.on_time(f), phrases.reopened(f))
    found = counsel.findings(f)
    return (*said, *((Listing(found),) if found else ()), *guard(f))
