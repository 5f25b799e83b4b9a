"""Files that belong to an incident or case."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.incident import Incident
from grid.models import Levels
from grid.scope import ScopedQuerySet


def stored_name(_attachment: "Attachment", _filename: str) -> str:
    """Return a random name: nothing of the uploader's file name reaches the disk (PV-20)."""
    token = uuid.uuid4().hex
    return f"attachments/{token[:2]}/{token}"


class Attachment(Levels):
    """One file, checked and re-encoded on the way in (``cases.files``), served only through ``visible_to``."""

    SCOPE_PARENTS = ("incident", "case")

    class Kind(models.TextChoices):
        """What it shows."""

        PHOTO = "photo", _("照片")
        EVIDENCE = "evidence", _("证据材料")
        IDENTITY = "identity", _("身份证明")
        RECORD = "record", _("笔录")
        AGREEMENT = "agreement", _("协议书")
        RECEIPT = "receipt", _("履行凭证")
        OTHER = "other", _("其他")

    client_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="attachments")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="attachments")
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices, default=Kind.PHOTO)
    file = models.FileField(upload_to=stored_name, max_length=120)
    name = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = ScopedQuerySet["Attachment"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, case__isnull=True) | Q(incident__isnull=True, case__isnull=False),
                name="attachment_one_record",
            ),
            models.UniqueConstraint(fields=["added_by", "client_uuid"], name="attachment_once_per_sender"),
        ]

    def __str__(self) -> str:
        return self.name
