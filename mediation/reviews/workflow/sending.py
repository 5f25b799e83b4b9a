"""What an issue sets going: notices to those it is addressed to, and e-mails; each once, however often tried."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Notice, Outbox
from cases.relay import DELIVERIES, LONGEST_WAIT
from grid.models import Post
from grid.rls import system_scope
from grid.scope import REACH, REVIEWS, Reach, today
from mediation.reviews.models import Delivery, MailOut, Paper
from mediation.reviews.outline import Heading, Listing, Outline, Paragraph, plain
from mediation.reviews.texts import outline_of
from mediation.reviews.workflow.issuing import TOPIC, TOPIC_OBJECTIONS

logger = logging.getLogger("hemu.reviews")

PLACE_READERS = tuple(role for role, reach in REACH.items() if reach.get(REVIEWS) is Reach.SUBTREE)
UNIT_READERS = tuple(role for role, reach in REACH.items() if reach.get(REVIEWS) is Reach.ADDRESSED)
MAILS_AT_ONCE = 50


def deliver_issued(payload: Mapping[str, Any], row: Outbox) -> None:
    """Tell the readers of every unit an issued paper went to."""
    _tell(payload, row, Delivery.Purpose.ISSUED, TOPIC)


def deliver_objections(payload: Mapping[str, Any], row: Outbox) -> None:
    """Tell the readers of every unit that a bulletin is open to their objections."""
    _tell(payload, row, Delivery.Purpose.OBJECTIONS, TOPIC_OBJECTIONS)


def _tell(payload: Mapping[str, Any], row: Outbox, purpose: str, verb: str) -> None:
    units = Delivery.objects.filter(paper_id=payload["paper"], purpose=purpose).values("to_unit")
    # Whoever reads a place answers for it; a department and a committee are told of what names them.
    at = Q(unit__in=units, role__in=[*PLACE_READERS, *UNIT_READERS]) | Q(unit__place__in=units, role__in=PLACE_READERS)
    posts = Post.objects.active_on(today()).filter(at, user__is_active=True)
    notices = {
        post.user_id: Notice(
            user_id=post.user_id, verb=verb, created_at=row.created_at, outbox_id=row.pk, **post.unit.levels
        )
        for post in posts.select_related("unit").order_by("pk")
    }
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)


def register() -> None:
    """Make the relay deliver what issuing writes into the outbox (cases knows nothing of reviews)."""
    DELIVERIES[TOPIC] = deliver_issued
    DELIVERIES[TOPIC_OBJECTIONS] = deliver_objections


def send_mails(*, at: datetime, limit: int = MAILS_AT_ONCE) -> int:
    """Send e-mails that wait, the oldest first, and return how many went; call it anywhere, also twice at once.

    A mail is marked in the transaction that sends it and bears one Message-ID for good: should the process die between
    sending and marking, the second copy is recognised as the first.
    """
    sent = 0
    tried: list[int] = []
    while len(tried) < limit:
        with system_scope():
            waiting = MailOut.objects.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=at), sent_at__isnull=True)
            mail = (
                waiting.exclude(pk__in=tried)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("paper__review__unit")
                .order_by("pk")
                .first()
            )
            if mail is None:
                break
            tried.append(mail.pk)
            sent += _send(mail, at)
    return sent


def _send(mail: MailOut, at: datetime) -> bool:
    try:
        with transaction.atomic():
            message_of(mail).send()
    except Exception as error:
        # One bad address must not keep the others waiting; it is kept, counted and logged without its content.
        mail.attempts += 1
        mail.next_try_at = at + min(LONGEST_WAIT, timedelta(seconds=2 ** min(mail.attempts, 12)))
        mail.trouble = type(error).__name__[:60]
        mail.save(update_fields=["attempts", "next_try_at", "trouble"])
        logger.warning("mail %s failed with %s, try %s", mail.pk, mail.trouble, mail.attempts)
        return False
    mail.sent_at, mail.trouble = at, ""
    mail.save(update_fields=["sent_at", "trouble"])
    return True


def message_of(mail: MailOut) -> EmailMessage:
    """The e-mail itself: number and title, and the paper's words; tables stay in the house."""
    paper: Paper = mail.paper
    outline = outline_of(paper.review, paper)
    subject = f"{outline.number} {outline.title}".strip()
    domain = make_msgid().rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<paper-{paper.pk}-mail-{mail.pk}@{domain}>"}
    return EmailMessage(subject=subject, body=words_of(outline), to=[mail.address], headers=headers)


def words_of(outline: Outline) -> str:
    """The prose of a paper as plain text."""
    lines = [outline.title, *([outline.number] if outline.number else []), "", outline.as_of, ""]
    if outline.addressee:
        lines += [f"{outline.addressee}：", ""]
    for block in outline.blocks:
        if isinstance(block, Heading):
            lines += ["", block.words]
        elif isinstance(block, Paragraph):
            lines.append(plain(block.text))
        elif isinstance(block, Listing):
            lines += [
                f"{number}. {plain(item)}" if block.is_numbered else plain(item)
                for number, item in enumerate(block.items, 1)
            ]
    lines += ["", outline.organ, _("表格和图请登录系统查看。"), *outline.footnotes]
    return "\n".join(lines)
