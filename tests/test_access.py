"""Every operation and every page as everybody, against a table written by hand (RELIABILITY.md P1, P5).

The table is ``tests/policy.yaml``; the walk of the OpenAPI file and of the URL resolver fails for whatever it forgot.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from grid import rls
from grid.models import User
from grid.scope import ScopedQuerySet
from tests.api import contract
from tests.api.client import BASE, Caller
from tests.policy import STAFF, Row, operations, pages, policy
from tests.walking import Browser, Walk, shows
from tests.world import RELATIONS, World, build_world

# -- Nothing is forgotten ---------------------------------------------------------------------------------------------


def test_every_operation_of_the_api_is_in_the_table() -> None:
    documented = set(contract.operations()) | {("GET", f"{BASE}/schema/")}
    written = {(row.method, contract._PARAMETER.sub("{}", f"{BASE}{row.path}")) for row in operations()}
    assert sorted(documented - written) == [], "operations without a row in tests/policy.yaml"
    assert sorted(written - documented) == [], "rows of tests/policy.yaml without an operation"


def walk(patterns: Any, prefix: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the house and its name."""
    for found in patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            space = f"{names}{found.namespace}:" if found.namespace else names
            yield from walk(found.url_patterns, route, space)
        elif isinstance(found, URLPattern):
            yield route, f"{names}{found.name or ''}"


def test_every_address_of_the_house_is_in_the_table() -> None:
    """An address under /api/ belongs to a documented operation; any other one is a page with a row of its own."""
    documented = {path for _method, path in contract.operations()} | {f"{BASE}/schema/"}
    written = {row.path for row in pages()}
    addresses = set(walk(get_resolver().url_patterns))
    forgotten = [
        (route, name)
        for route, name in addresses
        if (
            contract._PARAMETER.sub("{}", f"/{route}") not in documented
            if route.startswith("api/")
            else name not in written
        )
    ]
    assert sorted(forgotten) == [], "addresses without a row in tests/policy.yaml"
    names = [name for route, name in addresses if not route.startswith("api/")]
    assert written - set(names) == set(), "pages of tests/policy.yaml that do not exist"
    assert len(names) == len(set(names)), "two addresses of one name: a row could mean either"


def test_every_method_a_page_answers_is_in_the_table() -> None:
    """Whatever a page does not say it takes, it refuses with 405 before it looks at anything."""
    written: dict[str, set[str]] = {}
    for row in pages():
        written.setdefault(row.path, set()).add(row.method)
    takes = {name: taken_by(view) for name, view in views(get_resolver().url_patterns) if name in written}
    assert {name: sorted(found) for name, found in takes.items()} == {
        name: sorted(found) for name, found in written.items()
    }


def views(patterns: Any, names: str = "") -> Iterator[tuple[str, Any]]:
    """Every page by its name."""
    for found in patterns:
        if isinstance(found, URLResolver):
            yield from views(found.url_patterns, f"{names}{found.namespace}:" if found.namespace else names)
        else:
            yield f"{names}{found.name or ''}", found.callback


def taken_by(view: Any) -> set[str]:
    """The methods a view lets in, asked of its own ``require_http_methods``."""
    for layer in layers(view):
        allowed = next(
            (
                cell.cell_contents
                for name, cell in zip(layer.__code__.co_freevars, layer.__closure__ or (), strict=True)
                if name == "request_method_list"
            ),
            None,
        )
        if allowed is not None:
            return set(allowed) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    return {"any method"}


def layers(view: Any) -> Iterator[Any]:
    """A view and what its decorators wrap."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def test_the_table_names_real_actors_and_relations() -> None:
    assert {actor for actors in policy()["actors"].values() for actor in actors} == set(STAFF)
    roles = set(policy()["actors"]) | {"everybody"}
    for group in (*policy()["readers"].values(), *policy()["may"].values()):
        assert set(group) <= roles
        assert {relation for relations in group.values() for relation in relations} <= set(RELATIONS)
    for row in (*operations(), *pages()):
        assert {*row.roles, *row.desk} <= roles
        for role, relations in row.may.items():
            # Nobody acts on what they cannot see.
            assert row.kind == "public_verb" or set(relations) <= set(row.readers.get(role, [])), (row, role)


# -- Everybody everywhere ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, in a transaction that is never committed; every call is undone in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        with rls.system_scope():
            made = build_world()
        yield made
        transaction.set_rollback(True)


@pytest.mark.parametrize("actor", STAFF)
def test_everybody_gets_what_the_table_says(world: World, actor: str) -> None:
    walked = Walk(world, actor, Caller(world.cast.users[actor])).through(operations())
    assert walked.surprises == [], "\n".join(walked.surprises)
    assert sum(walked.cells.values()) >= len(walked.rows(operations()))


@pytest.mark.parametrize("actor", STAFF)
def test_everybody_opens_the_pages_the_table_says(world: World, actor: str) -> None:
    walked = Walk(world, actor, Browser(world.cast.users[actor])).through(pages())
    assert walked.surprises == [], "\n".join(walked.surprises)
    assert sum(walked.cells.values()) >= len(walked.rows(pages()))


def _turned_away(walked: Walk, table: tuple[Row, ...], wanted: str) -> list[str]:
    """Knock everywhere with addresses of a dispatcher's own records; doors open, everything else answers alike."""
    for row in table:
        ids = walked.ids(row, "own" if row.kind != "open" else "child") or walked.any_ids(row)
        answer = walked.call(row, {} if row.kind == "list" else ids)
        at_door = "tried" if row.is_page else "400"
        walked.expect(row, "own", answer, at_door if row.kind == "door" else wanted)
    return walked.surprises


def test_nobody_gets_in_without_a_sign_in(world: World) -> None:
    assert _turned_away(Walk(world, "dispatcher", Caller()), operations(), "401") == []


def test_a_visitor_is_sent_to_sign_in_from_every_page(world: World) -> None:
    assert _turned_away(Walk(world, "dispatcher", Browser()), pages(), "sign in") == []


def test_nobody_gets_in_after_they_were_shut_out(world: World) -> None:
    """Token and session are still there, and the token is known to the process."""
    caller, browser = Caller(world.cast.closed), Browser(world.cast.closed)
    assert caller.get("incidents/").status == 200
    assert browser.call("GET", "/incidents/").status == 200
    with transaction.atomic():
        User.objects.filter(pk=world.cast.closed.pk).update(is_active=False)
        surprises = _turned_away(Walk(world, "dispatcher", caller), operations(), "401")
        surprises += _turned_away(Walk(world, "dispatcher", browser), pages(), "sign in")
        transaction.set_rollback(True)
    assert surprises == []


# -- The second net ---------------------------------------------------------------------------------------------------


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


@pytest.mark.usefixtures("without_scope")
@pytest.mark.parametrize("actor", STAFF)
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
