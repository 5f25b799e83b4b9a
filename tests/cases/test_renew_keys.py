"""The command that takes a new key into use: old values open before, between and after (RELIABILITY.md C4)."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases import envelope
from cases.envelope import seal, unseal
from cases.models import DataKey
from tests.cases.test_envelope import WHERE, kek, keys

__all__ = ["keys"]


def renew(*options: str) -> str:
    """Run the command as after a restart with the present configuration; return what it prints."""
    envelope.forget()
    out = StringIO()
    call_command("renew_keys", *options, stdout=out)
    envelope.forget()
    return out.getvalue().strip()


def test_a_new_key_comes_and_the_old_one_goes(keys: Any) -> None:
    before = seal("张某某", **WHERE)
    keys.FIELD_KEYS = f"second:{kek()},{keys.FIELD_KEYS}"
    assert renew() == "rewrapped=1 new_data_keys=0"
    assert renew() == "rewrapped=0 new_data_keys=0"
    keys.FIELD_KEYS = keys.FIELD_KEYS.split(",")[0]
    envelope.forget()
    assert unseal(before, **WHERE) == "张某某"


def test_a_new_data_key_is_for_what_comes(keys: Any) -> None:
    before = seal("张某某", **WHERE)
    assert renew("--data-key") == "rewrapped=0 new_data_keys=1"
    after = seal("张某某", **WHERE)
    assert before[:5] != after[:5]
    assert {unseal(value, **WHERE) for value in (before, after)} == {"张某某"}
    assert DataKey.objects.filter(is_current=True).count() == 1


def test_a_key_taken_away_too_early_is_told_and_nothing_changes(keys: Any) -> None:
    seal("张某某", **WHERE)
    first, keys.FIELD_KEYS = keys.FIELD_KEYS, f"second:{kek()}"
    with pytest.raises(CommandError, match="'first' is not configured"):
        renew("--data-key")
    assert list(DataKey.objects.values_list("kek_id", "is_current")) == [("first", True)]
    keys.FIELD_KEYS = first
    assert renew() == "rewrapped=0 new_data_keys=0"
