"""Every page as everybody."""

import pytest

from tests.policy import STAFF, pages
from tests.walking import Browser, Walk
from tests.world import World


@pytest.mark.parametrize("actor", STAFF)
def test_everybody_opens_the_pages_the_table_says(world: World, actor: str) -> None:
    walked = Walk(world, actor, Browser(world.cast.users[actor])).through(pages())
    assert walked.surprises == [], "\n".join(walked.surprises)
    assert sum(walked.cells.values()) >= len(walked.rows(pages()))


def test_a_visitor_is_sent_to_sign_in_from_every_page(world: World) -> None:
    assert Walk(world, "dispatcher", Browser()).turned_away(pages(), "sign in") == []
