"""Forms of the desks. The form of a move is made from the move's own needs (``cases.moves.Need``)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import picking
from cases.choices import PICKED_KINDS, pickable
from cases.masking import personal_numbers, without_personal_numbers
from cases.models import Attachment, Case, Category, Party
from cases.moves import Move, Need, NotPossible
from cases.table import MOST_PEOPLE
from cases.words import named
from cases.workflow import KeyReused, PartyData
from grid.forms import DateInput, StyledForm, refused, style

Result = TypeVar("Result")
FIND = "find"
"""Name of the button that searches the choices of one input; its value is the input's name."""


def attempt(form: forms.Form, verb: Callable[[], Result]) -> Result | None:
    """Call a verb. NotPossible becomes an error beside the input it names, and None is returned.

    NotAllowed is no matter of the input: it goes on to ``cases.middleware``.
    """
    try:
        return verb()
    except NotPossible as refusal:
        refused(form, str(refusal), refusal.field)
    except KeyReused as refusal:
        refused(form, str(refusal))
    return None


# -- Picking rows -------------------------------------------------------------------------------------------------


class Pick(forms.Widget):
    """Radio buttons or check boxes of likely rows, with a search when there are more."""

    template_name = "cases/_pick.html"
    looks = "pick"

    def __init__(self, options: list[picking.Option], *, many: bool, searches: bool, text: str = "") -> None:
        """Take the rows to show."""
        super().__init__()
        self.options, self.many, self.searches, self.text = options, many, searches, text

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Say which rows are picked."""
        context = super().get_context(name, value, attrs)
        values = value if isinstance(value, list | tuple) else [value]
        chosen = {str(getattr(item, "pk", item)) for item in values if item not in (None, "")}
        context.update(
            options=self.options, many=self.many, searches=self.searches, text=self.text, chosen=chosen, name=name
        )
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Read one value, or all of them."""
        if self.many:
            return data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return data.get(name)


def category_choices(classes: tuple[str, ...] = ()) -> list[Any]:
    """Subcategories under their class, for a grouped list."""
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for category in Category.objects.order_by("code"):
        if category.is_class:
            groups[category.pk] = (named(category), [])
        elif category.parent_id in groups:
            groups[category.parent_id][1].append((category.pk, named(category)))
    wanted = [groups[code] for code in groups if not classes or code in classes]
    return [("", "---------"), *wanted]


# -- The form of a move -------------------------------------------------------------------------------------------


class MoveForm(StyledForm):
    """The inputs of one move. ``needs()`` returns them as the verb's keyword arguments."""

    def __init__(self, move: Move, record: Any, user: Any, data: Any = None, **kwargs: Any) -> None:
        """Make a field for each need; a grave move asks once more."""
        self.move, self.record, self.user = move, record, user
        self.given: Mapping[str, Any] = data if data is not None else kwargs.get("initial", {}) or {}
        super().__init__(data, **kwargs)
        for need in move.needs:
            self.fields[need.name] = self._field(need)
            style(self.fields[need.name])
        if move.is_grave:
            self.fields["sure"] = forms.BooleanField(
                label=gettext_lazy("此操作影响较大，我已核对无误，确认执行。"),
                error_messages={"required": gettext_lazy("请勾选确认后再提交。")},
            )

    def needs(self) -> dict[str, Any]:
        """The verb's keyword arguments; inputs left empty are left out, so that the verb's own defaults stand."""
        return {
            need.name: self.cleaned_data[need.name]
            for need in self.move.needs
            if self.cleaned_data.get(need.name) not in (None, "", [])
        }

    def _field(self, need: Need) -> forms.Field:
        common: dict[str, Any] = {
            "label": need.label,
            "required": need.required,
            "help_text": need.help,
            "initial": self._first(need),
        }
        if need.kind in PICKED_KINDS:
            return self._picked(need, common)
        return plain_field(need, common)

    def _first(self, need: Need) -> Any:
        """Words and numbers the record holds already are there to be put right, not to be typed again."""
        if callable(need.initial):
            return need.initial(self.record)
        if need.initial is None and need.kind in ("text", "short"):
            return getattr(self.record, need.name, None)
        return need.initial

    def _picked(self, need: Need, common: dict[str, Any]) -> forms.Field:
        rows = pickable(need, self.record, self.user)
        if need.kind == "category":
            return CategoryField(rows, **common)
        many = picking.is_many(need)
        common["widget"] = Pick(
            picking.options(
                need, self.record, self.user, text=self.given.get(f"{need.name}_q", ""), chosen=self._chosen(need)
            ),
            many=many,
            searches=picking.is_long(need, self.record, self.user),
            text=self.given.get(f"{need.name}_q", ""),
        )
        kind = forms.ModelMultipleChoiceField if many else forms.ModelChoiceField
        return kind(rows, **common)

    def _chosen(self, need: Need) -> list[str]:
        if hasattr(self.given, "getlist"):
            return list(self.given.getlist(need.name))
        value = self.given.get(need.name, [])
        return [str(value)] if isinstance(value, str | int) else [str(item) for item in value]


class CategoryField(forms.ModelChoiceField):
    """A subcategory, in a list grouped by class."""

    def __init__(self, rows: Any, **kwargs: Any) -> None:
        """Group the rows that may be picked."""
        super().__init__(rows, **kwargs)
        allowed = set(rows.values_list("pk", flat=True))
        self.choices = [
            group
            for name, kinds in category_choices()[1:]
            if (group := (name, [pair for pair in kinds if pair[0] in allowed]))[1]
        ]


def plain_field(need: Need, common: dict[str, Any]) -> forms.Field:
    """Return the field of a need that is a plain shape or a fixed code."""
    if need.kind == "text":
        return forms.CharField(min_length=need.min_length or None, widget=forms.Textarea(attrs={"rows": 3}), **common)
    if need.kind == "short":
        return forms.CharField(max_length=200, **common)
    if need.kind == "number":
        return forms.IntegerField(min_value=1, max_value=MOST_PEOPLE, **common)
    if need.kind == "date":
        field = forms.DateField(widget=DateInput(), **common)
        field.quick_days = (1, 3, 7, 15)  # type: ignore[attr-defined]
        return field
    if need.kind == "yes":
        # A need that must be said yes to says why not in the verb's own words, so the box is not required here.
        return forms.BooleanField(**{**common, "required": False})
    if need.kind == "codes":
        return forms.MultipleChoiceField(choices=need.choices.choices, widget=forms.CheckboxSelectMultiple, **common)
    if need.kind == "choice":
        return forms.ChoiceField(choices=need.choices.choices, widget=forms.RadioSelect, **common)
    raise LookupError(f"no field for {need.kind!r}")


# -- Parties ------------------------------------------------------------------------------------------------------


class NoNumbersMixin(forms.Form):
    """Warns of ID and mobile numbers in free text and offers to take them out (DOMAIN.md PV-15)."""

    watched: tuple[str, ...] = ("description",)

    def clean(self) -> dict[str, Any]:
        """Name the numbers found, unless they were said to be needed; or take them out, where that was asked for."""
        data = super().clean() or {}
        for name in self.watched:
            if self.data.get("remove_numbers") and data.get(name):
                data[name] = without_personal_numbers(data[name])
            found = personal_numbers(data.get(name) or "")
            if found and not self.data.get("keep_numbers"):
                self.add_error(
                    name,
                    ValidationError(
                        _("文字中似有身份证号或手机号（%(numbers)s），请删去；个人信息只填在当事人栏。"),
                        code="numbers",
                        params={"numbers": "、".join(f"{number[:3]}…{number[-2:]}" for number in found)},
                    ),
                )
        return data


class PhoneField(forms.CharField):
    """A telephone number as somebody says it, abroad too; words in its place would be sealed unread."""

    default_validators = [RegexValidator(r"^[0-9+() -]{5,}$", gettext_lazy("请填写电话号码，只用数字和“-”。"))]


class PartyForm(StyledForm):
    """Who a party is. Identity is sealed as soon as it is saved; pages show masks."""

    side = forms.ChoiceField(label=gettext_lazy("身份"), choices=Party.Side.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=gettext_lazy("性质"), choices=Party.Kind.choices, widget=forms.RadioSelect, initial=Party.Kind.PERSON
    )
    name = forms.CharField(label=gettext_lazy("姓名或单位名称"), max_length=60)
    phone = PhoneField(label=gettext_lazy("联系电话"), max_length=20, required=False)
    id_number = forms.CharField(label=gettext_lazy("证件号码"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("住址"), max_length=200, required=False)
    is_minor = forms.BooleanField(label=gettext_lazy("未成年人"), required=False)
    is_under_14 = forms.BooleanField(label=gettext_lazy("未满十四周岁"), required=False)
    guardian = forms.ModelChoiceField(
        Party.objects.none(),
        label=gettext_lazy("监护人"),
        required=False,
        help_text=gettext_lazy("先登记监护人，再登记未成年人。"),
    )
    guardian_exception = forms.CharField(
        label=gettext_lazy("无监护人参加的理由"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("如监护人涉嫌侵害该未成年人。"),
    )
    represents = forms.ModelChoiceField(Party.objects.none(), label=gettext_lazy("代理谁"), required=False)
    notice_given = forms.BooleanField(
        label=gettext_lazy("已告知当事人权利义务、调解自愿和个人信息处理事项"), required=False
    )

    def __init__(self, record: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the parties already registered as guardian and principal; an incident has no notice of rights."""
        super().__init__(*args, **kwargs)
        parties = record.parties.order_by("pk")
        for name in ("guardian", "represents"):
            self.fields[name].queryset = parties  # type: ignore[attr-defined]
        if not parties:
            del self.fields["guardian"], self.fields["represents"]
        if not isinstance(record, Case):
            del self.fields["notice_given"]

    def arguments(self) -> dict[str, Any]:
        """The verb's keyword arguments."""
        given = self.cleaned_data
        data = PartyData(given["name"], given["id_number"], given["phone"], given["address"])
        rest = ("side", "kind", "is_minor", "is_under_14", "guardian", "guardian_exception", "represents")
        return {
            "data": data,
            "notice_given": given.get("notice_given", False),
            **{name: given[name] for name in rest if name in given},
        }


class CorrectPartyForm(StyledForm):
    """What is wrong about a party; what is left empty stays."""

    name = forms.CharField(label=gettext_lazy("姓名或单位名称"), max_length=60, required=False)
    phone = PhoneField(label=gettext_lazy("联系电话"), max_length=20, required=False)
    id_number = forms.CharField(label=gettext_lazy("证件号码"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("住址"), max_length=200, required=False)


class RemovePartyForm(StyledForm):
    """Why somebody is taken out again."""

    remark = forms.CharField(label=gettext_lazy("移除理由"), max_length=200)
    sure = forms.BooleanField(
        label=gettext_lazy("移除后其姓名、电话等信息一并删除，不能恢复。"),
        error_messages={"required": gettext_lazy("请勾选确认后再提交。")},
    )


class RevealForm(StyledForm):
    """Why one wants to see a sealed field (DOMAIN.md PV-04)."""

    reason = forms.CharField(
        label=gettext_lazy("查看理由"), max_length=200, help_text=gettext_lazy("查看会被记录，供审计员核查。")
    )


class PersonForm(StyledForm):
    """An exact ID number, nothing less (DOMAIN.md PV-01)."""

    id_number = forms.CharField(
        label=gettext_lazy("证件号码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("须填写完整号码；只回答有无在办事项及所在区划，核对会被记录。"),
    )


# -- Files --------------------------------------------------------------------------------------------------------


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what each really is, ``cases.files`` finds out."""

    def __init__(self, **kwargs: Any) -> None:
        """Let several be chosen."""
        kwargs.setdefault("widget", ManyFilesInput())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the list of files."""
        single = super().clean
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads:
            single(None, initial)
        if len(uploads) > FILES_AT_ONCE:
            raise ValidationError(_("一次最多上传%(count)s份。") % {"count": FILES_AT_ONCE})
        return [single(upload, initial) for upload in uploads]


FILES_AT_ONCE = 9


class FilesForm(StyledForm):
    """Files and what they show."""

    uploads = FilesField(
        label=gettext_lazy("选择文件"),
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "data-shrink": "1"}),
        help_text=gettext_lazy(
            "照片（JPEG、PNG、WebP）或 PDF，每份不超过20MB，一次最多9份。照片中的拍摄位置信息会被去除。"
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=Attachment.Kind.choices, widget=forms.RadioSelect)
