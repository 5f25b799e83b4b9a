"""The page of a place: who covers its grids, and which of them nobody does."""

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

from grid import rls
from grid.models import Unit
from grid.scope import Role
from grid.workflow import add_user, close_unit, open_unit, seat
from tests.cast import SINCE, Cast
from tests.reading import links, words


def page(client: Any, unit: Unit) -> Any:
    answer = client.get(reverse("grid:unit-detail", args=[unit.pk]))
    assert answer.status_code == 200
    return answer


def test_a_desk_sees_which_grids_nobody_covers_and_who_covers_the_others(signed_in: Any, cast: Cast) -> None:
    with rls.system_scope():
        below: dict[str, Any] = {"parent": cast.village, "kind": Unit.Kind.GRID, "valid_from": SINCE}
        bare = open_unit(code=f"{cast.village.code}902", name="无人网格", **below)
        close_unit(
            unit=open_unit(code=f"{cast.village.code}903", name="旧网格", **below), on=datetime(2024, 1, 1).date()
        )
    client = signed_in("dispatcher")
    for place in (cast.county, cast.village):
        shown = page(client, place)
        assert "1个网格没有网格员" in words(shown)
        assert reverse("grid:unit-detail", args=[bare.pk]) in links(shown)
    assert f"网格员甲 专职 {cast.grid.name}" in words(shown)
    with rls.system_scope():
        person = add_user(username="newcomer", name="贺新", work_phone="10012345678")
        seat(user=person, unit=bare, role=Role.GRID_WORKER, starts_on=SINCE, at=datetime(2020, 1, 1, tzinfo=UTC))
    shown = page(client, cast.village)
    assert "没有网格员" not in words(shown)
    assert "贺新 10012345678 无人网格" in words(shown)
    assert "贺新" not in words(page(client, cast.county))


def test_of_places_that_are_not_ones_own_nothing_is_said(signed_in: Any, cast: Cast) -> None:
    """Posts there are out of sight, so every grid would look bare, and nobody's name is anybody else's business."""
    client = signed_in("clerk")
    for place in (cast.other_county, cast.strange_village, cast.city):
        assert "网格员" not in words(page(client, place))
