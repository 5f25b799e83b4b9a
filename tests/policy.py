"""The access table, read: ``tests/policy.yaml`` as rows, for the API and for pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import reverse

from tests.api.client import BASE

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
    """One expectation about one operation, or about one method of a page."""

    method: str
    path: str
    """Below /api/v1 with parameters in braces; of a page, its URL name."""
    kind: str
    of: dict[str, str] = field(default_factory=dict, hash=False)
    """Parameter of the address -> noun whose record it names."""
    readers: dict[str, list[str]] = field(default_factory=dict, hash=False)
    may: dict[str, list[str]] = field(default_factory=dict, hash=False)
    roles: tuple[str, ...] = ()
    desk: tuple[str, ...] = ()
    """Roles for whom the page exists at all; none is everybody."""
    args: dict[str, str] = field(default_factory=dict, hash=False)
    query: str = ""
    link: str = ""
    """Of a page that lists: the page its lines link to; without one the record itself stands there as text."""
    slow: bool = False
    is_page: bool = False

    def address(self, ids: dict[str, Any]) -> str:
        """The address for the records named."""
        given = {**({} if self.kind == "list" else ids), **self.args}
        if self.is_page:
            return reverse(self.path, kwargs=given) + self.query
        path = self.path
        for name, value in given.items():
            path = path.replace("{" + name + "}", str(value))
        return f"{BASE}{path}{self.query}"

    def __str__(self) -> str:
        return f"{self.method} {self.path}{' ' if self.args else ''}{' '.join(self.args.values())}"


@cache
def policy() -> dict[str, Any]:
    """The table."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "policy.yaml").read_text())
    return read


@cache
def operations() -> tuple[Row, ...]:
    """Every expectation about the API."""
    return tuple(_rows("operations", "id"))


@cache
def pages() -> tuple[Row, ...]:
    """Every expectation about pages."""
    return tuple(_rows("pages", "pk"))


@cache
def policy_order(row: Row) -> int:
    """Where the row stands in its table."""
    return (pages() if row.is_page else operations()).index(row)


def _rows(table: str, parameter: str) -> Iterator[Row]:
    for name, said in policy()[table].items():
        methods, path = name.split(" ", 1)
        for one in said if isinstance(said, list) else [said]:
            given = dict(one)
            of = given.get("of", {})
            given["of"] = of if isinstance(of, dict) else {parameter: of}
            for group in ("readers", "may"):
                given[group] = policy()[group][given[group]] if group in given else {}
            for group in ("roles", "desk"):
                given[group] = tuple(given.get(group, ()))
            for method in methods.split("+"):
                yield Row(method, path, is_page=table == "pages", **given)


def role_of(actor: str) -> str:
    """The role an actor plays."""
    return next(role for role, actors in policy()["actors"].items() if actor in actors)


def is_first_of_role(actor: str) -> bool:
    """Whether the table names this actor first among those who play the role."""
    return bool(policy()["actors"][role_of(actor)][0] == actor)


def named(table: dict[str, list[str]], actor: str) -> list[str]:
    """The relations a table gives an actor."""
    return table.get("everybody") or table.get(role_of(actor), [])
