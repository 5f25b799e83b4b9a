"""Keeping the tree of units from a desk: what system administrators add and end within their own places."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from grid import atlas
from grid.models import Unit, User
from grid.scope import Role
from grid.workflow import ORDER, Refused, check_grantor, close_unit, open_unit


def add_unit(*, by: User, parent: Unit, code: str, name: str, kind: str, valid_from: date, **details: Any) -> Unit:
    """Add a unit below or at a place of one's own, as its system administrator.

    Raises Forbidden outside one's places, Refused for a code in use or a kind that does not fit there. Committees and
    studios enter through their register (``mediation.workflow``).
    """
    check_grantor(by, parent, Role.SYSTEM_ADMIN)
    if kind in (Unit.Kind.MEDIATION_COMMITTEE, Unit.Kind.MEDIATION_STUDIO):
        raise Refused(_("调解组织请在调解组织名册中登记。"), "kind")
    level = ""
    if kind == Unit.Kind.DIVISION and parent.level != Unit.Level.GRID:
        level = ORDER[ORDER.index(parent.level) + 1]
    unit = open_unit(parent=parent, code=code, name=name, kind=kind, valid_from=valid_from, level=level, **details)
    atlas.forget()
    return unit


def end_unit(*, unit: Unit, by: User, on: date, successor: Unit | None = None) -> Unit:
    """End a unit of one's own places on a day, as its system administrator. Raises Forbidden or Refused."""
    check_grantor(by, unit, Role.SYSTEM_ADMIN)
    if unit.valid_to is not None:
        raise Refused(_("该单位已停用。"))
    if on <= unit.valid_from:
        raise Refused(_("停用日期须晚于启用日期。"), "on")
    return close_unit(unit=unit, on=on, successor=successor)
