"""Forms of sending and of suggestions: shapes only, the workflow decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grid.forms import StyledForm
from grid.models import Unit
from mediation.reviews.choices import units_below
from mediation.reviews.kinds import Kind


class OrganForm(StyledForm):
    """Who issues the papers of a place."""

    name = forms.CharField(label=_("发文机关"), max_length=60)
    code = forms.CharField(label=_("机关代字"), max_length=20)


class RecipientForm(StyledForm):
    """Who gets which papers of a place."""

    kind = forms.ChoiceField(label=_("报告类型"), choices=Kind.choices)
    to_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("收文单位"), required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False, help_text=_("收文单位和电子邮箱至少填一项。"))
    is_copy = forms.BooleanField(label=_("抄送"), required=False)

    def __init__(self, place: Unit, *args: Any, **kwargs: Any) -> None:
        """Offer the units of the place."""
        super().__init__(*args, **kwargs)
        self.fields["to_unit"].queryset = units_below(place)  # type: ignore[attr-defined]


class AcceptForm(StyledForm):
    """What makes a suggestion binding."""

    text = forms.CharField(label=_("建议内容"), widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ModelChoiceField(Unit.objects.none(), label=_("责任单位"))
    due_on = forms.DateField(label=_("完成期限"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, place: Unit, *args: Any, **kwargs: Any) -> None:
        """Offer the units of the place."""
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = units_below(place)  # type: ignore[attr-defined]


class WordsForm(StyledForm):
    """Why, or how."""

    remark = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}))
