"""After issue: what would come out differently now, and corrections as new versions (DOMAIN.md 0.10, 7.4 no. 8)."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from cases.moves import Actor, NotPossible, Step, perform
from grid.scope import local_day
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.findings.scheme import stored_scheme
from mediation.reviews.indicators import NOTHING
from mediation.reviews.models import Correction, Paper, Review
from mediation.reviews.quoting import measured
from mediation.reviews.workflow.building import figures_for, one_state, retried, store
from mediation.reviews.workflow.paper_moves import PAPERS
from mediation.reviews.workflow.papers import words

logger = logging.getLogger("hemu.reviews")


@dataclass(frozen=True)
class Difference:
    """One number that would be another one now: a measure of a place ("" is the whole), as issued and as it is now."""

    measure: str
    place: str
    issued: str
    now: str


def differences(review: Review) -> list[Difference]:
    """Return what differs between a stored review and the same count now: same ``as_of``, all that is known by now.

    Records entered late, reclassified or moved since show up here; the stored figures stay. Call it in a scope that
    sees the review's unit; it costs as much as building without comparisons.
    """
    period = periods.beginning(review.kind, local_day(review.start))
    now = compute(review.unit, period, as_of=review.as_of, compare=False).as_json()
    return between(review.figures, now)


def between(issued: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Compare two review objects: measures of the whole and of every place, then break-downs."""
    return [
        Difference(measure, place, was, is_now)
        for (measure, place, was), is_now in _beside(issued, now)
        if was != is_now
    ]


def _beside(issued: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    ours, theirs = dict(_numbers(issued)), dict(_numbers(now))
    registered = set(issued["measures"]) & set(now["measures"])
    for place, measure in dict.fromkeys([*ours, *theirs]):
        # A measure that only one of the two registers had cannot differ.
        if "." in measure or measure in registered:
            was, is_now = ours.get((place, measure)), theirs.get((place, measure))
            yield (measure, place, was or _none_like(is_now)), is_now or _none_like(was)


def _none_like(other: str | None) -> str:
    """How nothing is written, of the kind the other number is."""
    if other is not None and "/" in other:
        return f"{NOTHING}（0/0）"
    return "0.00" if other is not None and "." in other else "0"


def _numbers(figures: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for measure, figure in figures["measures"].items():
        yield ("", measure), _written(figure)
    for key, found in figures.items():
        if key.startswith("by_"):
            for place, measures in found.items():
                for measure, figure in measures.items():
                    yield (place, measure), _written(figure)
        elif "_by_" in key:
            for code, count in found.items():
                yield ("", f"{key}.{code}"), str(count)


def _written(figure: Mapping[str, Any]) -> str:
    """A measure with its parts, so that 1/2 and 2/4 differ."""
    if "denominator" in figure:
        return f"{measured(figure)}（{figure['numerator']}/{figure['denominator']}）"
    return measured(figure)


def correct_review(*, pk: int, by: Actor, at: datetime, remark: str) -> Paper:
    """Ask for a correction of an issued paper's review, with the reason; ``build_corrections`` counts it anew.

    The issued paper stays as it is. Raises NotPossible when nothing differs, or one was asked for already.
    """

    def change(paper: Paper, step: Step[Paper]) -> None:
        reason = words(remark, 5)
        if Correction.objects.filter(corrects=paper.review_id).exists():
            raise NotPossible(_("该报告已更正，请在更正后的版本上继续。"))
        if not differences(paper.review):
            raise NotPossible(_("按现有记录重新统计，与印发数据没有差异，无须更正。"))
        step.facts["words"] = reason
        step.add(Correction(corrects_id=paper.review_id, reason=reason, asked_by=step.user, asked_at=step.at))

    asked: Paper = perform(PAPERS, "correct_review", pk=pk, by=by, at=at, change=change)
    return asked


def build_corrections(*, at: datetime) -> int:
    """Count anew what is asked for and store it as the next version, with what differs; return how many.

    One transaction each, so a builder killed at any point leaves a correction still to be built; a second one skips
    what is claimed. One that cannot be built is logged and left for the next time.
    """
    built = 0
    failed: list[int] = []
    while True:
        claimed: list[int] = []
        try:
            if not retried(lambda: _build_next(at, failed, claimed)):  # noqa: B023
                return built
            built += 1
        except Exception:
            if not claimed:
                raise
            logger.exception("correction not built: correction=%s", claimed[-1])
            failed.append(claimed[-1])


def _build_next(at: datetime, failed: list[int], claimed: list[int]) -> bool:
    claimed.clear()
    with one_state() as snapshot:
        correction = (
            Correction.objects.filter(review__isnull=True)
            .exclude(pk__in=failed)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("corrects__unit")
            .order_by("pk")
            .first()
        )
        if correction is None:
            return False
        claimed.append(correction.pk)
        issued = correction.corrects
        period = periods.beginning(issued.kind, local_day(issued.start))
        # Units are assessed by what held when it was issued, whatever was set since.
        figures = figures_for(issued.unit, period, issued.as_of, stored_scheme(issued.figures))
        versions = Review.objects.filter(unit=issued.unit_id, kind=issued.kind, start=issued.start)
        newest = versions.aggregate(newest=Max("version"))["newest"]
        correction.review = store(
            issued.unit, period, issued.as_of, figures, snapshot, newest + 1, Review.Reason.CORRECTION, at
        )
        correction.differences = [asdict(one) for one in between(issued.figures, figures)]
        correction.built_at = at
        correction.save(update_fields=["review", "differences", "built_at"])
    return True
