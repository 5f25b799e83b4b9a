"""The table forgets no operation and no page, and names what there is."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.api import contract
from tests.api.client import BASE
from tests.policy import STAFF, operations, pages, policy
from tests.world import RELATIONS


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
