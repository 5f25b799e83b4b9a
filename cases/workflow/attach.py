"""Files of an incident or case: let in by ``cases.files``, late photos included (RELIABILITY.md I6)."""

import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from cases.files import CheckedFile, check_file
from cases.models import Attachment, Case, Incident
from cases.moves import NotAllowed, NotPossible, Step, acting_role, perform
from cases.workflow.intake import KeyReused
from cases.workflow.parties import noun_of

MOST = 60
"""Files one record may carry."""


def attach_file(
    *,
    record: Incident | Case,
    by: Any,
    at: datetime,
    content: bytes,
    name: str,
    kind: str = Attachment.Kind.PHOTO,
    client_uuid: uuid.UUID | None = None,
) -> Attachment:
    """Add a file to a record. A phone that resends the same ``client_uuid`` gets the first file back.

    Raises NotAllowed for anybody without a part in it, NotPossible for a file that ``check_file`` refuses, an unknown
    kind or too many files, KeyReused when the key belongs to a file of another record.
    """
    if kind not in Attachment.Kind:
        raise NotPossible(_("没有这种材料类型。"), "kind")
    noun = noun_of(record)
    known = _known(by, client_uuid, noun.name, record.pk)
    if known is not None:
        return known
    if acting_role(noun.moves["attach_file"], record, by) is None:  # Before anything of theirs is decoded.
        raise NotAllowed(_("您不能为本件上传材料。"))
    checked = check_file(content, name)
    attachment = _made(checked, kind=kind, client_uuid=client_uuid, by=by, at=at)

    def change(record: Incident | Case, step: Step[Any]) -> None:
        if record.attachments.count() >= MOST:
            raise NotPossible(_("材料已达%(most)s份，不能再上传。") % {"most": MOST}, "file")
        setattr(attachment, noun.name, record)
        for column, value in record.levels.items():
            setattr(attachment, column, value)
        attachment.file.save("", ContentFile(checked.content), save=False)
        attachment.save(force_insert=True)
        step.data |= {"attachment": attachment.pk, "kind": kind}

    try:
        with transaction.atomic():
            # Two tries of one phone meet here: the second finds what the first wrote.
            noun.model._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
            known = _known(by, client_uuid, noun.name, record.pk)
            if known is not None:
                return known
            perform(noun, "attach_file", pk=record.pk, by=by, at=at, change=change)
    except BaseException:
        if attachment.file:
            attachment.file.delete(save=False)
        raise
    return attachment


def _made(checked: CheckedFile, *, kind: str, client_uuid: uuid.UUID | None, by: Any, at: datetime) -> Attachment:
    """The row of a checked file, not yet saved."""
    return Attachment(
        client_uuid=client_uuid or uuid.uuid4(),
        kind=kind,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=checked.sha256,
        added_by_id=by.pk,
        added_at=at,
    )


def _known(by: Any, client_uuid: uuid.UUID | None, noun: str, pk: int) -> Attachment | None:
    if client_uuid is None:
        return None
    known = Attachment.objects.filter(added_by_id=by.pk, client_uuid=client_uuid).first()
    if known is not None and getattr(known, f"{noun}_id") != pk:
        raise KeyReused(_("该编号已用于另一份材料，请重新生成后提交。"))
    return known
