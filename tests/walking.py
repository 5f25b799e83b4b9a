"""One actor on the way through all operations or all pages, comparing every answer with the access table."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache as django_cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from config import urls
from config.problems import absent
from grid import rls
from grid.models import User
from tests.api.client import Answer, Caller
from tests.policy import STAFF, Row, is_first_of_role, named, policy_order, role_of
from tests.world import RELATIONS, World

TRIED = frozenset({200, 201, 204, 302, 400, 409, 412, 415, 422, 428})
"""What answers somebody whose verb it is: done, or not possible as things stand. Never 401, 403 or 404."""
EVERYTHING = os.environ.get("HEMU_WALK") == "all"
"""Whether what is but another instance of the same is tried as well, as CI does."""
NOWHERE = 10**15
"""The key of no record."""
_FRESH = re.compile(rb'(csrfmiddlewaretoken" value|X-CSRFToken"|nonce)[=:]? ?"[^"]*"')
"""What differs each time a page is drawn."""


def plain(answer: Any, path: str) -> bytes:
    """A page without its marks and its own address."""
    return _FRESH.sub(b"", answer.content).replace(path.encode(), b"here")


@contextmanager
def plain_faults() -> Iterator[None]:
    """Answer 403 and 404 without the page, which takes longer to draw than to find out.

    For the hundreds of verbs, whose records are looked up like those of the pages that read; these are drawn in full.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "handler403", _said(403), raising=False)
        patch.setattr(urls, "handler404", _said(404))
        yield


def _said(status: int) -> Callable[[HttpRequest, Exception], HttpResponse]:
    return lambda _request, exception: HttpResponse(type(exception).__name__, status=status)


class Browser:
    """A browser with a session of its own, or a visitor's without one; every page is opened afresh."""

    def __init__(self, user: User | None = None) -> None:
        """Sign the user in."""
        client = Client()
        if user is not None:
            client.force_login(user, backend="grid.login.StaffBackend")
        self.cookies = client.cookies.output(header="", sep=";")

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Open an address, or send it an empty form."""
        rls.leave()
        client = Client()
        client.cookies.load(self.cookies)
        response: HttpResponseBase = client.post(path, body or {}) if method == "POST" else client.get(path)
        answer = Answer(response)
        answer.path = path
        return answer


@dataclass
class Walk:
    """Who walks, and what surprised us."""

    world: World
    actor: str
    caller: Caller | Browser
    surprises: list[str] = field(default_factory=list)
    cells: Counter[str] = field(default_factory=Counter)
    nothing: dict[Row, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Forget what another walk let the process keep."""
        django_cache.clear()

    def call(self, row: Row, ids: dict[str, Any] | None = None) -> Any:
        """Make one call and undo it."""
        with transaction.atomic():
            # Outside its own savepoint the scope of the call before would still stand.
            rls.leave()
            with plain_faults() if row.is_page and row.kind == "verb" else nullcontext():
                answer = self.caller.call(row.method, row.address(ids or {}), None if row.method == "GET" else {})
            transaction.set_rollback(True)
        return answer

    def expect(self, row: Row, relation: str, answer: Any, wanted: str) -> None:
        """Note a cell, and a surprise when it is not as wanted."""
        self.cells[wanted] += 1
        if not self.is_(row, answer, wanted):
            self.surprises.append(f"{row} {relation}: wanted {wanted}, got {answer.status}")

    def is_(self, row: Row, answer: Any, wanted: str) -> bool:
        """Whether an answer is what was wanted; absent is to the letter what never existed."""
        if wanted == "tried":
            return answer.status in TRIED
        if wanted == "sign in":
            return bool(answer.status == 302 and answer.header("Location").startswith(reverse("grid:login")))
        if wanted != "absent":
            return str(answer.status) == wanted
        if answer.status != 404:
            return False
        if isinstance(self.caller, Caller):
            return bool(answer.json == absent())
        return plain(answer, answer.path) == self.nothing_at(row)

    def nothing_at(self, row: Row) -> bytes:
        """What this actor gets at the row's address for records that never were."""
        if row not in self.nothing:
            ids = {name: NOWHERE if isinstance(self.any_ids(row)[name], int) else "nowhere" for name in row.of}
            self.nothing[row] = plain(self.call(row, ids), row.address(ids))
        return self.nothing[row]

    def ids(self, row: Row, relation: str) -> dict[str, Any] | None:
        """The records the address names, all in this relation to the actor; None where there can be none."""
        found = {name: self.world.find(noun, self.actor, relation) for name, noun in row.of.items()}
        return None if None in found.values() else found

    def any_ids(self, row: Row) -> dict[str, Any]:
        """Records for addresses that are open to all alike."""
        return {name: _some(self.world.records[noun]) for name, noun in row.of.items()}

    def rows(self, table: tuple[Row, ...]) -> list[Row]:
        """The rows this actor walks.

        Of several who play one role at different levels the first walks all, the others show that seeing follows the
        level: what one may do with what one sees is the role's.
        """
        is_first = is_first_of_role(self.actor)
        return [
            row
            for row in table
            if (is_first or row.kind not in BY_ROLE) and (not row.slow or self.actor in ("worker", "nobody"))
        ]

    def through(self, table: tuple[Row, ...]) -> "Walk":
        """Make every call of the rows."""
        for row in self.rows(table):
            if row.desk and role_of(self.actor) not in row.desk:
                _shut(self, row)
            else:
                WALKS[row.kind](self, row)
        return self

    def turned_away(self, table: tuple[Row, ...], wanted: str) -> list[str]:
        """Knock everywhere with addresses of one's own records: doors open, everything else answers alike."""
        for row in table:
            ids = self.ids(row, "own" if row.kind != "open" else "child") or self.any_ids(row)
            answer = self.call(row, {} if row.kind == "list" else ids)
            at_door = "tried" if row.is_page else "400"
            self.expect(row, "own", answer, at_door if row.kind == "door" else wanted)
        return self.surprises


def _some(records: dict[str, Any]) -> Any:
    """A village's record, or any where the noun lies nowhere."""
    return records.get("village") or next(iter(records.values()))


# -- What each kind of row means --------------------------------------------------------------------------------------


def _shut(walk: Walk, row: Row) -> None:
    """No part of one's work: 403 whatever one names, also what does not exist."""
    walk.expect(row, "nowhere", walk.call(row, dict.fromkeys(row.of, NOWHERE)), "403")
    if row.of and row.kind != "list":
        walk.expect(row, "any", walk.call(row, walk.any_ids(row)), "403")


def _door(walk: Walk, row: Row) -> None:
    walk.expect(row, "-", walk.call(row), "tried" if row.is_page else "400")


def _open(walk: Walk, row: Row) -> None:
    walk.expect(row, "-", walk.call(row, walk.any_ids(row)), "tried")


def _act(walk: Walk, row: Row) -> None:
    wanted = "tried" if role_of(walk.actor) in row.roles else "403"
    walk.expect(row, "-", walk.call(row, walk.any_ids(row)), wanted)


def _record_kind(walk: Walk, row: Row, seen: str) -> None:
    seen_by = named(row.readers, walk.actor)
    for relation in RELATIONS:
        ids = walk.ids(row, relation)
        may = relation in named(row.may, walk.actor)
        if ids is None or not (may or _is_looked_for(walk, row, relation)):
            continue
        wanted = "absent"
        if relation in seen_by:
            wanted = "tried" if may else seen
        walk.expect(row, relation, walk.call(row, ids), wanted)
    for mixed in _mixtures(walk, row):
        answer = walk.call(row, mixed)
        walk.cells["mixed"] += 1
        if answer.status not in (403, 404):
            walk.surprises.append(f"{row} {mixed}: one record's page opened another's part, {answer.status}")


def _is_looked_for(walk: Walk, row: Row, relation: str) -> bool:
    """Whether this actor tries this verb on a record where it is not theirs.

    Verbs look their record up like the pages that read it, which everybody tries on everything. Of the verbs every
    pair of actor, verb and relation is tried, and every third triple; all of them with ``HEMU_WALK=all``, as CI does.
    """
    if row.kind != "verb" or EVERYTHING:
        return True
    number = policy_order(row) + STAFF.index(walk.actor) + RELATIONS.index(relation)
    return number % 3 == 0


def _mixtures(walk: Walk, row: Row) -> list[dict[str, Any]]:
    """Addresses that name a record of one's own and a part of somebody else's."""
    own = next((ids for name in ("own", "child") if (ids := walk.ids(row, name)) is not None), None)
    far = walk.ids(row, "other")
    if len(row.of) < 2 or own is None or far is None:
        return []
    first, *parts = row.of
    return [{**own, **{part: far[part] for part in parts}}, {**far, first: own[first]}]


def _read(walk: Walk, row: Row) -> None:
    _record_kind(walk, row, "200" if row.method == "GET" else "tried")


def _verb(walk: Walk, row: Row) -> None:
    _record_kind(walk, row, "403")


def _public_verb(walk: Walk, row: Row) -> None:
    for relation in ("own", "child", "sibling", "other"):
        ids = walk.ids(row, relation)
        if ids is not None:
            wanted = "tried" if relation in named(row.may, walk.actor) else "403"
            walk.expect(row, relation, walk.call(row, ids), wanted)


def _list(walk: Walk, row: Row) -> None:
    answer = walk.call(row)
    walk.expect(row, "-", answer, "200")
    for relation in RELATIONS:
        is_shown = shows(walk, row, answer, relation)
        if is_shown is None:
            continue
        wanted = relation in named(row.readers, walk.actor)
        walk.cells["listed" if wanted else "not listed"] += 1
        if is_shown != wanted:
            walk.surprises.append(f"{row} {relation}: {'missing' if wanted else 'listed'}")


def shows(walk: Walk, row: Row, answer: Any, relation: str) -> bool | None:
    """Whether a list shows the record of a relation; None where there can be none. Counts nothing."""
    (noun,) = row.of.values()
    record = walk.world.find(noun, walk.actor, relation)
    if record is None or answer.status != 200:
        return None
    if not row.is_page:
        return record in {one["id"] for one in answer.json["results"]}
    text = f'"{reverse(row.link, args=[record])}"' if row.link else str(record)
    return text in answer.content.decode()


BY_ROLE = frozenset({"door", "open", "act", "verb", "public_verb"})
"""Kinds of row that ask for a role and a record one sees, and for no level."""
WALKS = {
    "door": _door,
    "open": _open,
    "act": _act,
    "read": _read,
    "verb": _verb,
    "public_verb": _public_verb,
    "list": _list,
}
