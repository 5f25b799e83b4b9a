"""Whoever was shut out stays out, and the database keeps the counties apart by itself."""

import pytest
from django.db import transaction

from grid.models import User
from grid.scope import ScopedQuerySet
from tests.api.client import Caller
from tests.policy import STAFF, Row, is_first_of_role, operations, pages
from tests.walking import EVERYTHING, Browser, Walk, shows
from tests.world import World


def test_nobody_gets_in_after_they_were_shut_out(world: World) -> None:
    """Token and session are still there, and the token is known to the process."""
    caller, browser = Caller(world.cast.closed), Browser(world.cast.closed)
    assert caller.get("incidents/").status == 200
    assert browser.call("GET", "/incidents/").status == 200
    with transaction.atomic():
        User.objects.filter(pk=world.cast.closed.pk).update(is_active=False)
        surprises = Walk(world, "dispatcher", caller).turned_away(operations(), "401")
        surprises += Walk(world, "dispatcher", browser).turned_away(pages(), "sign in")
        transaction.set_rollback(True)
    assert surprises == []


@pytest.fixture
def without_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the one definition of "may see" out of the code; what is left is PostgreSQL's."""
    monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, _user: rows.all())
    monkeypatch.setattr(ScopedQuerySet, "visible_parts", lambda rows, _user: [rows.all()])


def _far_away(walked: Walk, table: tuple[Row, ...]) -> list[str]:
    """Open everything of another county that can be read."""
    for row in table:
        if row.kind not in ("read", "list") or row.method != "GET" or walked.ids(row, "other") is None:
            continue
        if row.kind == "read":
            answer = walked.call(row, walked.ids(row, "other"))
            is_shut = row.desk and answer.status == 403
            walked.expect(row, "other", answer, "403" if is_shut else "absent")
            continue
        walked.cells["listed"] += 1
        if shows(walked, row, walked.call(row), "other"):
            walked.surprises.append(f"{row}: listed")
    assert walked.cells
    return walked.surprises


SHUT_OUT = [actor for actor in STAFF if EVERYTHING or is_first_of_role(actor)]
"""The policies of PostgreSQL know users and their units, not roles: one of each role, and everybody in CI."""


@pytest.mark.usefixtures("without_scope")
@pytest.mark.parametrize("actor", SHUT_OUT)
def test_without_the_scope_filter_another_county_still_reads_nothing(world: World, actor: str) -> None:
    """Row-level security alone keeps the counties apart (RELIABILITY.md P5, G6)."""
    user = world.cast.users[actor]
    assert _far_away(Walk(world, actor, Caller(user)), operations()) == []
    assert _far_away(Walk(world, actor, Browser(user)), pages()) == []


@pytest.mark.usefixtures("without_scope")
def test_without_the_scope_filter_the_own_county_is_open(world: World) -> None:
    """Or the test above would prove nothing: the filter is really gone."""
    for table, caller in ((operations(), Caller(world.cast.clerk)), (pages(), Browser(world.cast.clerk))):
        walked = Walk(world, "clerk", caller)
        row = next(row for row in table if row.path in ("/incidents/{id}/", "cases:incident-detail"))
        (name,) = row.of
        closed = {name: world.find("incident", "clerk", "restricted")}
        walked.expect(row, "restricted", walked.call(row, closed), "200")
        given = {name: world.find("incident", "handler", "own")}
        walked.expect(row, "child", walked.call(row, given), "200")
        assert walked.surprises == []
