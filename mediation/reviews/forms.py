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


class SectionForm(StyledForm):
    """A section in a person's words; ``base`` is the version they began from."""

    written = forms.CharField(
        label=_("正文"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("花括号中的是数据的出处，不要改成数字；清空则恢复自动生成的文字。"),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswerForm(StyledForm):
    """The answer to an objection."""

    adopted = forms.BooleanField(label=_("采纳"), required=False)
    remark = forms.CharField(label=_("答复"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
