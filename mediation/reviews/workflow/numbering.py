"""Numbers of issued papers: per organ code and year, without gaps or doubles (DOMAIN.md 6.1)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.moves import Actor, NotAllowed, NotPossible
from grid.models import Unit
from grid.scope import LEVELS, Role, local_day, standing_of
from mediation.reviews.kinds import Kind
from mediation.reviews.models import NumberSeries, Organ, Recipient

KEEPERS = (Role.CENTRE_SUPERVISOR, Role.LEADER)
"""Who says how the papers of a place are signed, and to whom they go."""


def next_number(unit: Unit, year: int) -> str:
    """Return ``吕综治〔2024〕6号`` and count on; call it inside the issuing transaction.

    The series stays locked until that transaction ends, so a refused issue leaves no gap. Raises NotPossible without
    an organ code.
    """
    organ = Organ.objects.filter(unit=unit).first()
    if organ is None:
        raise NotPossible(_("请先设置“%(unit)s”的发文机关和机关代字。") % {"unit": unit.name})
    series, _made = NumberSeries.objects.select_for_update().get_or_create(
        organ=organ, code=organ.code, year=year, defaults=organ.levels
    )
    series.last += 1
    series.save(update_fields=["last"])
    return f"{series.code}〔{series.year}〕{series.last}号"


def set_organ(*, unit: Unit, name: str, code: str, by: Actor) -> Organ:
    """Say who issues the papers of a place, and under which code; a new code begins a series of its own."""
    _check_keeper(by, unit)
    name, code = name.strip(), code.strip()
    if not name or not code or any(mark in code for mark in "〔〕[]（）()0123456789"):
        raise NotPossible(_("机关代字只写文字，如“吕综治”。"), "code")
    if Organ.objects.filter(city_id=unit.city_id, code=code).exclude(unit=unit).exists():
        raise NotPossible(_("该代字已被其他单位使用。"), "code")
    with transaction.atomic():
        organ, _made = Organ.objects.update_or_create(
            unit=unit,
            defaults={"name": name, "code": code},
            create_defaults={"name": name, "code": code, **unit.levels},
        )
    return organ


def add_recipient(
    *,
    unit: Unit,
    kind: str,
    by: Actor,
    at: datetime,
    to_unit: Unit | None = None,
    email: str = "",
    is_copy: bool = False,
) -> Recipient:
    """Have papers of a place and cadence go to a unit of the city, an e-mail address, or both, from today on."""
    _check_keeper(by, unit)
    if kind not in Kind.values:
        raise NotPossible(_("没有这种报告。"), "kind")
    if to_unit is None and not email:
        raise NotPossible(_("请填写收文单位或电子邮箱。"), "to_unit")
    if to_unit is not None and to_unit.city_id != unit.city_id:
        raise NotPossible(_("收文单位须在本市。"), "to_unit")
    known = Recipient.objects.filter(unit=unit, kind=kind, to_unit=to_unit, email=email, until__isnull=True).first()
    if known is not None:
        return known
    row = Recipient(kind=kind, to_unit=to_unit, email=email, is_copy=is_copy, since=local_day(at))
    row.lie_at(unit)
    row.save(force_insert=True)
    return row


def end_recipient(*, recipient: Recipient, on: date, by: Actor) -> Recipient:
    """Send nothing more from a day on."""
    _check_keeper(by, recipient.unit)
    recipient.until = on
    recipient.save(update_fields=["until"])
    return recipient


def _check_keeper(by: Actor, unit: Unit) -> None:
    for held in standing_of(by).posts:
        if held.role in KEEPERS and getattr(unit, LEVELS[held.level]) == held.place_id:
            return
    raise NotAllowed(_("您的岗位不能设置该区划的发文。"))
