"""Parties and files: masked unless somebody gives a reason to see more (DOMAIN.md PV-03, PV-05, PV-07)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from cases.masking import MINOR
from cases.models import Attachment, Case, Incident, Party
from cases.workflow import PartyData
from grid.scope import Role, Standing
from grid.serializers import Picked

SEES_NO_CONTACT = frozenset({Role.GRID_WORKER, Role.VILLAGE_LEADER, Role.LEADER})
"""Roles whose work needs no way to reach a party (PV-05)."""


def is_on_team(record: Incident | Case, standing: Standing) -> bool:
    """Whether the user works on the record: its mediator, its committee's director, its lead unit's handler."""
    if isinstance(record, Incident):
        return any(held.role == Role.HANDLER and held.unit_id == record.lead_unit_id for held in standing.posts)
    if any(held.role == Role.COMMITTEE_DIRECTOR and held.unit_id == record.committee_id for held in standing.posts):
        return True
    return Role.MEDIATOR in standing.roles and any(
        row.user_id == standing.user_id and row.released_at is None for row in record.mediator_rows.all()
    )


def sees_contact(standing: Standing) -> bool:
    """Whether any post of the user needs a party's contact data, masked as it is."""
    return bool(standing.roles - SEES_NO_CONTACT)


class PartyOut(serializers.Serializer[Party]):
    """A party as masks. Whoever needs a field itself asks for it with a reason (``reveal``)."""

    id = serializers.IntegerField()
    side = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField(help_text="张**; a minor is always 未成年人某.")
    phone = serializers.CharField(allow_null=True, help_text="100****0001; null for those who need no contact.")
    id_number = serializers.CharField(allow_null=True, help_text="Stars; first six and last two for the case team.")
    has_address = serializers.BooleanField(help_text="The address itself is only revealed.")
    is_minor = serializers.BooleanField()
    is_under_14 = serializers.BooleanField()
    guardian = serializers.IntegerField(allow_null=True)
    guardian_exception = serializers.CharField()
    represents = serializers.IntegerField(allow_null=True)
    consent = serializers.CharField()
    consent_at = serializers.DateTimeField(allow_null=True)
    notice_given_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, party: Party) -> dict[str, Any]:
        """Write the masks that this reader may see; ``on_team`` in the context says whether they work on it."""
        standing: Standing = self.context["standing"]
        contact = sees_contact(standing)
        number = party.id_number_masked
        shape = serializers.DateTimeField()
        return {
            "id": party.pk,
            "side": party.side,
            "kind": party.kind,
            "name": MINOR if party.is_minor else party.name_masked,
            "phone": party.phone_masked if contact else None,
            "id_number": None if not contact else number if self.context.get("on_team") else "*" * len(number),
            "has_address": bool(party.address_sealed),
            "is_minor": party.is_minor,
            "is_under_14": party.is_under_14,
            "guardian": party.guardian_id,
            "guardian_exception": party.guardian_exception,
            "represents": party.represents_id,
            "consent": party.consent,
            "consent_at": party.consent_at and shape.to_representation(party.consent_at),
            "notice_given_at": party.notice_given_at and shape.to_representation(party.notice_given_at),
        }


class Identity(serializers.Serializer[Any]):
    """Who a party is, in plain text on its way in."""

    name = serializers.CharField(max_length=60)
    id_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


IDENTITY = ("name", "id_number", "phone", "address")


def with_identity(_record: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Gather the identity fields into the verb's ``data``."""
    data = PartyData(**{name: said.pop(name) for name in IDENTITY if name in said})
    return {**said, "data": data}


def parties_of_record(context: dict[str, Any]) -> QuerySet[Any]:
    """The parties of the record the new one is added to."""
    record: Incident | Case = context["record"]
    return Party.objects.filter(incident=record) if isinstance(record, Incident) else Party.objects.filter(case=record)


class NewParty(Identity):
    """A party to add. The guardian and whom an agent represents are parties of the same record."""

    side = serializers.ChoiceField(choices=Party.Side.choices)
    kind = serializers.ChoiceField(choices=Party.Kind.choices, required=False)
    is_minor = serializers.BooleanField(required=False)
    is_under_14 = serializers.BooleanField(required=False)
    guardian = Picked(parties_of_record, required=False, allow_null=True)
    guardian_exception = serializers.CharField(max_length=200, required=False, allow_blank=True)
    represents = Picked(parties_of_record, required=False, allow_null=True)
    notice_given = serializers.BooleanField(required=False)


class CorrectedParty(serializers.Serializer[Any]):
    """The identity put right; what is left out or empty keeps what it holds."""

    name = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    id_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class RevealIn(serializers.Serializer[Any]):
    """Which field, and why it must be seen."""

    field = serializers.ChoiceField(choices=[(name, name) for name in Party.SEALED])
    reason = serializers.CharField(max_length=200)


class Revealed(serializers.Serializer[Any]):
    """One field in plain text. Show it, do not keep it."""

    field = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class WhyIn(serializers.Serializer[Any]):
    """Why it is done, in words."""

    remark = serializers.CharField(max_length=4000)


class IdNumberIn(serializers.Serializer[Any]):
    """An exact ID number."""

    id_number = serializers.CharField(max_length=40)


class SamePersonOut(serializers.Serializer[Any]):
    """An open matter with the same ID number: what it is and where, no names."""

    kind = serializers.CharField()
    number = serializers.CharField()
    unit = serializers.CharField()


class AttachmentIn(serializers.Serializer[Any]):
    """A file to add, as multipart/form-data."""

    file = serializers.FileField(max_length=200)
    kind = serializers.ChoiceField(choices=Attachment.Kind.choices, required=False)
    client_uuid = serializers.UUIDField(required=False, help_text="Made by the client; doubles as Idempotency-Key.")


def with_content(_record: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Hand over the file as bytes and name; the verb checks what it really is."""
    file = said.pop("file")
    return {**said, "content": file.read(), "name": file.name}


class AttachmentOut(serializers.Serializer[Attachment]):
    """A file of a record; its bytes are at ``attachments/<id>/file/``."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    case = serializers.IntegerField(source="case_id", allow_null=True)
    kind = serializers.CharField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_at = serializers.DateTimeField()
