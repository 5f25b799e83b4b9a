"""Forms: shapes only. What fits and who may, the verbs decide; their refusals come back as errors of the form."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grid.models import Unit, User
from grid.scope import Role
from grid.workflow import Refused

Result = TypeVar("Result")

BLANK = "---------"
"""What Django writes where nothing is chosen."""
STOCK = (
    None,
    forms.Field.default_error_messages["required"],
    *(kind.default_error_messages["invalid_choice"] for kind in (forms.ChoiceField, forms.ModelChoiceField)),
)
"""What Django says of what is wrong."""

CONTROLS = {"select": "form-select", "selectmultiple": "form-select", "lazyselect": "form-select"}
PLAIN = {"radioselect", "checkboxselectmultiple", "checkbox", "hidden", "multiplehidden", "pick", "toggle"}

HUMAN_ROLES = [(role.value, role.label) for role in Role if role not in (Role.SYSTEM, Role.LEDGER_IMPORT)]
"""Nobody can be appointed machine or import (grid.models.post)."""


class DateInput(forms.DateInput):
    """The browser's own day picker."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        """Write days the way the picker reads them, whatever the language."""
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of day and minute, in China's time."""

    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        """Write moments the way the picker reads them."""
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Toggle(forms.CheckboxInput):
    """A yes-or-no as a switch."""

    looks = "toggle"


class StyledForm(forms.Form):
    """A form in the house's look; ``find`` is the input whose choices are being searched, if any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give every control its class."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style(field)


def style(field: forms.Field) -> None:
    """Give one control the class of its kind and the house's words."""
    speak(field)
    kind = getattr(field.widget, "looks", "") or field.widget.__class__.__name__.lower()
    if kind in PLAIN or getattr(field.widget, "input_type", "") in ("hidden", "radio", "checkbox"):
        return
    field.widget.attrs.setdefault("class", CONTROLS.get(kind, "form-control"))


def speak(field: forms.Field) -> None:
    """Have one input say what is wrong as a colleague would, where its form has no words of its own for it."""
    is_chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    said = {
        "required": _("请选择。") if is_chosen else _("请填写。"),
        "max_length": _("最多%(limit_value)s个字，现有%(show_value)s个。"),
        "min_value": _("不能小于%(limit_value)s。"),
        "max_value": _("不能大于%(limit_value)s。"),
        "max_whole_digits": _("小数点前最多%(max)s位。"),
        "max_decimal_places": _("最多%(max)s位小数。"),
        "invalid_choice": _("请从列出的选项中选择。"),
    }
    for code, text in said.items():
        if field.error_messages.get(code) in STOCK:
            field.error_messages[code] = text
    if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK:
        field.empty_label = _("请选择") if field.required else _("不选")


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, even when it is empty; None while it is only being shown."""
    return request.POST if request.method == "POST" else None


def typed(data: QueryDict) -> dict[str, Any]:
    """What a form holds while it is still being filled in, to show it again: one value, or a list of several."""
    return {name: values[0] if len(values) == 1 else values for name, values in data.lists()}


def refused(form: forms.Form, text: str, field: str = "") -> None:
    """Put a refusal beside the input it is about, or above the form."""
    form.add_error(field if field in form.fields else None, text)


def attempt(form: forms.Form, change: Callable[[], Result]) -> Result | None:
    """Make a change of this app; a refusal becomes an error of the form and None is returned."""
    try:
        return change()
    except Refused as refusal:
        refused(form, str(refusal), refusal.field)
        return None


# -- Signing in ---------------------------------------------------------------------------------------------------


class SignInForm(StyledForm):
    """User name and password."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(StyledForm):
    """The old password once, the new one twice."""

    old = forms.CharField(
        label=gettext_lazy("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label=gettext_lazy("新密码"),
        strip=False,
        help_text=gettext_lazy("至少10个字符，不能全是数字，不能与用户名、姓名相近，也不能是常见密码。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再输入一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Remember whose password it is."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        """Check the old password."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise ValidationError(_("现在的密码不正确。"))
        return old

    def clean_new(self) -> str:
        """Check the new password against the rules."""
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.user)
        if new == self.cleaned_data.get("old"):
            raise ValidationError(_("新密码不能与现在的密码相同。"))
        return new

    def clean(self) -> dict[str, Any]:
        """Check that both new ones are the same."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("两次输入的新密码不一致。"))
        return data


# -- Users and posts ----------------------------------------------------------------------------------------------


class UserForm(StyledForm):
    """A new account. The first password must be changed at the first sign-in (PV-16)."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        help_text=gettext_lazy("登录时使用，建好后不能更改。"),
        validators=User._meta.get_field("username").validators,
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    work_phone = forms.CharField(
        label=gettext_lazy("工作电话"), max_length=20, required=False, help_text=gettext_lazy("可对外公开的号码。")
    )
    password = forms.CharField(
        label=gettext_lazy("初始密码"),
        strip=False,
        help_text=gettext_lazy("请当面告知本人；首次登录后须修改。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )

    def clean_username(self) -> str:
        """Refuse a name that is taken."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("该用户名已被使用。"))
        return username

    def clean_password(self) -> str:
        """Check the first password against the same rules as any other."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


class PostForm(StyledForm):
    """A post to be proposed; another administrator confirms it (PV-12)."""

    unit_code = forms.CharField(
        label=gettext_lazy("单位代码"), max_length=32, help_text=gettext_lazy("在“区划与单位”中查找并复制代码。")
    )
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=HUMAN_ROLES)
    starts_on = forms.DateField(label=gettext_lazy("开始日期"), widget=DateInput)
    ends_on = forms.DateField(
        label=gettext_lazy("结束日期"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("不填则长期有效；当天起不再有效。"),
    )

    def clean_unit_code(self) -> Unit:
        """Find the unit in force under the code."""
        unit = Unit.objects.filter(code=self.cleaned_data["unit_code"].strip(), valid_to__isnull=True).first()
        if unit is None:
            raise ValidationError(_("没有代码为此的现行单位。"))
        return unit

    def clean(self) -> dict[str, Any]:
        """Check the order of the dates."""
        data = super().clean() or {}
        if data.get("ends_on") and data.get("starts_on") and data["ends_on"] <= data["starts_on"]:
            self.add_error("ends_on", _("结束日期须晚于开始日期。"))
        return data


class EndPostForm(StyledForm):
    """The first day a post no longer counts."""

    on = forms.DateField(label=gettext_lazy("自何日起不再有效"), widget=DateInput)
