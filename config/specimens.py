"""Invented content for the component page."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.deadlines import day_of
from cases.models import Case, HandOver, Incident, Party
from cases.timeline import Entry
from config.tones import CASE_TONES, INCIDENT_TONES
from grid.forms import DateInput, StyledForm, Toggle
from grid.keyset import KeysetPage
from mediation.stages import LABELS, Stage

COLOURS = (
    ("pine", _("松绿：主色")),
    ("cinnabar", _("朱砂：印记与逾期")),
    ("paper", _("纸面")),
    ("surface", _("卡面")),
    ("surface-3", _("凹面")),
    ("line", _("线")),
    ("ink", _("正文")),
    ("ink-2", _("次要文字")),
    ("ink-3", _("提示文字")),
)
TONES: tuple[tuple[str, str | Promise], ...] = (
    ("neutral", _("已了结、仅供参考")),
    ("info", _("新到，需要看")),
    ("active", _("正在办")),
    ("wait", _("等别人，或需留意")),
    ("good", _("办好了")),
    ("bad", _("逾期、被拒、违约")),
    ("grave", _("受限")),
)


class SpecimenForm(StyledForm):
    """One field of every kind."""

    name = forms.CharField(label=_("姓名"), max_length=20, help_text=_("这里是一句提示。"))
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    day = forms.DateField(label=_("办结时限"), required=False, widget=DateInput)
    path = forms.ChoiceField(label=_("去向"), choices=Incident.Path.choices, widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=_("触发情形"),
        choices=[("a", _("暴力或暴力威胁")), ("b", _("涉及十人以上"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    source = forms.ChoiceField(label=_("来源"), choices=[("walk_in", _("来访")), ("phone", _("电话"))])
    self_handled = forms.BooleanField(label=_("已当场解决"), widget=Toggle, required=False)
    agree = forms.BooleanField(label=_("已核对无误"))


def specimens() -> dict[str, Any]:
    """Everything the component page shows."""
    now = timezone.now()
    today = day_of(now)
    good = SpecimenForm(initial={"name": "张某某", "path": "department"})
    bad = SpecimenForm({"note": "已填写的内容不会丢失", "client_uuid": str(uuid.uuid4())})
    bad.is_valid()
    return {
        "colours": COLOURS,
        "tones": TONES,
        "incident_statuses": [(value, label) for value, label in Incident.Status.choices if value in INCIDENT_TONES],
        "case_statuses": [(value, label) for value, label in Case.Status.choices if value in CASE_TONES],
        "consents": Party.Consent.choices,
        "hand_overs": HandOver.State.choices,
        "days": [today + timedelta(days=days) for days in (-12, -1, 0, 1, 2, 9)],
        "form": good,
        "bad_form": bad,
        "stages": _bar(2),
        "stopped": _bar(3, stopped=True),
        "timeline": _timeline(now),
        "page": KeysetPage([], "next", "previous"),
    }


def _bar(now: int, *, stopped: bool = False) -> list[Stage]:
    states = ["done" if index < now else "now" if index == now else "todo" for index in range(len(LABELS))]
    if stopped:
        states[now] = "stopped"
    return [Stage(label, state) for label, state in zip(LABELS, states, strict=True)]


def _timeline(now: Any) -> list[Entry]:
    return [
        Entry(
            "assign_incident",
            str(_("交办")),
            now - timedelta(hours=1),
            now - timedelta(hours=1),
            "李某某",
            str(_("中心调度员")),
            details=[str(_("主办：%(unit)s") % {"unit": "区住房和城乡建设局"})],
            words=[("", str(_("请于三日内上门查看漏水原因，并把结果告诉双方。")))],
        ),
        Entry(
            "return_incident",
            str(_("退回补正")),
            now - timedelta(days=1, hours=3),
            now,
            "王某某",
            str(_("中心登记员")),
            reason=str(_("位置不清")),
        ),
    ]
