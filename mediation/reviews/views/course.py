"""Where the steps of a quarter's or a year's course open: the reviews of its months, or of its quarters."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from mediation.reviews.models import Review
from mediation.reviews.periods import midnight
from mediation.reviews.views.figures import address_at

STEP = re.compile(r"course\.(\d+)\.([a-z0-9_]+)$")
"""A number of a step as a text names it; its changes have more after the measure."""


def course_addresses(review: Review, refs: Iterable[str], user: Any) -> dict[str, str]:
    """Return the page each number of a step opens: its records in the step's own review, or that review.

    Steps are told as they stood at the review's own T, their own reviews at theirs: the records say which. Numbers of
    steps without a review that the user may see are left out.
    """
    steps: list[Mapping[str, Any]] = review.figures.get("course") or []
    named = {ref: step for ref in refs if (step := STEP.match(ref)) is not None and int(step[1]) < len(steps)}
    known = _newest(review, steps, user) if named else {}
    found: dict[str, str] = {}
    for ref, step in named.items():
        own = known.get(_start(steps[int(step[1])]))
        if own is not None:
            found[ref] = address_at(own, step[2]) or reverse("reviews:review-detail", args=[own.pk])
    return found


def _start(step: Mapping[str, Any]) -> datetime:
    return midnight(date.fromisoformat(str(step["start"])))


def _newest(review: Review, steps: Iterable[Mapping[str, Any]], user: Any) -> dict[datetime, Review]:
    """The newest version of each step's review that the user may see, with its measures alone."""
    found = Review.objects.visible_to(user).filter(
        unit=review.unit_id, kind__in={step["kind"] for step in steps}, start__in=[_start(step) for step in steps]
    )
    rows = found.order_by("version").values_list("pk", "start", "figures__measures")
    return {start: Review(pk=pk, figures={"measures": measures}) for pk, start, measures in rows}
