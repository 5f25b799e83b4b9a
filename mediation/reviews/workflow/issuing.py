"""Issuing: objections before it, the number, what is kept word for word, deliveries, receipts, the archive."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Outbox
from cases.moves import Actor, NotPossible, Step, perform
from grid.models import Unit
from grid.scope import SHANGHAI, local_day, standing_of
from mediation.reviews import periods
from mediation.reviews.findings.scheme import OBJECTIONS, Scheme, stored_scheme
from mediation.reviews.freezing import frozen
from mediation.reviews.models import Delivery, MailOut, Objection, Paper, Receipt, Recipient
from mediation.reviews.models.moving import addresses
from mediation.reviews.outline import Form
from mediation.reviews.texts import FORMS, outline_of
from mediation.reviews.workflow.numbering import next_number
from mediation.reviews.workflow.paper_moves import PAPERS
from mediation.reviews.workflow.papers import is_ranked, refuse_outdated, refuse_own, words

TOPIC = "review_issued"
TOPIC_OBJECTIONS = "review_objections"


def open_objections(*, pk: int, by: Actor, at: datetime, until: date) -> Paper:
    """Lay a checked bulletin before the units it will go to; they may object to the end of the day ``until``.

    Raises NotPossible for papers that rank nobody, without recipients, or for a window shorter than the place
    has set (three days, if nothing).
    """

    def change(paper: Paper, step: Step[Paper]) -> None:
        if not is_ranked(paper):
            raise NotPossible(_("只有通报类报告需要征求异议。"))
        if paper.objections_until is not None:
            raise NotPossible(_("已在征求异议。"))
        end = periods.containing("daily", until).end
        scheme = stored_scheme(paper.review.figures) or Scheme()
        least = scheme.windows[OBJECTIONS]
        if end - step.at < timedelta(days=least):
            raise NotPossible(_("异议期不少于%(days)s日。") % {"days": least}, "until")
        units = {row.to_unit_id: row for row in recipients(paper, step.at) if row.to_unit_id is not None}
        if not units:
            raise NotPossible(_("尚未设置收文单位，无法征求异议。"))
        paper.objections_until = end
        known = set(paper.deliveries.filter(purpose=Delivery.Purpose.OBJECTIONS).values_list("to_unit_id", flat=True))
        for unit, row in units.items():
            if unit not in known:
                step.add(_delivery(paper, row, Delivery.Purpose.OBJECTIONS, step.at))
        step.data = {"until": end.isoformat()}
        step.add(Outbox(topic=TOPIC_OBJECTIONS, payload={"paper": paper.pk}, created_at=step.recorded_at))

    opened: Paper = perform(PAPERS, "open_objections", pk=pk, by=by, at=at, change=change)
    return opened


def object_to_paper(*, pk: int, by: Actor, at: datetime, remark: str) -> Paper:
    """Say for one's unit what is wrong with a bulletin. Raises NotPossible outside the window."""

    def change(paper: Paper, step: Step[Paper]) -> None:
        if paper.objections_until is None or step.at >= paper.objections_until:
            raise NotPossible(_("不在异议期内。"))
        said = words(remark, 5)
        unit = addressed_unit(paper, step.user)
        step.facts["words"] = said
        step.data = {"of_unit": unit}
        step.add(Objection(paper=paper, of_unit_id=unit, by=step.user, at=step.at, words=said))

    objected: Paper = perform(PAPERS, "object_to_paper", pk=pk, by=by, at=at, change=change)
    return objected


def answer_objection(
    *, pk: int, by: Actor, at: datetime, objection: Objection, remark: str, adopted: bool = False
) -> Paper:
    """Answer an objection, taken up or not; one that is taken up usually means returning the paper."""

    def change(paper: Paper, step: Step[Paper]) -> None:
        row = paper.objections.filter(pk=objection.pk).select_for_update().first()
        if row is None or row.answered_at is not None:
            raise NotPossible(_("该异议已答复。"), "objection")
        row.adopted, row.answer = adopted, words(remark, 2)
        row.answered_by, row.answered_at = step.user, step.at
        step.add(row)
        step.facts["words"] = row.answer
        step.data = {"objection": row.pk, "adopted": adopted}

    answered: Paper = perform(PAPERS, "answer_objection", pk=pk, by=by, at=at, change=change)
    return answered


def issue_paper(*, pk: int, by: Actor, at: datetime) -> Paper:
    """Issue a checked paper: number, wording kept for good, deliveries and e-mails, all in one transaction.

    Raises NotPossible while units may still object or wait for an answer, when newer figures exist, and without an
    organ code where the paper bears a number.
    """

    def change(paper: Paper, step: Step[Paper]) -> None:
        refuse_own(paper, step.user, _("起草、修改或送审的人不能签发同一份报告。"))
        refuse_outdated(paper)
        _refuse_unheard(paper, step.at)
        on = local_day(step.at)
        if FORMS[periods.Kind(paper.kind)] is not Form.SHEET:
            paper.number = next_number(paper.unit, on.year)
        paper.outline = frozen(outline_of(paper.review, paper, number=paper.number, issued_on=on))
        paper.issued_at, paper.issued_by = step.at, step.user
        step.data = {"number": paper.number}
        for row in _send(paper, step.at):
            step.add(row)
        step.add(Outbox(topic=TOPIC, payload={"paper": paper.pk}, created_at=step.recorded_at))

    issued: Paper = perform(PAPERS, "issue_paper", pk=pk, by=by, at=at, change=change)
    return issued


def _refuse_unheard(paper: Paper, at: datetime) -> None:
    if not is_ranked(paper):
        return
    if paper.objections_until is None:
        raise NotPossible(_("通报印发前须先征求异议。"))
    if at < paper.objections_until:
        until = paper.objections_until.astimezone(SHANGHAI)
        raise NotPossible(_("异议期至%(until)s，期满后方可印发。") % {"until": f"{until:%Y-%m-%d %H:%M}"})
    if paper.objections.filter(answered_at__isnull=True).exists():
        raise NotPossible(_("尚有异议未答复，不能印发。"))


def _send(paper: Paper, at: datetime) -> list[Any]:
    """The deliveries and e-mails of an issue: each unit and each address once."""
    rows: dict[tuple[str, Any], Any] = {}
    for row in recipients(paper, at):
        if row.to_unit_id is not None:
            rows.setdefault(("unit", row.to_unit_id), _delivery(paper, row, Delivery.Purpose.ISSUED, at))
        if row.email:
            mail = MailOut(paper=paper, address=row.email, created_at=at)
            rows.setdefault(("mail", row.email.lower()), mail)
    return list(rows.values())


def recipients(paper: Paper, at: datetime) -> list[Recipient]:
    """Who gets papers of this place and cadence on the day of ``at``."""
    on = local_day(at)
    found = Recipient.objects.filter(unit=paper.unit_id, kind=paper.kind, since__lte=on)
    return [
        row for row in found.select_related("to_unit").order_by("is_copy", "pk") if row.until is None or row.until > on
    ]


def _delivery(paper: Paper, row: Recipient, purpose: str, at: datetime) -> Delivery:
    assert row.to_unit is not None
    return Delivery(
        paper=paper, review_id=paper.review_id, to_unit=row.to_unit, purpose=purpose, is_copy=row.is_copy, at=at
    )


def addressed_unit(paper: Paper, user: Any) -> int:
    """The unit of the user's that the paper was laid before. Raises NotPossible when there is none."""
    addressed = {row.to_unit_id for row in paper.deliveries.all()}
    for unit in (unit for held in standing_of(user).posts for unit in addresses(held)):
        if unit in addressed:
            return unit
    raise NotPossible(_("该报告未发给您的单位。"))


def note_read(*, paper: Paper, user: Any, at: datetime) -> Receipt | None:
    """Note that somebody of an addressed unit opened an issued paper; the first time counts. None for others."""
    if not paper.is_out:
        return None
    try:
        unit = addressed_unit(paper, user)
    except NotPossible:
        return None
    Receipt.objects.bulk_create(
        [Receipt(paper=paper, of_unit_id=unit, user=user, read_at=at, **paper.levels)], ignore_conflicts=True
    )
    return Receipt.objects.get(paper=paper, of_unit_id=unit, user=user)


def acknowledge_receipt(*, pk: int, by: Actor, at: datetime) -> Paper:
    """Acknowledge an issued paper for one's unit; the second time changes nothing but is refused with a word."""

    def change(paper: Paper, step: Step[Paper]) -> None:
        unit = addressed_unit(paper, step.user)
        if paper.receipts.filter(of_unit=unit, acknowledged_at__isnull=False).exists():
            raise NotPossible(_("本单位已签收。"))
        receipt = note_read(paper=paper, user=step.user, at=step.at)
        assert receipt is not None  # The move is one of issued papers, and the unit is addressed.
        receipt.acknowledged_at = step.at
        step.add(receipt)
        step.data = {"of_unit": unit}

    acknowledged: Paper = perform(PAPERS, "acknowledge_receipt", pk=pk, by=by, at=at, change=change)
    return acknowledged


def unacknowledged(paper: Paper) -> list[Unit]:
    """The units an issued paper went to that have not acknowledged it yet."""
    done = paper.receipts.filter(acknowledged_at__isnull=False).values("of_unit")
    sent = paper.deliveries.filter(purpose=Delivery.Purpose.ISSUED).exclude(to_unit__in=done)
    return [row.to_unit for row in sent.select_related("to_unit").order_by("pk")]


def archive_paper(*, pk: int, by: Actor, at: datetime) -> Paper:
    """Put an issued paper into the archive."""
    archived: Paper = perform(PAPERS, "archive_paper", pk=pk, by=by, at=at)
    return archived
