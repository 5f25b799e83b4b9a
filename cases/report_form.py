"""The one-screen report: where, what kind, what happened; everything else may stay as it is."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import places_of
from cases.forms import FilesField, ManyFilesInput, NoNumbersMixin, Pick
from cases.models import INCIDENT_SOURCES, Category, Incident, Source, Urgency
from cases.picking import SHOWN, option_of
from cases.words import named
from cases.workflow import Report
from grid.forms import DateInput, StyledForm, Toggle
from grid.models import Unit
from grid.scope import Role, standing_of

RECENT = 6
ICONS = {"01": "heart-handshake", "02": "alert-triangle", "03": "shield-lock", "04": "users-group", "05": "home"}


class ReportForm(NoNumbersMixin, StyledForm):
    """What a reporter says; ``report()`` is what the verb takes."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    place = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("在哪里"))
    category = forms.CharField(
        label=gettext_lazy("是什么事"), max_length=4, error_messages={"required": gettext_lazy("请选择是什么事。")}
    )
    description = forms.CharField(
        label=gettext_lazy("事情经过"),
        max_length=4000,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": gettext_lazy("谁和谁、因为什么、现在怎样（至少10个字）")}
        ),
    )
    place_text = forms.CharField(label=gettext_lazy("具体位置"), max_length=200, required=False)
    latitude = forms.DecimalField(widget=forms.HiddenInput, required=False, max_digits=9, decimal_places=6)
    longitude = forms.DecimalField(widget=forms.HiddenInput, required=False, max_digits=9, decimal_places=6)
    photos = FilesField(
        label=gettext_lazy("照片"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-shrink": "1"}),
        help_text=gettext_lazy("最多9张，避免拍到无关人员的面部和证件。"),
    )
    self_handled = forms.BooleanField(
        label=gettext_lazy("已当场解决"),
        required=False,
        widget=Toggle,
        help_text=gettext_lazy("即报即结：核实后直接办结"),
    )
    limit_on = forms.DateField(label=gettext_lazy("与群众约定的办结日期"), required=False, widget=DateInput)
    people_count = forms.IntegerField(label=gettext_lazy("涉及人数"), required=False, min_value=1, max_value=100000)
    urgency = forms.ChoiceField(
        label=gettext_lazy("紧急程度"),
        choices=Urgency.choices,
        initial=Urgency.ORDINARY,
        required=False,
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(
        label=gettext_lazy("来源"), choices=[(source.value, source.label) for source in INCIDENT_SOURCES]
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the reporter's own places, nearest first."""
        self.user = user
        self.standing = standing_of(user)
        super().__init__(*args, **kwargs)
        given = self.data if self.is_bound else self.initial
        allowed = places_of(user)
        near = self._near(allowed)
        text = str(given.get("place_q", ""))
        found = _found(allowed, text) if text.strip() else near
        chosen = str(given.get("place", "") or "")
        if chosen.isdigit() and chosen not in {str(unit.pk) for unit in found}:
            found = [*allowed.filter(pk=int(chosen)), *found]
        self.fields["place"].queryset = allowed  # type: ignore[attr-defined]
        self.fields["place"].widget = Pick(
            [option_of(unit) for unit in found], many=False, searches=self.is_desk, text=text
        )
        self.initial.setdefault("place", near[0].pk if near and not self.is_desk else None)
        if not self.is_desk:
            self.fields["source"].required = False
            self.fields["source"].widget = forms.HiddenInput()
        self.initial.setdefault("source", Source.WALK_IN if self.is_desk else Source.GRID_REPORT)

    @property
    def is_desk(self) -> bool:
        """Whether a centre desk reports, for people who came, called or wrote."""
        return bool(self.standing.roles & {Role.CENTRE_CLERK, Role.CENTRE_DISPATCHER})

    def _near(self, allowed: Any) -> list[Unit]:
        """The reporter's own grids first, then the rest of the village; a desk begins with the places just below."""
        own = [held.place_id for held in self.standing.posts if held.role in (Role.GRID_WORKER, Role.VILLAGE_LEADER)]
        rows = allowed.select_related("parent")
        if own and not self.is_desk:
            mine = list(rows.filter(pk__in=own).order_by("code"))
            return mine + list(rows.exclude(pk__in=own).order_by("-level", "code")[:SHOWN])
        tops = [held.place_id for held in self.standing.posts]
        return list(rows.filter(parent_id__in=tops).order_by("code")[:SHOWN])

    @property
    def classes(self) -> list[dict[str, Any]]:
        """Classes with their kinds for the two-step picker, and which kind is chosen."""
        rows = list(Category.objects.order_by("code"))
        chosen = self["category"].value() or ""
        return [
            {
                "name": named(top),
                "icon": ICONS.get(top.pk, "report"),
                "kinds": [row for row in rows if row.parent_id == top.pk],
                "chosen": next((named(row) for row in rows if row.pk == chosen and row.parent_id == top.pk), ""),
            }
            for top in rows
            if top.is_class
        ]

    @property
    def recent(self) -> list[Category]:
        """The kinds this reporter used last: most reports repeat one of a few."""
        last = Incident.objects.visible_to(self.user).filter(reporter_id=self.user.pk).order_by("-pk").values("pk")[:60]
        used = Incident.objects.filter(pk__in=last).values("category_id").annotate(last=Max("pk")).order_by("-last")
        codes = [row["category_id"] for row in used[:RECENT]]
        known = Category.objects.in_bulk(codes)
        return [known[code] for code in codes]

    def clean_category(self) -> str:
        """Refuse a code that is no kind."""
        code: str = self.cleaned_data["category"]
        if not Category.objects.filter(pk=code, parent__isnull=False).exists():
            raise ValidationError(_("请选择具体类别。"))
        return code

    def renew_key(self) -> None:
        """Take a fresh key: the old one stands for another report, or for one that was refused."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["client_uuid"] = str(uuid.uuid4())
        self.data = data

    def report(self) -> Report:
        """What was said, as the verb takes it."""
        given = self.cleaned_data
        return Report(
            client_uuid=given["client_uuid"] or uuid.uuid4(),
            place=given["place"].pk,
            category=given["category"],
            description=given["description"],
            source=given["source"] or Source.GRID_REPORT,
            place_text=given["place_text"],
            latitude=given["latitude"],
            longitude=given["longitude"],
            people_count=given["people_count"],
            self_handled=given["self_handled"],
            limit_on=given["limit_on"],
            urgency=given["urgency"] or Urgency.ORDINARY,
        )


def _found(allowed: Any, text: str) -> list[Unit]:
    rows = allowed.filter(name__icontains=text.strip()) | allowed.filter(code__startswith=text.strip())
    return list(rows.select_related("parent").order_by("path")[:SHOWN])
