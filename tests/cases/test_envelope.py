"""Sealed fields: nothing opens but with its key, in its place (RELIABILITY.md C3, C4, rule 21)."""

import base64
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import envelope
from cases.envelope import WrongKey, blind_index, rewrap, rotate, seal, unseal
from cases.models import DataKey

WHERE: dict[str, Any] = {"table": "cases_party", "column": "name", "uid": uuid.uuid4()}


def kek() -> str:
    """A fresh key-encrypting key as settings hold it."""
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def keys(db: None, settings: Any) -> Iterator[Any]:
    """Settings with a key of our own, and nothing remembered in the process."""
    settings.FIELD_KEYS = f"first:{kek()}"
    settings.INDEX_KEY = kek()
    envelope.forget()
    yield settings
    envelope.forget()


def test_what_is_sealed_opens_again(keys: Any) -> None:
    for text in ("张某某", "x", "龘" * 500):
        value = seal(text, **WHERE)
        assert unseal(value, **WHERE) == text
        # One letter stands among random bytes by chance.
        assert len(text) == 1 or text.encode() not in value
    assert seal("", **WHERE) == b""
    assert unseal(b"", **WHERE) == ""


def test_the_same_text_is_sealed_differently_every_time(keys: Any) -> None:
    assert seal("张某某", **WHERE) != seal("张某某", **WHERE)


@pytest.mark.parametrize("moved", [{"table": "cases_case"}, {"column": "phone"}, {"uid": uuid.uuid4()}])
def test_a_value_moved_elsewhere_does_not_open(keys: Any, moved: dict[str, Any]) -> None:
    value = seal("张某某", **WHERE)
    with pytest.raises(WrongKey):
        unseal(value, **{**WHERE, **moved})


def test_no_single_changed_byte_opens(keys: Any) -> None:
    value = seal("张某某", **WHERE)
    for index in range(len(value)):
        changed = bytearray(value)
        changed[index] ^= 1
        with pytest.raises(WrongKey):
            unseal(bytes(changed), **WHERE)
    for length in range(1, len(value)):
        with pytest.raises(WrongKey):
            unseal(value[:length], **WHERE)


def test_another_key_of_the_same_name_raises_and_shows_nothing(keys: Any) -> None:
    value = seal("张某某", **WHERE)
    envelope.forget()
    keys.FIELD_KEYS = f"first:{kek()}"
    with pytest.raises(WrongKey):
        unseal(value, **WHERE)


def test_a_missing_key_raises(keys: Any) -> None:
    value = seal("张某某", **WHERE)
    envelope.forget()
    keys.FIELD_KEYS = f"second:{kek()}"
    with pytest.raises(WrongKey):
        unseal(value, **WHERE)
    DataKey.objects.all().delete()
    with pytest.raises(WrongKey):
        unseal(value, **WHERE)


def test_data_keys_are_sealed_anew_under_a_newer_key(keys: Any) -> None:
    value = seal("张某某", **WHERE)
    keys.FIELD_KEYS = f"second:{kek()},{keys.FIELD_KEYS}"
    assert rewrap() == 1
    assert rewrap() == 0
    envelope.forget()
    keys.FIELD_KEYS = keys.FIELD_KEYS.split(",")[0]
    assert unseal(value, **WHERE) == "张某某"
    assert DataKey.objects.get().kek_id == "second"


def test_a_new_data_key_seals_what_comes_and_the_old_one_opens_what_was(keys: Any) -> None:
    old = seal("旧", **WHERE)
    first = DataKey.objects.get()
    second = rotate()
    assert second.pk != first.pk
    new = seal("新", **WHERE)
    assert (old[1:5], new[1:5]) != (new[1:5], old[1:5])
    assert DataKey.objects.get(is_current=True).pk == second.pk
    envelope.forget()
    assert (unseal(old, **WHERE), unseal(new, **WHERE)) == ("旧", "新")


def test_the_key_never_lies_beside_what_it_seals(keys: Any) -> None:
    seal("张某某", **WHERE)
    wrapped = bytes(DataKey.objects.get().wrapped)
    (opened,) = envelope._opened.values()
    assert opened not in wrapped
    assert len(opened) == 32


class TestBlindIndex:
    """Exact match without opening anything (PV-02)."""

    def test_equal_values_are_found_however_they_were_typed(self, keys: Any) -> None:
        plain = blind_index("11010120000101123X")
        for typed in (
            "11010120000101123x",
            " 110101 20000101 123X ",
            "".join(chr(ord(char) + 0xFEE0) for char in "11010120000101123X"),
            "110101\t20000101\n123x",
        ):
            assert blind_index(typed) == plain
        assert blind_index("") == blind_index("  ") == b""

    @given(numbers=st.lists(st.text("0123456789X", min_size=6, max_size=18), min_size=2, max_size=8, unique=True))
    def test_different_values_differ(self, numbers: list[str]) -> None:
        from django.test import override_settings

        with override_settings(INDEX_KEY="a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5"):
            assert len({blind_index(number) for number in numbers}) == len(numbers)

    def test_it_is_useless_without_the_key(self, keys: Any) -> None:
        here = blind_index("10012345678")
        assert len(here) == 16
        keys.INDEX_KEY = kek()
        assert blind_index("10012345678") != here
