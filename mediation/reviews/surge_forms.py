"""Forms of surges (平战结合): shapes only, the workflow decides."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import category_choices
from cases.models import LimitSetting
from grid.forms import DateInput, MomentInput, StyledForm
from grid.models import Unit
from grid.scope import today
from mediation.reviews.models import Surge
from mediation.reviews.sending_forms import units_below
from mediation.reviews.workflow.surge_extension import latest_end
from mediation.reviews.workflow.surges import CUT_OFF, MOST_DAYS, MOST_HOURS, STEPS

USUAL_DAYS = 7
USUAL_FACTOR = Decimal("0.5")


class UnitField(forms.ModelChoiceField):
    """One of the units, by its name."""

    def label_from_instance(self, unit: Unit) -> str:
        """Return the name alone."""
        return unit.name


class UnitsField(forms.ModelMultipleChoiceField):
    """Units by their names; all lie in one place, so codes would only be noise."""

    def label_from_instance(self, unit: Unit) -> str:
        """Return the name alone."""
        return unit.name


class HoursField(forms.IntegerField):
    """The hours a step may take; empty leaves it its day."""

    def __init__(self, step: str, label: Any, **given: Any) -> None:
        """Propose what is usual for the step."""
        usual = STEPS[LimitSetting.Step(step)]
        super().__init__(label=label, required=False, min_value=1, max_value=MOST_HOURS, initial=usual, **given)


class SurgeForm(StyledForm):
    """What an activation must say (DOMAIN.md 7.1): why, by whose authority, where, about what, how long."""

    reason = forms.CharField(label=_("启动事由"), widget=forms.Textarea(attrs={"rows": 3}))
    authority = forms.CharField(label=_("批准依据"), max_length=200)
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput())
    ends_on = forms.DateField(label=_("计划结束日期"), widget=DateInput())
    units = UnitsField(
        Unit.objects.none(),
        label=_("报告单位"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择报告单位。")},
        help_text=_("所选单位须每日报告，无情况的报零报告。"),
    )
    categories = forms.MultipleChoiceField(
        label=_("事件类别"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("不选即全部类别。"),
    )
    limits_factor = forms.DecimalField(
        label=_("时限系数"),
        max_digits=3,
        decimal_places=2,
        initial=USUAL_FACTOR,
        help_text=_("按复杂程度定的办理时限乘以此系数，在办的按剩余时间计；1为不变。约定日期和法定期限不受影响。"),
    )
    hours_triage = HoursField(LimitSetting.Step.TRIAGE, _("分流时限（小时）"))
    hours_accept_incident = HoursField(LimitSetting.Step.ACCEPT_INCIDENT, _("签收时限（小时）"))
    hours_accept_case = HoursField(
        LimitSetting.Step.ACCEPT_CASE,
        _("纠纷受理时限（小时）"),
        help_text=_("不填的按平时时限。战时结束后，未办的恢复平时时限，已逾期的仍为逾期。"),
    )
    cut_off = forms.TimeField(label=_("每日截止"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> dict[str, Any]:
        """Put the hours together as the workflow wants them."""
        given: dict[str, Any] = super().clean() or {}
        hours = {str(step): given.pop(f"hours_{step}", None) for step in STEPS}
        return given | {"step_hours": {step: count for step, count in hours.items() if count is not None}}

    def __init__(self, place: Unit, *args: Any, **kwargs: Any) -> None:
        """Offer the units and categories of the place, and a usual length."""
        super().__init__(*args, **kwargs)
        first = today()
        self.fields["units"].queryset = units_below(place).exclude(pk=place.pk)  # type: ignore[attr-defined]
        self.fields["categories"].choices = category_choices()[1:]  # type: ignore[attr-defined]
        self.initial.setdefault("starts_on", first)
        self.initial.setdefault("ends_on", first + timedelta(days=USUAL_DAYS - 1))
        self.initial.setdefault("cut_off", CUT_OFF)
        self.fields["ends_on"].help_text = _("最长%(most)s天，延长须重新报批。") % {"most": MOST_DAYS}


class DutyForm(StyledForm):
    """Who is on duty in a unit, for a day or some days on end."""

    of_unit = UnitField(Unit.objects.none(), label=_("单位"))
    day = forms.DateField(label=_("日期"), widget=DateInput())
    until = forms.DateField(label=_("至"), widget=DateInput(), required=False, help_text=_("不填即只排一天。"))
    leader = forms.CharField(label=_("带班领导"), max_length=40)
    leader_phone = forms.CharField(label=_("带班电话"), max_length=20, widget=forms.TextInput(attrs={"type": "tel"}))
    officer = forms.CharField(label=_("值班员"), max_length=40)
    officer_phone = forms.CharField(label=_("值班电话"), max_length=20, widget=forms.TextInput(attrs={"type": "tel"}))

    def __init__(self, units: list[Unit], day: date, *args: Any, **kwargs: Any) -> None:
        """Offer the units the user may set, and the day looked at."""
        super().__init__(*args, **kwargs)
        own = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path")
        self.fields["of_unit"].queryset = own  # type: ignore[attr-defined]
        self.initial.setdefault("of_unit", units[0].pk if units else None)
        self.initial.setdefault("day", day)


class ExtensionForm(StyledForm):
    """Until when a surge is to go on, and why."""

    ends_on = forms.DateField(label=_("延至"), widget=DateInput())
    remark = forms.CharField(label=_("延长理由"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, surge: Surge, *args: Any, **kwargs: Any) -> None:
        """Offer the days after the present end."""
        super().__init__(*args, **kwargs)
        first, last = surge.ends_on + timedelta(days=1), latest_end(surge)
        self.fields["ends_on"].widget.attrs |= {"min": str(first), "max": str(last)}
        self.fields["ends_on"].help_text = _(
            "现计划结束日期%(ends)s，最迟可延至%(last)s；批准前仍按现计划结束日期。"
        ) % {"ends": surge.ends_on, "last": last}


class TaskForm(StyledForm):
    """One task of the daily dispatch."""

    owner = UnitField(Unit.objects.none(), label=_("责任单位"))
    remark = forms.CharField(label=_("任务"), widget=forms.Textarea(attrs={"rows": 3}))
    due_at = forms.DateTimeField(label=_("完成时限"), widget=MomentInput())

    def __init__(self, surge: Surge, *args: Any, **kwargs: Any) -> None:
        """Offer the units that report in the surge."""
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(pk__in=surge.units.values("of_unit_id")).order_by("path")
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]
