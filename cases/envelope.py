"""Sealing identity fields: AES-256-GCM under a data key, which is itself sealed by a key outside the database.

A sealed value is ``version | data key id | nonce | ciphertext``; table, column and the row's uid are bound to it, so
a value copied into another row or column does not open. A wrong or missing key raises, never shows ciphertext
(RELIABILITY.md rule 21). A blind index (keyed hash) finds an exact value without opening anything (PV-02).
"""

import base64
import hashlib
import hmac
import os
import struct
import unicodedata
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.models import DataKey

VERSION = 1
_HEAD = struct.Struct(">BI12s")
_opened: dict[int, bytes] = {}


class WrongKey(Exception):
    """The value cannot be opened: the key is missing or another one, or the value was moved or changed."""


def seal(text: str, *, table: str, column: str, uid: uuid.UUID) -> bytes:
    """Seal ``text`` for one place; the empty text stays empty."""
    if not text:
        return b""
    key_id, key = _current_key()
    nonce = os.urandom(12)
    head = _HEAD.pack(VERSION, key_id, nonce)
    return head + AESGCM(key).encrypt(nonce, text.encode(), _bound(table, column, uid))


def unseal(value: bytes, *, table: str, column: str, uid: uuid.UUID) -> str:
    """Open a sealed value. Raises WrongKey."""
    value = bytes(value)
    if not value:
        return ""
    try:
        version, key_id, nonce = _HEAD.unpack_from(value)
        if version != VERSION:
            raise WrongKey(f"unknown version {version}")
        return AESGCM(_key(key_id)).decrypt(nonce, value[_HEAD.size :], _bound(table, column, uid)).decode()
    except (InvalidTag, struct.error) as error:
        raise WrongKey("the sealed value does not open") from error


def blind_index(text: str) -> bytes:
    """Return 16 bytes that equal values share and nobody can compute without the index key."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not plain:
        return b""
    return hmac.new(base64.b64decode(settings.INDEX_KEY), plain.encode(), hashlib.sha256).digest()[:16]


def rotate() -> DataKey:
    """Seal from now on with a new data key; what the former one sealed still opens with it."""
    with transaction.atomic():
        DataKey.objects.select_for_update().filter(is_current=True).update(is_current=False)
        return _made_key()


def forget() -> None:
    """Drop the opened keys: the configuration changed."""
    _opened.clear()


def rewrap() -> int:
    """Seal every data key under the newest key-encrypting key; return how many changed."""
    newest, kek = next(iter(_keks().items()))
    changed = 0
    with transaction.atomic():
        for row in DataKey.objects.select_for_update().exclude(kek_id=newest):
            key = _unwrapped(row)
            row.wrapped, row.kek_id = _wrapped(key, kek), newest
            row.save(update_fields=["wrapped", "kek_id"])
            changed += 1
    return changed


def _bound(table: str, column: str, uid: uuid.UUID) -> bytes:
    return f"{table}|{column}|{uid}".encode()


def _current_key() -> tuple[int, bytes]:
    row = DataKey.objects.filter(is_current=True).first() or _made_key()
    return row.pk, _opened.get(row.pk) or _opened.setdefault(row.pk, _unwrapped(row))


def _key(key_id: int) -> bytes:
    if key_id not in _opened:
        row = DataKey.objects.filter(pk=key_id).first()
        if row is None:
            raise WrongKey(f"data key {key_id} is missing")
        _opened[key_id] = _unwrapped(row)
    return _opened[key_id]


def _made_key() -> DataKey:
    kek_id, kek = next(iter(_keks().items()))
    try:
        with transaction.atomic():
            return DataKey.objects.create(
                wrapped=_wrapped(AESGCM.generate_key(256), kek), kek_id=kek_id, created_at=timezone.now()
            )
    except IntegrityError:
        # Another process made the first key at the same moment.
        return DataKey.objects.get(is_current=True)


def _wrapped(key: bytes, kek: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(kek).encrypt(nonce, key, b"data key")


def _unwrapped(row: DataKey) -> bytes:
    kek = _keks().get(row.kek_id)
    if kek is None:
        raise WrongKey(f"key-encrypting key {row.kek_id!r} is not configured")
    wrapped = bytes(row.wrapped)
    try:
        return AESGCM(kek).decrypt(wrapped[:12], wrapped[12:], b"data key")
    except InvalidTag as error:
        raise WrongKey(f"key-encrypting key {row.kek_id!r} is another one") from error


def _keks() -> dict[str, bytes]:
    """Return the configured key-encrypting keys, newest first."""
    pairs = (item.split(":", 1) for item in settings.FIELD_KEYS.split(",") if item.strip())
    return {name.strip(): base64.b64decode(text) for name, text in pairs}
