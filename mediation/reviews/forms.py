"""Forms of reviews: shapes only, the workflow decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import NoNumbersMixin
from cases.workflow.reasons import ReturnReason
from grid.forms import StyledForm
from mediation.reviews.models import InspectionItem


class InspectionForm(NoNumbersMixin, StyledForm):
    """What an inspector found, and whether the report goes back."""

    watched = ("remark",)

    finding = forms.ChoiceField(label=_("巡查结果"), choices=InspectionItem.Finding.choices, widget=forms.RadioSelect)
    return_reason = forms.ChoiceField(
        label=_("退回理由"),
        choices=[("", _("不退回")), *ReturnReason.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
        help_text=_("只有尚未核实的上报可以退回补正。"),
    )
    remark = forms.CharField(
        label=_("请补正的内容"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
