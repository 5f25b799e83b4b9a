"""Forms of the mediator's desk: shapes only; what fits, the verbs decide."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import committees_of, places_of
from cases.forms import NoNumbersMixin, Pick, category_choices
from cases.models import DISPUTE_CLASS, Case, Party, Source
from cases.moves import CLOCK_TOLERANCE
from cases.picking import SHOWN, option_of
from grid.forms import DateInput, MomentInput, StyledForm
from grid.models import Unit
from grid.scope import outermost, standing_of
from mediation.models import FollowUp, Obligation, Session, Signature
from mediation.workflow import Duty, Terms

DUTIES = 8
"""Rows for obligations on the agreement form; more are rare, and the content field holds them."""


def pick_units(form: StyledForm, name: str, rows: Any, near: Any) -> None:
    """Let one input pick a unit: the near ones first, others by typing."""
    given = form.data if form.is_bound else form.initial
    text = str(given.get(f"{name}_q", "") or "").strip()
    found = rows.filter(name__icontains=text) | rows.filter(code__startswith=text) if text else near
    shown = list(found.select_related("parent").order_by("path")[:SHOWN])
    chosen = str(given.get(name, "") or "")
    if chosen.isdigit() and chosen not in {str(unit.pk) for unit in shown}:
        shown = [*rows.filter(pk=int(chosen)), *shown]
    form.fields[name].queryset = rows  # type: ignore[attr-defined]
    form.fields[name].widget = Pick([option_of(unit) for unit in shown], many=False, searches=True, text=text)


class RegisterForm(NoNumbersMixin, StyledForm):
    """What is known when a dispute is registered at a desk or by the committee itself."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label=gettext_lazy("来源"), choices=Source.choices)
    category = forms.ChoiceField(label=gettext_lazy("纠纷类别"))
    place = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("发生地"))
    description = forms.CharField(
        label=gettext_lazy("纠纷简述"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    people_count = forms.IntegerField(label=gettext_lazy("涉及人数"), required=False, min_value=1, max_value=100000)
    court_reference = forms.CharField(
        label=gettext_lazy("委派案号"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("法院委派的须填法院的委派案号。"),
    )
    committee = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("调解组织"),
        required=False,
        help_text=gettext_lazy("可以登记后再指定。"),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        """Offer places and committees of the user's own."""
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices((DISPUTE_CLASS,))  # type: ignore[attr-defined]
        posts = outermost(standing_of(user).posts)
        places = places_of(user)
        pick_units(self, "place", places, places.filter(parent_id__in=[held.place_id for held in posts]))
        path = posts[0].path if posts else ""
        city = int(path.split(".")[0]) if path else 0
        committees = committees_of(city)
        pick_units(self, "committee", committees, committees.filter(path__startswith=path))
        own = committees.filter(pk__in=standing_of(user).unit_ids).first()
        if own is not None:
            self.initial.setdefault("committee", own.pk)

    def clean_place(self) -> Unit:
        """Return the place as a unit."""
        place: Unit = self.cleaned_data["place"]
        return place


class SessionForm(StyledForm):
    """A session to come."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    planned_for = forms.DateTimeField(label=gettext_lazy("时间"), widget=MomentInput)
    venue = forms.CharField(label=gettext_lazy("地点"), max_length=100)
    form = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=Session.Form.choices,
        widget=forms.RadioSelect,
        initial=Session.Form.JOINT,
        help_text=gettext_lazy("涉家庭暴力的不得面对面。"),
    )
    is_open = forms.BooleanField(
        label=gettext_lazy("允许旁听"),
        required=False,
        help_text=gettext_lazy("默认不公开；有人反对或涉隐私的不得旁听。"),
    )

    def add_prefix(self, field_name: str) -> str:
        """Not "form" in HTML: that name would hide a property of the form element, over which htmx falls."""
        return super().add_prefix("session_form" if field_name == "form" else field_name)


class HeldForm(NoNumbersMixin, StyledForm):
    """A session that took place."""

    watched = ("record", "agreed_points", "disputed_points")

    began_at = forms.DateTimeField(label=gettext_lazy("开始时间"), widget=MomentInput)
    minutes = forms.IntegerField(label=gettext_lazy("时长（分钟）"), min_value=1, max_value=1440, initial=60)
    attended = forms.ModelMultipleChoiceField(
        Party.objects.none(), label=gettext_lazy("到场当事人"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others_present = forms.CharField(label=gettext_lazy("其他到场人员"), max_length=200, required=False)
    record = forms.CharField(label=gettext_lazy("调解记录"), widget=forms.Textarea(attrs={"rows": 6}))
    agreed_points = forms.CharField(
        label=gettext_lazy("一致意见"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    disputed_points = forms.CharField(
        label=gettext_lazy("争议焦点"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=Session.Result.choices,
        widget=forms.RadioSelect,
        initial=Session.Result.TO_CONTINUE,
    )

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        """Offer the case's parties."""
        super().__init__(*args, **kwargs)
        self.fields["attended"].queryset = case.parties.order_by("pk")  # type: ignore[attr-defined]
        self.fields["attended"].label_from_instance = party_label  # type: ignore[attr-defined]


def party_label(party: Party) -> str:
    """A party as staff speak of them: side and masked name."""
    return f"{party.get_side_display()} {party.name_masked}"


class AgreementForm(NoNumbersMixin, StyledForm):
    """A written agreement, or an oral one; obligations and signatures stand beside it on the page."""

    watched = ("facts", "content")

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(label=gettext_lazy("达成时间"), widget=MomentInput)
    facts = forms.CharField(
        label=gettext_lazy("主要事实、争议事项与各方责任"), widget=forms.Textarea(attrs={"rows": 4})
    )
    content = forms.CharField(
        label=gettext_lazy("协议内容"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("写明谁、做什么、多少、何时、怎样，便于履行和司法确认。"),
    )
    manner = forms.CharField(label=gettext_lazy("履行方式与地点"), max_length=200, required=False)

    def __init__(self, case: Case, *args: Any, is_written: bool, **kwargs: Any) -> None:
        """Add a choice of signature per party, and for a written agreement the mediator's and the seal."""
        super().__init__(*args, **kwargs)
        self.is_written = is_written
        self.parties = list(case.parties.order_by("pk"))
        manners = [("", _("未签")), *Signature.Manner.choices]
        for party in self.parties:
            self.fields[f"signed_{party.pk}"] = forms.ChoiceField(
                label=party_label(party), choices=manners, required=False, widget=forms.RadioSelect
            )
        if is_written:
            self.fields["mediator_signed"] = forms.BooleanField(label=_("调解员已签名"), required=False)
            self.fields["seal_affixed"] = forms.BooleanField(label=_("已加盖调委会印章"), required=False)

    def clean_at(self) -> datetime:
        """Refuse a later day at once: gaps are told by the day, and all obligations would seem to be too early."""
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now() + CLOCK_TOLERANCE:
            raise ValidationError(_("时间不能晚于现在。"))
        return at

    @property
    def signature_fields(self) -> list[Any]:
        """The bound fields of the parties' signatures."""
        return [self[f"signed_{party.pk}"] for party in self.parties]

    def terms(self, duties: list[Duty]) -> Terms:
        """What was agreed, as the verb takes it."""
        given = self.cleaned_data
        signatures = {party.pk: given[f"signed_{party.pk}"] for party in self.parties if given[f"signed_{party.pk}"]}
        return Terms(
            facts=given["facts"],
            content=given["content"],
            manner=given["manner"],
            duties=duties,
            signatures=signatures,
            mediator_signed=given.get("mediator_signed", False),
            seal_affixed=given.get("seal_affixed", False),
        )


class DutyForm(StyledForm):
    """One obligation. A row without words is no obligation."""

    kind = forms.ChoiceField(
        label=gettext_lazy("种类"), choices=Obligation.Kind.choices, initial=Obligation.Kind.PAY, required=False
    )
    debtor = forms.ModelChoiceField(Party.objects.none(), label=gettext_lazy("履行人"), required=False)
    creditor = forms.ModelChoiceField(Party.objects.none(), label=gettext_lazy("权利人"), required=False)
    text = forms.CharField(label=gettext_lazy("内容"), max_length=200, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"), required=False, min_value=Decimal(0), max_digits=14, decimal_places=2
    )
    due_on = forms.DateField(label=gettext_lazy("期限"), required=False, widget=DateInput)
    done = forms.BooleanField(label=gettext_lazy("已当场履行"), required=False)

    def __init__(self, *args: Any, parties: Any, **kwargs: Any) -> None:
        """Offer the case's parties on both ends."""
        super().__init__(*args, **kwargs)
        for name in ("debtor", "creditor"):
            self.fields[name].queryset = parties  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = party_label  # type: ignore[attr-defined]

    @property
    def is_said(self) -> bool:
        """Whether the row says anything."""
        given = self.cleaned_data
        return bool(given.get("text") or given.get("amount") or given.get("debtor"))

    def clean(self) -> dict[str, Any]:
        """Name what a begun row lacks."""
        given = super().clean() or {}
        if not (given.get("text") or given.get("amount") or given.get("debtor")):
            return given
        for name in ("text", "debtor"):
            if not given.get(name):
                self.add_error(name, ValidationError(_("请填写。"), code="required"))
        if not given.get("due_on") and not given.get("done"):
            self.add_error("due_on", _("请填写期限，或勾选已当场履行。"))
        return given

    def duty(self) -> Duty:
        """The obligation, as the verb takes it."""
        given = self.cleaned_data
        return Duty(
            kind=given["kind"] or Obligation.Kind.PAY,
            debtor=given["debtor"],
            creditor=given["creditor"],
            text=given["text"],
            amount=given["amount"] or Decimal(0),
            due_on=given["due_on"] or timezone.localdate(),
            done=given["done"],
        )


class PerformanceForm(StyledForm):
    """A payment or an act done."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(label=gettext_lazy("履行时间"), widget=MomentInput)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"),
        required=False,
        max_digits=14,
        decimal_places=2,
        help_text=gettext_lazy("不填即为全部余额。"),
    )
    receipt = forms.CharField(
        label=gettext_lazy("凭证"), max_length=100, required=False, help_text=gettext_lazy("收条、转账单号等")
    )

    def __init__(self, obligation: Obligation, *args: Any, **kwargs: Any) -> None:
        """An act has no amount."""
        super().__init__(*args, **kwargs)
        if obligation.kind == Obligation.Kind.ACT:
            del self.fields["amount"]


class VisitForm(NoNumbersMixin, StyledForm):
    """A visit to one party."""

    watched = ("findings",)

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    party = forms.ModelChoiceField(Party.objects.none(), label=gettext_lazy("被回访人"), widget=forms.RadioSelect)
    at = forms.DateTimeField(label=gettext_lazy("回访时间"), widget=MomentInput)
    channel = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=FollowUp.Channel.choices,
        widget=forms.RadioSelect,
        initial=FollowUp.Channel.PHONE,
    )
    satisfaction = forms.ChoiceField(
        label=gettext_lazy("满意度"),
        choices=[("", gettext_lazy("未作答")), *Case.Satisfaction.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    findings = forms.CharField(
        label=gettext_lazy("回访情况"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("履行情况、有无起诉、遗留风险和措施。"),
    )
    has_remaining_risk = forms.BooleanField(label=gettext_lazy("仍有风险"), required=False)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        """Offer the case's parties."""
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = case.parties.order_by("pk")  # type: ignore[attr-defined]
        self.fields["party"].empty_label = None  # type: ignore[attr-defined]
        self.fields["party"].label_from_instance = party_label  # type: ignore[attr-defined]


class CourtForm(StyledForm):
    """The parties' joint application."""

    at = forms.DateTimeField(label=gettext_lazy("申请时间"), widget=MomentInput)
    court = forms.CharField(label=gettext_lazy("法院"), max_length=60)


class DocketForm(StyledForm):
    """The court took it on."""

    court_number = forms.CharField(label=gettext_lazy("法院案号"), max_length=60)


class RulingForm(StyledForm):
    """What the court decided, or that the parties withdrew."""

    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=[
            (value, Case.Confirmation(value).label)
            for value in (Case.Confirmation.CONFIRMED, Case.Confirmation.REJECTED, Case.Confirmation.WITHDRAWN)
        ],
        widget=forms.RadioSelect,
    )
