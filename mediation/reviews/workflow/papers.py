"""Writing a paper: taken up from a review, written, submitted, checked by a second person, returned."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.moves import Actor, NotAllowed, NotPossible, Step, perform
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Paper, Review, Section, Suggestion
from mediation.reviews.quoting import Quoter
from mediation.reviews.texts import drafted_suggestions, parts_of
from mediation.reviews.workflow.paper_moves import PAPERS
from mediation.reviews.workflow.suggestions import propose_suggestion
from mediation.reviews.writing import source_of, typed_numbers, unknown_refs

WRITING = ("draft_paper", "edit_section", "address_paper", "submit_paper")
"""Verbs after which somebody is not the second person any more."""


def paper_of(review: Review) -> Paper:
    """Return the paper of a review, made with the status 已编制 where nobody has taken it up yet."""
    paper = Paper(review=review, kind=review.kind, status=Paper.Status.BUILT, last_event_at=review.built_at)
    paper.lie_at(review.unit)
    # Two who take it up at once meet on the one row.
    Paper.objects.bulk_create([paper], ignore_conflicts=True)
    return Paper.objects.get(review=review)


def paper_on(review: Review) -> Paper:
    """The paper of a review, or an unsaved one where nobody has taken it up."""
    paper = Paper.objects.filter(review=review).first()
    if paper is None:
        paper = Paper(review=review, kind=review.kind, status=Paper.Status.BUILT, last_event_at=review.built_at)
        paper.lie_at(review.unit)
    return paper


def draft_review(*, review: Review, by: Actor, at: datetime) -> Paper:
    """Take up the paper of a review. Nothing is left behind when it may not be."""
    with transaction.atomic():
        return draft_paper(pk=paper_of(review).pk, by=by, at=at)


def draft_paper(*, pk: int, by: Actor, at: datetime) -> Paper:
    """Begin writing: sections with what the figures say, and suggestions to accept or decline.

    Raises NotPossible when a newer version of the figures exists.
    """

    def change(paper: Paper, step: Step[Paper]) -> None:
        refuse_outdated(paper)
        paper.drafted_by = step.user
        for position, part in enumerate(parts_of(paper.review)):
            generated = source_of(part.blocks)
            step.add(Section(paper=paper, key=part.key, position=position, heading=part.heading, generated=generated))

    with transaction.atomic():
        was = Paper.objects.get(pk=pk).status
        paper: Paper = perform(PAPERS, "draft_paper", pk=pk, by=by, at=at, change=change)
        if was == Paper.Status.BUILT:
            _propose(paper.review, by, at)
    return paper


def _propose(review: Review, by: Actor, at: datetime) -> None:
    known = set(Suggestion.objects.filter(review=review).values_list("text", flat=True))
    for text in drafted_suggestions(review):
        if text not in known:
            propose_suggestion(review=review, text=text, by=by, at=at)


def refuse_outdated(paper: Paper) -> None:
    """Refuse to go on with figures that a newer version replaced."""
    review = paper.review
    newer = Review.objects.filter(unit=review.unit_id, kind=review.kind, start=review.start, version__gt=review.version)
    if newer.exists():
        raise NotPossible(_("本期数据已有新的版本，请改用新版本起草。"))


def edit_section(
    *, pk: int, by: Actor, at: datetime, section: str, written: str = "", base: int | None = None
) -> Paper:
    """Write a section; empty text gives the generated one back.

    ``base`` is the section's version the writer began from. Raises NotPossible naming addresses that lead to no
    figure, and when somebody else has changed the section since.
    """

    def change(paper: Paper, step: Step[Paper]) -> None:
        row = paper.sections.filter(key=section).first()
        if row is None:
            raise NotPossible(_("没有“%(section)s”这一章节。") % {"section": section}, "section")
        if base is not None and base != row.version:
            raise NotPossible(_("该章节已被他人修改，请刷新后再改。"), "written")
        quoter = Quoter(paper.review.figures)
        if unknown := unknown_refs(written, quoter):
            raise NotPossible(
                _("本期数据中没有：%(refs)s。") % {"refs": "、".join(f"{{{ref}}}" for ref in unknown)}, "written"
            )
        row.written, row.edited_by, row.edited_at = written.strip(), step.user, step.at
        row.version += 1
        step.add(row)
        step.data = {"section": section, "version": row.version, "typed": typed_numbers(written, quoter)}

    edited: Paper = perform(PAPERS, "edit_section", pk=pk, by=by, at=at, change=change)
    return edited


def address_paper(*, pk: int, by: Actor, at: datetime, addressee: str = "", copies_to: str = "") -> Paper:
    """Say whom the paper is addressed to, and who gets copies: a line each."""

    def change(paper: Paper, step: Step[Paper]) -> None:
        if len(addressee) > 200:
            raise NotPossible(_("主送机关过长。"), "addressee")
        paper.addressee = addressee.strip().rstrip("：:")
        paper.copies_to = [line.strip() for line in copies_to.splitlines() if line.strip()]

    addressed: Paper = perform(PAPERS, "address_paper", pk=pk, by=by, at=at, change=change)
    return addressed


def submit_paper(*, pk: int, by: Actor, at: datetime) -> Paper:
    """Hand the paper to a second person. Raises NotPossible naming the sections that must be written first."""

    def change(paper: Paper, step: Step[Paper]) -> None:
        refuse_outdated(paper)
        written = {row.key: row.written for row in paper.sections.all()}
        missing = [
            part.heading for part in parts_of(paper.review) if part.is_required and not written.get(part.key, "")
        ]
        if missing:
            raise NotPossible(_("请先撰写：%(parts)s。") % {"parts": "、".join(missing)})

    submitted: Paper = perform(PAPERS, "submit_paper", pk=pk, by=by, at=at, change=change)
    return submitted


def hand_typed(paper: Paper) -> dict[str, list[str]]:
    """Return, by section heading, the numbers typed by hand that no figure of the review bears out."""
    quoter = Quoter(paper.review.figures)
    found = {row.heading: typed_numbers(row.written, quoter) for row in paper.sections.order_by("position")}
    return {heading: numbers for heading, numbers in found.items() if numbers}


def check_paper(*, pk: int, by: Actor, at: datetime, confirmed: bool = False) -> Paper:
    """Find the paper in order, as a second person.

    Raises NotAllowed for who wrote or submitted it; NotPossible listing hand-typed numbers until they are
    ``confirmed``.
    """

    def change(paper: Paper, step: Step[Paper]) -> None:
        refuse_own(paper, step.user, _("起草、修改或送审的人不能审核同一份报告，须由第二人审核。"))
        refuse_outdated(paper)
        typed = hand_typed(paper)
        if typed and not confirmed:
            said = "；".join(f"{heading}：{'、'.join(numbers)}" for heading, numbers in typed.items())
            raise NotPossible(
                _("以下数字是手工填写的，数据中没有，请逐一核对后确认：%(numbers)s。") % {"numbers": said}, "confirmed"
            )
        paper.checked_by = step.user
        step.data = {"typed": typed}

    checked: Paper = perform(PAPERS, "check_paper", pk=pk, by=by, at=at, change=change)
    return checked


def refuse_own(paper: Paper, user: Any, said: str) -> None:
    """Refuse what takes a second person to somebody who had a hand in the text."""
    if user is None or paper.events.filter(by=user, verb__in=WRITING).exists():
        raise NotAllowed(said)


def return_paper(*, pk: int, by: Actor, at: datetime, remark: str) -> Paper:
    """Give the paper back to be changed, with words; a window for objections begins anew afterwards."""

    def change(paper: Paper, step: Step[Paper]) -> None:
        step.facts["words"] = words(remark, 5)
        paper.checked_by = None
        paper.objections_until = None

    returned: Paper = perform(PAPERS, "return_paper", pk=pk, by=by, at=at, change=change)
    return returned


def words(remark: str, least: int) -> str:
    """Return what somebody said. Raises NotPossible when it is too short to say anything."""
    said = remark.strip()
    if len(said) < least:
        raise NotPossible(_("请填写不少于%(least)s个字的说明。") % {"least": least}, "remark")
    return said


def is_ranked(paper: Paper) -> bool:
    """Whether the paper ranks units, which may then object to it before it is issued."""
    return paper.kind in (Kind.BIMONTHLY, Kind.QUARTERLY, Kind.ANNUAL)
