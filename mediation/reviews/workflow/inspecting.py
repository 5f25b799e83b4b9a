"""Daily inspection: a sample is drawn by chance and by the guard, each report in it gets a finding, units get a share.

Nobody inspects what they reported or handled (PV-12). A finding can send the report back through the verb of
``cases``; what units are measured by is the share that passed among those drawn by chance, never how many they report.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil
from random import Random
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Incident
from cases.moves import NotAllowed, NotPossible
from cases.workflow import return_incident
from cases.workflow.handling import has_handled
from grid.models import Unit, User
from grid.scope import LEVELS, Role, standing_of, today
from mediation.reviews.figures.looking import Look
from mediation.reviews.findings.guard import hits_among
from mediation.reviews.findings.ranking import Entry, Ranked, Standing, stand
from mediation.reviews.models import InspectionItem, InspectionSample
from mediation.reviews.periods import midnight

INSPECTORS = (Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER, Role.CENTRE_SUPERVISOR)

SHARE = 0.05
"""Of a day's reports that are drawn by chance (DOMAIN.md 7.5: 5 %)."""
LEAST, MOST = 5, 40
"""And how many that is at least, where there are so many, and at most: a desk's morning."""
TARGETED = 20
"""Reports that the guard draws in at most, beside those drawn by chance, from each reason in turn."""

PASS_RATE = Ranked("inspection_pass_rate", least=20)

Reason, Finding = InspectionItem.Reason, InspectionItem.Finding


def draw_sample(*, unit: Unit, day: date, by: User, at: datetime, seed: int | None = None) -> InspectionSample:
    """Draw the sample of a day at a division, or return the one that was drawn.

    By chance from all reports of the day that stand and are open to the desk, and from the guard's hits among what was
    reported or closed that day. Raises NotAllowed for anybody but the inspectors of that very place, NotPossible for a
    day that is not over, for what comes later would never be drawn.
    """
    check_inspector(unit, by)
    if day >= today():
        raise NotPossible(_("当日结束后才能抽取。"), "day")
    return drawn(unit=unit, day=day, by=by, at=at, seed=seed)


def drawn(*, unit: Unit, day: date, by: User | None, at: datetime, seed: int | None = None) -> InspectionSample:
    """Return the sample of a day at a division, drawn now if nobody has; ``by`` is None for the clock.

    Call it in a scope that sees the unit, for a day that is over.
    """
    with transaction.atomic():
        # Two at once, desks or the clock: the second waits here, then finds the first one's sample.
        Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
        known = InspectionSample.objects.filter(unit=unit, day=day).first()
        if known is not None:
            return known
        reported = list(_reported(unit, day).values_list("pk", flat=True))
        sample = InspectionSample(
            day=day,
            seed=secrets.randbits(62) if seed is None else seed,
            reported=len(reported),
            drawn_by=by,
            drawn_at=at,
        )
        sample.lie_at(unit)
        sample.save(force_insert=True)
        chosen: dict[int, str] = dict.fromkeys(by_chance(reported, sample.seed), Reason.RANDOM)
        for pk, reason in _targeted(unit, day, sample.seed).items():
            chosen.setdefault(pk, reason)
        found = Incident.objects.filter(pk__in=chosen, restricted=False, **{LEVELS[unit.level]: unit.pk})
        InspectionItem.objects.bulk_create(
            InspectionItem(
                sample=sample,
                incident=incident,
                reason=chosen[incident.pk],
                reporting_id=incident.village_id or incident.unit_id,
                **sample.levels,
            )
            for incident in found.order_by("pk")
        )
    return sample


def by_chance(reported: Sequence[int], seed: int) -> list[int]:
    """Return the reports that a seed draws: 5 %, at least 5 and at most 40; the same for the same day for ever."""
    number = min(len(reported), max(LEAST, min(MOST, ceil(len(reported) * SHARE))))
    return sorted(Random(seed).sample(sorted(reported), number))


def _reported(unit: Unit, day: date) -> Any:
    """Reports of the day that stand; restricted ones are closed to most inspectors and are left out (PV-06)."""
    return Incident.objects.filter(
        reported_at__gte=midnight(day),
        reported_at__lt=midnight(day + timedelta(days=1)),
        restricted=False,
        **{LEVELS[unit.level]: unit.pk},
    ).exclude(status__in=Incident.VOID)


def _targeted(unit: Unit, day: date, seed: int) -> dict[int, str]:
    """What the guard draws in, each reason in turn until there are enough."""
    end = midnight(day + timedelta(days=1))
    look = Look(LEVELS[unit.level], "village_id", (unit.pk,), midnight(day), end, end)
    dice = Random(seed)
    piles = {reason: sorted(found) for reason, found in sorted(hits_among(look).items())}
    for pile in piles.values():
        dice.shuffle(pile)
    chosen: dict[int, str] = {}
    while len(chosen) < TARGETED and any(piles.values()):
        for reason, pile in piles.items():
            if pile and len(chosen) < TARGETED:
                chosen.setdefault(pile.pop(), reason)
    return chosen


def record_inspection(
    *, pk: int, by: User, at: datetime, finding: str, return_reason: str = "", remark: str = ""
) -> InspectionItem:
    """Say what was found of one report of a sample; with a ``return_reason`` it also goes back for correction.

    The return is the verb of ``cases`` with its own rules, in one transaction with the finding. Raises NotAllowed for
    anybody but the inspectors of the place and for who reported or handled it, NotPossible for a second finding, for
    sending back what passed, and whatever the verb raises.
    """
    with transaction.atomic():
        item = (
            InspectionItem.objects.select_for_update(of=("self",)).select_related("sample__unit", "incident").get(pk=pk)
        )
        check_inspector(item.sample.unit, by)
        _check_not_own(item.incident, by)
        if finding not in Finding.values:
            raise NotPossible(_("请选择巡查结果。"), "finding")
        if item.finding:
            if item.inspected_by_id == by.pk and item.finding == finding:
                return item
            raise NotPossible(_("本件已有巡查结果。"), "finding")
        if return_reason:
            if finding == Finding.PASSED:
                raise NotPossible(_("合格的不退回。"), "return_reason")
            if not remark.strip():
                raise NotPossible(_("请写明需补正的内容。"), "remark")
            return_incident(pk=item.incident_id, by=by, at=at, reason=return_reason, remark=remark)
        item.finding, item.is_returned = finding, bool(return_reason)
        item.inspected_by, item.inspected_at = by, at
        item.save(update_fields=["finding", "is_returned", "inspected_by", "inspected_at"])
    return item


def is_inspector(unit: Unit, user: Any) -> bool:
    """Whether a user inspects at this very place: of a superior or inferior centre, others do."""
    return any(held.role in INSPECTORS and held.place_id == unit.pk for held in standing_of(user).posts)


def check_inspector(unit: Unit, by: User) -> None:
    """Raises NotAllowed for anybody but an inspector of the place."""
    if not is_inspector(unit, by):
        raise NotAllowed(_("只有本级中心的登记员、调度员、督查员可以巡查。"))


def _check_not_own(incident: Incident, by: User) -> None:
    if by.pk in (incident.reporter_id, incident.handler_id) or has_handled(incident, by):
        raise NotAllowed(_("上报人、承办人不能巡查自己的事件。"))


def items_seen(sample: InspectionSample, user: Any) -> Any:
    """The reports of a sample that the user may see, those without a finding first."""
    items = sample.items.select_related("incident__unit", "incident__lead_unit", "reporting", "inspected_by")
    seen = Incident.objects.visible_to(user).filter(pk__in=items.values("incident"))
    return items.filter(incident__in=seen).order_by("finding", "pk")


def scores(unit: Unit, start: date, after: date) -> list[Standing]:
    """Return how the reporting units stand in the inspections of the days from ``start`` up to before ``after``.

    By the share that passed among the reports drawn by chance and inspected: those the guard drew in are suspects and
    would tell of the guard, and volume tells nothing. Places are codes; fewer than 20 inspected do not rank.
    """
    items = InspectionItem.objects.filter(
        sample__unit=unit, sample__day__gte=start, sample__day__lt=after, reason=Reason.RANDOM
    ).exclude(finding="")
    passed: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, finding in items.values_list("reporting__code", "finding"):
        passed[code][0] += finding == Finding.PASSED
        passed[code][1] += 1
    return stand(PASS_RATE, [Entry(code, top, bottom) for code, (top, bottom) in sorted(passed.items())])
