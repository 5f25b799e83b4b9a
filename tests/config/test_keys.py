"""Keys of an embedded installation: made once, private, never replaced over data."""

import base64
import stat
from pathlib import Path

import pytest

from config.embedded import keys
from config.embedded.places import Places
from config.embedded.refusal import Refusal
from tests.processes import Script, environment


def test_racing_processes_get_the_same_key(tmp_path: Path) -> None:
    names = ("secret-key", "field-keys", "index-key")
    code = f"from config import embedded; print(*(embedded.secret(name) for name in {names}))"
    racers = [Script(code, environment(tmp_path / "var"), waits=False) for _ in range(8)]
    printed = {racer.end()[1] for racer in racers}
    assert len(printed) == 1
    assert len(printed.pop().split()) == 3


def test_keys_have_their_form_and_stay_private(tmp_path: Path) -> None:
    where = Places(tmp_path / "var")
    key_id, _, key = keys.secret(where, "field-keys").partition(":")
    assert key_id == "k1"
    assert len(base64.b64decode(key, validate=True)) == 32
    assert len(base64.b64decode(keys.secret(where, "index-key"), validate=True)) == 32
    assert len(keys.secret(where, "secret-key")) >= 50
    for name in ("field-keys", "index-key", "secret-key"):
        assert stat.S_IMODE((where.secrets / name).stat().st_mode) == 0o600
    assert keys.secret(where, "field-keys") == f"k1:{key}"


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert keys.secret(Places(tmp_path / "a"), "index-key") != keys.secret(Places(tmp_path / "b"), "index-key")


@pytest.mark.parametrize("name", ["field-keys", "index-key"])
def test_lost_key_is_not_replaced_over_a_database(tmp_path: Path, name: str) -> None:
    where = Places(tmp_path / "var")
    keys.secret(where, name)
    where.postgres.mkdir()
    (where.postgres / "PG_VERSION").write_text("18")
    (where.secrets / name).unlink()
    with pytest.raises(Refusal, match="备份"):
        keys.secret(where, name)
    assert not (where.secrets / name).exists()


def test_empty_key_file_is_refused(tmp_path: Path) -> None:
    where = Places(tmp_path / "var")
    keys.secret(where, "index-key")
    (where.secrets / "index-key").write_text("")
    with pytest.raises(Refusal, match="为空"):
        keys.secret(where, "index-key")


def test_interrupted_writing_of_a_key_is_repeated(tmp_path: Path) -> None:
    where = Places(tmp_path / "var")
    where.secrets.mkdir(parents=True)
    (where.secrets / "index-key.new").write_text("half")
    assert len(base64.b64decode(keys.secret(where, "index-key"), validate=True)) == 32


def test_unknown_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        keys.secret(Places(tmp_path), "password")
