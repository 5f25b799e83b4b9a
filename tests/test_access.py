"""Every operation as everybody, against a table written by hand (RELIABILITY.md P1, P5).

The table is ``tests/policy.yaml``; the walk of the OpenAPI file and of the URL resolver fails for whatever it forgot.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache as django_cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from config.problems import absent
from grid import rls
from grid.models import User
from grid.scope import ScopedQuerySet
from tests.api import contract
from tests.api.client import BASE, Caller
from tests.world import RELATIONS, World, build_world

TRIED = frozenset({200, 201, 204, 400, 409, 412, 415, 422, 428})
"""What answers somebody whose verb it is: done, or not possible as things stand. Never 401, 403 or 404."""
STAFF = [
    "worker",
    "village_leader",
    "clerk",
    "town_dispatcher",
    "dispatcher",
    "city_dispatcher",
    "handler",
    "mediator",
    "director",
    "supervisor",
    "city_supervisor",
    "leader",
    "auditor",
    "system_admin",
    "security_admin",
    "nobody",
]


@dataclass(frozen=True)
class Row:
    """One expectation about one operation."""

    method: str
    path: str
    kind: str
    of: str = ""
    readers: dict[str, list[str]] = field(default_factory=dict, hash=False)
    may: dict[str, list[str]] = field(default_factory=dict, hash=False)
    roles: tuple[str, ...] = ()
    args: dict[str, str] = field(default_factory=dict, hash=False)
    slow: bool = False

    def address(self, pk: Any) -> str:
        """The address for one record."""
        path = self.path.replace("{id}", str(pk))
        for name, value in self.args.items():
            path = path.replace("{" + name + "}", value)
        return f"{BASE}{path}"


@cache
def policy() -> dict[str, Any]:
    """The table."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "policy.yaml").read_text())
    return read


@cache
def rows() -> tuple[Row, ...]:
    """Every expectation about the API."""
    return tuple(_rows("operations"))


def _rows(table: str) -> Iterator[Row]:
    for name, said in policy()[table].items():
        method, path = name.split(" ", 1)
        for one in said if isinstance(said, list) else [said]:
            given = dict(one)
            given["readers"] = policy()["readers"][given["readers"]] if "readers" in given else {}
            given["may"] = policy()["may"][given["may"]] if "may" in given else {}
            given["roles"] = tuple(given.get("roles", ()))
            yield Row(method, path, **given)


def role_of(actor: str) -> str:
    """The role an actor plays."""
    return next(role for role, actors in policy()["actors"].items() if actor in actors)


def named(table: dict[str, list[str]], actor: str) -> list[str]:
    """The relations a table gives an actor."""
    return table.get("everybody") or table.get(role_of(actor), [])


# -- Nothing is forgotten ---------------------------------------------------------------------------------------------


def test_every_operation_of_the_api_is_in_the_table() -> None:
    documented = {(method, path) for method, path in contract.operations()} | {("GET", f"{BASE}/schema/")}
    written = {(row.method, contract._PARAMETER.sub("{}", f"{BASE}{row.path}")) for row in rows()}
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
    pages = {name.split(" ", 1)[1] for name in policy()["pages"]}
    addresses = set(walk(get_resolver().url_patterns))
    forgotten = [
        (route, name)
        for route, name in addresses
        if (
            contract._PARAMETER.sub("{}", f"/{route}") not in documented
            if route.startswith("api/")
            else name not in pages
        )
    ]
    assert sorted(forgotten) == [], "addresses without a row in tests/policy.yaml"
    assert pages <= {name for _route, name in addresses}, "pages of tests/policy.yaml that do not exist"


def test_the_table_names_real_actors_and_relations() -> None:
    assert {actor for actors in policy()["actors"].values() for actor in actors} == set(STAFF)
    roles = set(policy()["actors"]) | {"everybody"}
    for group in (*policy()["readers"].values(), *policy()["may"].values()):
        assert set(group) <= roles
        assert {relation for relations in group.values() for relation in relations} <= set(RELATIONS)
    for row in rows():
        assert set(row.roles) <= roles
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


@dataclass
class Walk:
    """One actor on their way through all operations, and what surprised us."""

    world: World
    actor: str
    caller: Caller
    surprises: list[str] = field(default_factory=list)
    cells: Counter[str] = field(default_factory=Counter)

    def call(self, row: Row, pk: Any) -> Any:
        """Make one call and undo it."""
        with transaction.atomic():
            # Outside its own savepoint the scope of the call before would still stand.
            rls.leave()
            answer = self.caller.call(row.method, row.address(pk), None if row.method == "GET" else {})
            transaction.set_rollback(True)
        return answer

    def expect(self, row: Row, relation: str, answer: Any, wanted: str) -> None:
        """Note a cell, and a surprise when it is not as wanted."""
        self.cells[wanted] += 1
        if not _is(answer, wanted):
            self.surprises.append(f"{row.method} {row.path} {relation}: wanted {wanted}, got {answer.status}")


def _is(answer: Any, wanted: str) -> bool:
    if wanted == "absent":
        return bool(answer.status == 404 and answer.json == absent())
    if wanted == "tried":
        return answer.status in TRIED
    return bool(str(answer.status) == wanted)


def walk_all(walk: Walk, table: tuple[Row, ...]) -> None:
    """Make every call of the table as one actor."""
    for row in table:
        if row.slow and walk.actor not in ("worker", "nobody"):
            continue
        WALKS[row.kind](walk, row)


def _door(walk: Walk, row: Row) -> None:
    walk.expect(row, "-", walk.call(row, 0), "400")


def _open(walk: Walk, row: Row) -> None:
    pk = walk.world.records[row.of]["village"] if row.of else 0
    walk.expect(row, "-", walk.call(row, pk), "tried")


def _act(walk: Walk, row: Row) -> None:
    pk = walk.world.records[row.of]["village"] if row.of else 0
    wanted = "tried" if role_of(walk.actor) in row.roles else "403"
    walk.expect(row, "-", walk.call(row, pk), wanted)


def _record_kind(walk: Walk, row: Row, seen: str, unseen: str) -> None:
    for relation in RELATIONS:
        pk = walk.world.find(row.of, walk.actor, relation)
        if pk is None:
            continue
        wanted = unseen
        if relation in named(row.readers, walk.actor):
            wanted = "tried" if relation in named(row.may, walk.actor) else seen
        walk.expect(row, relation, walk.call(row, pk), wanted)


def _read(walk: Walk, row: Row) -> None:
    _record_kind(walk, row, "tried" if row.method == "DELETE" else "200", "absent")


def _verb(walk: Walk, row: Row) -> None:
    _record_kind(walk, row, "403", "absent")


def _public_verb(walk: Walk, row: Row) -> None:
    for relation in ("own", "child", "sibling", "other"):
        pk = walk.world.find(row.of, walk.actor, relation)
        if pk is not None:
            wanted = "tried" if relation in named(row.may, walk.actor) else "403"
            walk.expect(row, relation, walk.call(row, pk), wanted)


def _list(walk: Walk, row: Row) -> None:
    listing = Row("GET", f"{row.path}?page_size=200", row.kind)
    answer = walk.call(listing, 0)
    walk.expect(row, "-", answer, "200")
    shown = {one["id"] for one in answer.json["results"]} if answer.status == 200 else set()
    for relation in RELATIONS:
        pk = walk.world.find(row.of, walk.actor, relation)
        if pk is None:
            continue
        wanted = relation in named(row.readers, walk.actor)
        walk.cells["listed" if wanted else "not listed"] += 1
        if (pk in shown) != wanted:
            walk.surprises.append(f"{row.method} {row.path} {relation}: {'missing' if wanted else 'listed'}")


WALKS = {
    "door": _door,
    "open": _open,
    "act": _act,
    "read": _read,
    "verb": _verb,
    "public_verb": _public_verb,
    "list": _list,
}


@pytest.mark.parametrize("actor", STAFF)
def test_everybody_gets_what_the_table_says(world: World, actor: str) -> None:
    django_cache.clear()
    walk = Walk(world, actor, Caller(world.cast.users[actor]))
    walk_all(walk, rows())
    assert walk.surprises == [], "\n".join(walk.surprises)
    assert sum(walk.cells.values()) >= len(rows())


def test_nobody_gets_in_without_a_sign_in(world: World) -> None:
    django_cache.clear()
    walk = Walk(world, "dispatcher", Caller())
    for row in rows():
        pk = world.find(row.of, "dispatcher", "own") if row.of else 0
        walk.expect(row, "own", walk.call(row, pk), "400" if row.kind == "door" else "401")
    assert walk.surprises == []


def test_nobody_gets_in_after_they_were_shut_out(world: World) -> None:
    """The token is still there, and known to the process."""
    django_cache.clear()
    caller = Caller(world.cast.closed)
    assert caller.get("incidents/").status == 200
    walk = Walk(world, "dispatcher", caller)
    with transaction.atomic():
        User.objects.filter(pk=world.cast.closed.pk).update(is_active=False)
        for row in rows():
            pk = world.find(row.of, "dispatcher", "own") if row.of else 0
            walk.expect(row, "own", walk.call(row, pk), "400" if row.kind == "door" else "401")
        transaction.set_rollback(True)
    assert walk.surprises == []


# -- The second net ---------------------------------------------------------------------------------------------------


@pytest.fixture
def without_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the one definition of "may see" out of the code; what is left is PostgreSQL's."""
    monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, _user: rows.all())
    monkeypatch.setattr(ScopedQuerySet, "visible_parts", lambda rows, _user: [rows.all()])


@pytest.mark.usefixtures("without_scope")
@pytest.mark.parametrize("actor", STAFF)
def test_without_the_scope_filter_another_county_still_reads_nothing(world: World, actor: str) -> None:
    """Row-level security alone keeps the counties apart (RELIABILITY.md P5, G6)."""
    walk = Walk(world, actor, Caller(world.cast.users[actor]))
    far = [row for row in rows() if row.kind in ("read", "list") and row.method == "GET"]
    for row in far:
        pk = world.find(row.of, actor, "other")
        if pk is None:
            continue
        if row.kind == "list":
            listing = Row("GET", f"{row.path}?page_size=200", row.kind)
            shown = {one["id"] for one in walk.call(listing, 0).json["results"]}
            walk.cells["listed"] += 1
            if pk in shown:
                walk.surprises.append(f"{row.path}: listed")
        else:
            walk.expect(row, "other", walk.call(row, pk), "absent")
    assert walk.surprises == []
    assert walk.cells


@pytest.mark.usefixtures("without_scope")
def test_without_the_scope_filter_the_own_county_is_open(world: World) -> None:
    """Or the test above would prove nothing: the filter is really gone."""
    walk = Walk(world, "clerk", Caller(world.cast.clerk))
    row = next(row for row in rows() if row.path == "/incidents/{id}/" and row.method == "GET")
    walk.expect(row, "restricted", walk.call(row, world.find("incident", "clerk", "restricted")), "200")
    walk.expect(row, "child", walk.call(row, world.find("incident", "handler", "own")), "200")
    assert walk.surprises == []
