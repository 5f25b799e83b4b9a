"""A unit's own limits, overriding the defaults for everything at or under it (DOMAIN.md 10.1)."""

from typing import Any

from django.utils.translation import gettext as _

from cases.models import LimitSetting
from cases.moves import NotAllowed, NotPossible
from grid.models import Unit
from grid.scope import LEVELS, Role, standing_of

LONGEST = 120
"""Working days; the calendar is read this far ahead."""


def set_limit(*, unit: Unit, step: str, working_days: int | None, by: Any) -> LimitSetting | None:
    """Set the limit of a step for a place (or the place a unit hangs on); None goes back to the one above.

    Raises NotAllowed for anybody but a supervisor of the place, NotPossible for a length that makes no sense.
    """
    place = unit.place or unit
    supervised = (held for held in standing_of(by).posts if held.role == Role.CENTRE_SUPERVISOR)
    if not any(getattr(place, LEVELS[held.level]) == held.place_id for held in supervised):
        raise NotAllowed(_("只有本辖区的督查员可以设定时限。"))
    if step not in LimitSetting.Step:
        raise NotPossible(_("没有这个环节。"), "step")
    if working_days is None:
        LimitSetting.objects.filter(unit=place, step=step).delete()
        return None
    if not 1 <= working_days <= LONGEST:
        raise NotPossible(_("时限须为1至%(most)s个工作日。") % {"most": LONGEST}, "working_days")
    setting, _made = LimitSetting.objects.update_or_create(
        unit=place, step=step, defaults={"working_days": working_days}
    )
    return setting
