"""The form of an assessment's settings: shapes only, the workflow decides."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grid.forms import DateInput, StyledForm, style
from mediation.reviews.findings.scheme import OBJECTIONS, WINDOWS, Scheme
from mediation.reviews.indicators import REGISTER
from mediation.reviews.kinds import Kind
from mediation.reviews.workflow.assessing import LEAST_OBJECTIONS, MOST_DAYS, WEIGHABLE


class AssessmentForm(StyledForm):
    """Points and target of each measure, days of each window; from which day on, and why."""

    since = forms.DateField(
        label=_("执行日期"), widget=DateInput(), help_text=_("适用于该日起开始的各期，不溯及既往。")
    )

    def __init__(self, scheme: Scheme, *args: Any, **kwargs: Any) -> None:
        """Begin with what holds now."""
        super().__init__(*args, **kwargs)
        for id in WEIGHABLE:
            self.fields[f"weight_{id}"] = forms.IntegerField(
                label=_("权重"), min_value=0, max_value=100, required=False, initial=scheme.weights.get(id, 0)
            )
            self.fields[f"target_{id}"] = forms.DecimalField(
                label=_("目标值"),
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
                required=False,
                initial=scheme.targets.get(id),
            )
        for name, days in scheme.windows.items():
            least = LEAST_OBJECTIONS if name == OBJECTIONS else 1
            self.fields[f"window_{name}"] = forms.IntegerField(
                label=window_label(name), min_value=least, max_value=MOST_DAYS, initial=days
            )
        self.fields["reason"] = forms.CharField(label=_("制定或调整理由"), max_length=200)
        for field in self.fields.values():
            style(field)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each measure with its two inputs."""
        for id in WEIGHABLE:
            yield {"measure": REGISTER[id], "fields": [self[f"weight_{id}"], self[f"target_{id}"]]}

    def windows(self) -> list[Any]:
        """The inputs of days."""
        return [self[f"window_{name}"] for name in WINDOWS]

    def given(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        targets = {id: data[f"target_{id}"] for id in WEIGHABLE}
        return {
            "since": data["since"],
            "weights": {id: data[f"weight_{id}"] or 0 for id in WEIGHABLE},
            "targets": {id: target for id, target in targets.items() if target is not None},
            "windows": {name: data[f"window_{name}"] for name in WINDOWS},
            "reason": data["reason"],
        }


def window_label(name: str) -> Any:
    """What a window is of."""
    return _("异议期（日）") if name == OBJECTIONS else _LABELS[Kind(name)]


_LABELS = {
    Kind.DAILY: _("日巡查印发时限（日）"),
    Kind.WEEKLY: _("周分析印发时限（日）"),
    Kind.MONTHLY: _("月研判印发时限（日）"),
    Kind.BIMONTHLY: _("双月通报印发时限（日）"),
    Kind.QUARTERLY: _("季通报印发时限（日）"),
    Kind.ANNUAL: _("年考核印发时限（日）"),
}
