"""Every operation of the API as everybody."""

import pytest

from tests.api.client import Caller
from tests.policy import STAFF, operations
from tests.walking import Walk
from tests.world import World


@pytest.mark.parametrize("actor", STAFF)
def test_everybody_gets_what_the_table_says(world: World, actor: str) -> None:
    walked = Walk(world, actor, Caller(world.cast.users[actor])).through(operations())
    assert walked.surprises == [], "\n".join(walked.surprises)
    assert sum(walked.cells.values()) >= len(walked.rows(operations()))


def test_nobody_gets_in_without_a_sign_in(world: World) -> None:
    assert Walk(world, "dispatcher", Caller()).turned_away(operations(), "401") == []
