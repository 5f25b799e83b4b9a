"""Components that templates ask for by name: icons, tags, deadline chips, dates as people write them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.deadlines import day_of
from cases.models import Case
from cases.words import named
from config.tones import TONES
from grid.scope import Role

register = template.Library()

CAP = 999


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite; it repeats in a picture what the words beside it say."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


def _sprite() -> str:
    return static("vendor/icons.svg")


@register.simple_tag
def tag(kind: str, value: str, label: str = "") -> SafeString:
    """A state as a word in the tone of its meaning; nothing for an empty value."""
    if not value:
        return SafeString("")
    tone = TONES[kind].get(value, "neutral")
    return format_html('<span class="tag tone-{}">{}</span>', tone, label or value)


@register.simple_tag
def due(record: Any) -> SafeString:
    """The deadline chip of an open incident or case: how long there is, or by how much it is late."""
    if not record.is_open:
        return SafeString("")
    return due_chip(record.due_at and day_of(record.due_at), provisional=record.due_provisional)


@register.simple_tag
def case_due(case: Any) -> SafeString:
    """The chip of what a case is waiting for: the end of mediation, or the next thing owed under its agreement."""
    if not case.is_open or case.suspended_at is not None:
        return SafeString("")
    if case.status in Case.AFTER_AGREEMENT and case.is_obliging:
        return due_chip(case.next_due_on or case.agreement_limit_on)
    if case.status in Case.BEFORE_AGREEMENT:
        return due(case)
    return step_due(case)


@register.simple_tag
def step_due(record: Any) -> SafeString:
    """The chip of the present step's own limit."""
    if not record.is_open:
        return SafeString("")
    return due_chip(record.step_due_on) if record.step_due_at is None else hour_chip(record.step_due_at)


@register.simple_tag
def due_on(day: date | None) -> SafeString:
    """The chip of any last day."""
    return due_chip(day)


def due_chip(day: date | None, *, provisional: bool = False) -> SafeString:
    """Say in words how far ``day`` is; the date itself is the title."""
    if day is None:
        return SafeString("")
    left = (day - day_of(timezone.now())).days
    if left < 0:
        tone, text = "bad due-over", _("逾期%(days)s天") % {"days": -left}
    elif left == 0:
        tone, text = "wait due-over", _("今天到期")
    elif left <= 2:
        tone, text = "wait", _("剩%(days)s天") % {"days": left}
    else:
        tone, text = "neutral", _("剩%(days)s天") % {"days": left}
    if provisional:
        text += _("（暂定）")
    return format_html('<span class="tag due tone-{}" title="{}">{}</span>', tone, full_day(day), text)


def hour_chip(at: datetime) -> SafeString:
    """Say in words how many hours there are to a moment, the moment itself in the title."""
    left = (at - timezone.now()).total_seconds() / 3600
    if left < 0:
        tone, text = "bad due-over", _("逾期%(hours)s小时") % {"hours": int(-left)} if left <= -1 else _("已逾期")
    else:
        tone, text = "wait", _("剩%(hours)s小时") % {"hours": int(left)} if left >= 1 else _("不足1小时")
    return format_html('<span class="tag due tone-{}" title="{}">{}</span>', tone, full_moment(at), text)


@register.filter
def moment(value: datetime | None) -> str:
    """Day and minute in China's time, without the year while it is this one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    this_year = local.year == timezone.localtime().year
    if get_language() == "en":
        return date_format(local, "j M H:i" if this_year else "j M Y H:i")
    return date_format(local, "n月j日 H:i" if this_year else "Y年n月j日 H:i")


@register.filter
def full_moment(value: datetime | None) -> str:
    """Day and minute with the year."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value), "j M Y, H:i" if get_language() == "en" else "Y年n月j日 H:i")


@register.filter
def full_day(value: date | datetime | None) -> str:
    """A day with its year."""
    if value is None:
        return ""
    day = day_of(value) if isinstance(value, datetime) else value
    return date_format(day, "j M Y" if get_language() == "en" else "Y年n月j日")


@register.filter
def weekday(value: date) -> str:
    """The shortest name of a day of the week."""
    name = date_format(value, "D")
    return name[:2] if get_language() == "en" else name[-1:]


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, for queues: minutes, hours, then days."""
    if value is None:
        return ""
    passed = timezone.now() - value
    if passed < timedelta(minutes=1):
        return _("刚刚")
    if passed < timedelta(hours=1):
        return _("%(count)s分钟前") % {"count": int(passed.total_seconds() // 60)}
    if passed < timedelta(days=1):
        return _("%(count)s小时前") % {"count": int(passed.total_seconds() // 3600)}
    if passed < timedelta(days=30):
        return _("%(count)s天前") % {"count": passed.days}
    return moment(value)


@register.filter
def capped(count: int) -> str:
    """A count that was taken no further than the cap."""
    return f"{CAP}+" if count > CAP else str(count)


@register.filter
def yuan(value: Decimal | None) -> str:
    """An amount with thousands apart and two decimals."""
    return "" if value is None else f"{value:,.2f}"


@register.filter
def yesno_is(value: str, wanted: str) -> str:
    """``true`` when the two are the same, for aria attributes."""
    return "true" if value == wanted else "false"


@register.filter
def role_names(roles: Iterable[str] | None) -> list[str]:
    """Names of roles, in the order of their definition; none on a page outside every scope."""
    held = set(roles or ())
    return [str(role.label) for role in Role if role in held]


@register.filter
def kind_of(field: BoundField) -> str:
    """What the field template must know of a widget."""
    return str(getattr(field.field.widget, "looks", "") or field.widget_type)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Look a key up in a mapping."""
    return mapping.get(key) if mapping is not None else None


@register.filter
def verbs(moves: Iterable[Any]) -> set[str]:
    """The verbs of a list of moves."""
    return {move.verb for move in moves}


@register.filter(name="named")
def named_filter(category: Any) -> str:
    """The name of a category in the reader's language."""
    return named(category)
