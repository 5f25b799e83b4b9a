"""The texts of reviews: ``outline_of`` makes the paper of any review from its stored snapshot alone.

Chinese alone, whatever language is set: these are official papers. Sentences live in ``phrases`` and ``counsel``, what
is in which paper in ``sheets``, ``report`` and ``bulletin``.
"""

from collections.abc import Callable
from datetime import date

from django.utils import translation

from grid.rls import system_scope
from grid.scope import local_day
from mediation.reviews.freezing import thawed
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Correction, Organ, Paper, Review, Suggestion
from mediation.reviews.outline import Form, Outline
from mediation.reviews.texts import bulletin, counsel, report, sheets
from mediation.reviews.texts.facts import Facts
from mediation.reviews.texts.parts import Part, assembled

__all__ = ["FORMS", "Part", "drafted_suggestions", "outline_of", "parts_of"]

FORMS = {
    Kind.DAILY: Form.SHEET,
    Kind.WEEKLY: Form.SHEET,
    Kind.MONTHLY: Form.REPORT,
    Kind.BIMONTHLY: Form.BULLETIN,
    Kind.QUARTERLY: Form.BULLETIN,
    Kind.ANNUAL: Form.BULLETIN,
}
"""Which kind of paper each cadence makes."""

_PARTS: dict[Kind, Callable[[Facts], tuple[Part, ...]]] = {
    Kind.DAILY: sheets.daily,
    Kind.WEEKLY: sheets.weekly,
    Kind.MONTHLY: report.monthly,
    Kind.BIMONTHLY: bulletin.bimonthly,
    Kind.QUARTERLY: bulletin.assessment,
    Kind.ANNUAL: bulletin.assessment,
}

_TITLES: dict[Kind, Callable[[Facts], str]] = {
    Kind.DAILY: lambda f: f"{f.unit.name}日巡查工作单（{f.label}）",
    Kind.WEEKLY: lambda f: f"{f.unit.name}社会综合治理周分析（{f.label.replace('（', '，').rstrip('）')}）",
    Kind.MONTHLY: lambda f: f"{f.unit.name}社会综合治理情况分析报告（{f.label}）",
    Kind.BIMONTHLY: lambda f: f"关于{f.label}{f.unit.name}综治中心建设运行情况的通报",
    Kind.QUARTERLY: lambda f: f"关于{f.label}{f.unit.name}社会综合治理工作情况的通报",
    Kind.ANNUAL: lambda f: f"关于{f.unit.name}{f.label}度社会综合治理工作考核情况的通报",
}

LAID = "征求意见稿"

MARKS = {Paper.Status.DRAFTED: "草稿", Paper.Status.SUBMITTED: "待审核", Paper.Status.CHECKED: "待印发"}


def outline_of(
    review: Review, paper: Paper | None = None, *, number: str = "", issued_on: date | None = None
) -> Outline:
    """Return the outline of a review's paper; an issued one as it was issued, word for word.

    Without a paper it is what the figures alone say. ``number`` and ``issued_on`` are given by the verb that issues.
    Raises UnknownFigure when a written text quotes what the review does not have; the verbs let none in.
    """
    if paper is not None and paper.outline is not None:
        return thawed(paper.outline)
    if paper is not None and paper.is_laid and issued_on is None:
        # The same words for everybody: what the issuing organ agreed on lies outside an addressed unit's own scope.
        with system_scope():
            return _made(review, paper, number, issued_on)
    return _made(review, paper, number, issued_on)


def _made(review: Review, paper: Paper | None, number: str, issued_on: date | None) -> Outline:
    with translation.override("zh-hans"):
        f = Facts(review, agreed=_agreed(paper, issued_on))
        written = {section.key: section.written for section in paper.sections.all()} if paper and paper.pk else {}
        names, blocks = report.annexes(f) if f.kind is Kind.MONTHLY else ((), ())
        organ = Organ.objects.filter(unit_id=review.unit_id).first()
        return Outline(
            form=FORMS[f.kind],
            title=_TITLES[f.kind](f),
            organ=organ.name if organ else f"{review.unit.name}社会治安综合治理中心",
            as_of=f.as_of,
            blocks=assembled(_PARTS[f.kind](f), written, f.quoter),
            number=number,
            addressee=paper.addressee if paper else "",
            issued_on=issued_on,
            copies_to=tuple(paper.copies_to) if paper else (),
            annexes=names,
            annex_blocks=blocks,
            mark="" if issued_on else _mark(paper),
            footnotes=_footnotes(review),
        )


def _mark(paper: Paper | None) -> str:
    if paper is None:
        return "草稿"
    return LAID if paper.is_laid else MARKS.get(Paper.Status(paper.status), "草稿")


def _agreed(paper: Paper | None, issued_on: date | None) -> tuple[Suggestion, ...] | None:
    """The suggestions that stand in a paper: accepted ones, and until it leaves the house those not decided on yet."""
    if paper is None or paper.pk is None:
        return None
    is_final = issued_on is not None or paper.is_laid
    kept = {*Suggestion.OWED, Suggestion.Status.DONE} | (set() if is_final else {Suggestion.Status.PROPOSED})
    rows = Suggestion.objects.filter(review=paper.review_id, status__in=kept).select_related("owner")
    return tuple(rows.order_by("pk"))


def parts_of(review: Review) -> tuple[Part, ...]:
    """Return the parts of a review's paper as the figures make them, those without words included."""
    with translation.override("zh-hans"):
        f = Facts(review)
        return _PARTS[f.kind](f)


def drafted_suggestions(review: Review) -> tuple[str, ...]:
    """Return the suggestions that follow from a review's figures, for a person to accept or decline."""
    with translation.override("zh-hans"):
        return counsel.drafts(Facts(review))


def _footnotes(review: Review) -> tuple[str, ...]:
    notes = [f"数据版本：第{review.version}版；指标口径第{review.register_version}版。"]
    correction = Correction.objects.filter(review=review).select_related("corrects").first()
    if correction is not None:
        corrected = correction.corrects
        notes.append(
            f"本版更正{local_day(corrected.built_at).year}年编制的第{corrected.version}版，"
            f"更正原因：{correction.reason.rstrip('。')}；差异见更正清单。"
        )
    return tuple(notes)
