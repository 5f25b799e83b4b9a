"""Random keys of an embedded installation: made once, kept beside its data, readable by its user alone."""

import base64
import os
import secrets
from collections.abc import Callable

from config.embedded.locks import holding
from config.embedded.places import Places, make_folders
from config.embedded.refusal import Refusal, os_refusal


def _random_key() -> str:
    """Return 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


MAKERS: dict[str, Callable[[], str]] = {
    "secret-key": lambda: secrets.token_urlsafe(50),
    "field-keys": lambda: f"k1:{_random_key()}",
    "index-key": _random_key,
}

GUARDING_DATA = frozenset({"field-keys", "index-key"})
"""Keys without which stored fields can no longer be read or found."""


def secret(where: Places, name: str) -> str:
    """Return the key, made on the first call; 64 processes asking at once get the same one.

    Refuses to invent a new key over an existing database, whose encrypted fields would be lost with it.
    Raises KeyError for a name that is not in MAKERS.
    """
    make = MAKERS[name]
    path = where.secrets / name
    try:
        make_folders(where)
        with holding(where.secrets / ".lock", seconds=30):
            if not path.exists():
                if name in GUARDING_DATA and (where.postgres / "PG_VERSION").exists():
                    raise _lost(where, name)
                _write(path.with_suffix(".new"), make())
                path.with_suffix(".new").rename(path)
            text = path.read_text("ascii").strip()
    except OSError as error:
        raise os_refusal(error, where.data) from None
    if not text:
        raise _lost(where, name)
    return text


def _write(path: os.PathLike[str], text: str) -> None:
    """Write a new private file and push it to the disk: a key lost in a power cut takes the data with it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(descriptor)


def _lost(where: Places, name: str) -> Refusal:
    path = where.secrets / name
    return Refusal(
        f"密钥文件 {path} 丢失或为空，而数据库已经存在。没有它，加密的内容无法读取；请从备份恢复该文件。",
        f"The key file {path} is missing or empty although the database exists. Restore it from a backup: "
        "without it the encrypted fields cannot be read.",
    )
