"""Forms of the register of committees, mediators and studios."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import places_of
from cases.models import DISPUTE_CLASS, Category
from cases.words import named
from grid.forms import DateInput, StyledForm
from grid.models import Unit, User
from grid.scope import outermost, standing_of, today
from mediation.forms import pick_units
from mediation.models import Committee, Mediator


class _PlacedForm(StyledForm):
    """Something entered at one of the keeper's places."""

    place = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("所属区划"))

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the keeper's places."""
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "place"] + ["place"])
        tops = [held.place_id for held in outermost(standing_of(user).posts)]
        places = places_of(user)
        pick_units(self, "place", places, places.filter(parent_id__in=tops))


class CommitteeForm(_PlacedForm):
    """A committee."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=Committee.Kind.choices, widget=forms.RadioSelect)
    field = forms.CharField(
        label=gettext_lazy("专业领域"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("行业性专业性调委会填写。"),
    )
    founded_on = forms.DateField(label=gettext_lazy("设立日期"), widget=DateInput, initial=today)
    elected_on = forms.DateField(label=gettext_lazy("本届推选日期"), widget=DateInput, required=False)
    is_multi_ethnic = forms.BooleanField(label=gettext_lazy("多民族居住地区"), required=False)


class StudioForm(_PlacedForm):
    """A named studio."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    specialty = forms.CharField(label=gettext_lazy("专长"), max_length=60, required=False)
    opened_on = forms.DateField(label=gettext_lazy("设立日期"), widget=DateInput, initial=today)


class AppointForm(StyledForm):
    """A user into office as mediator."""

    user = forms.CharField(
        label=gettext_lazy("用户名"), max_length=60, help_text=gettext_lazy("系统管理员建立的账号。")
    )
    employment = forms.ChoiceField(
        label=gettext_lazy("专职或兼职"), choices=Mediator.Employment.choices, widget=forms.RadioSelect
    )
    seat = forms.ChoiceField(
        label=gettext_lazy("职务"),
        choices=Mediator.Seat.choices,
        widget=forms.RadioSelect,
        initial=Mediator.Seat.ENGAGED,
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("性别"),
        choices=Mediator.Gender.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("只用于核对委员会组成（人民调解法第八条）。"),
    )
    is_minority = forms.BooleanField(label=gettext_lazy("少数民族"), required=False)
    specialties = forms.MultipleChoiceField(
        label=gettext_lazy("擅长类别"), required=False, widget=forms.CheckboxSelectMultiple
    )
    appointed_on = forms.DateField(label=gettext_lazy("任职日期"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds of disputes."""
        super().__init__(*args, **kwargs)
        kinds = Category.objects.filter(parent=DISPUTE_CLASS).order_by("code")
        self.fields["specialties"].choices = [(kind.pk, named(kind)) for kind in kinds]  # type: ignore[attr-defined]

    def clean_user(self) -> User:
        """Find the account."""
        user = User.objects.filter(username=self.cleaned_data["user"].strip(), is_active=True).first()
        if user is None:
            raise ValidationError(_("没有此用户名的账号。"))
        return user


class EmploymentForm(StyledForm):
    """Full-time or part-time from a day on."""

    employment = forms.ChoiceField(
        label=gettext_lazy("专职或兼职"), choices=Mediator.Employment.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(label=gettext_lazy("自何日起"), widget=DateInput)


class DayForm(StyledForm):
    """One day."""

    on = forms.DateField(widget=DateInput)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        """Say which day is asked for."""
        super().__init__(*args, **kwargs)
        self.fields["on"].label = label
