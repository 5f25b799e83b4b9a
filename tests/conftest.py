"""Fixtures for all tests. Every test runs as the database role ``app``: the owner's rights would hide what RLS does."""

import gc
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from grid import rls
from tests.cast import Cast, build_cast
from tests.ground import GROUND
from tests.scene import Scene, build_scene

# A busy machine is no failure.
examples.register_profile("house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("house")

SEEDED = (
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "grid_unit",
    "cases_category",
    "cases_calendarday",
    "cases_calendaryear",
)
"""Tables that ``migrate`` fills; emptied by nobody."""


def pytest_collection_finish() -> None:
    """Look for garbage less often: what was imported stays, and a tenth of the time went into looking at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def own_cache(worker_id: str) -> None:
    """Give each process of a parallel run a cache of its own, which it may clear; the server has sixteen."""
    number = 4 + int(worker_id.removeprefix("gw")) % 12 if worker_id.startswith("gw") else 3
    where: dict[str, Any] = settings.CACHES["default"]
    where["LOCATION"] = re.sub(r"(db=|/)\d+$", rf"\g<1>{number}", str(where["LOCATION"]))


@pytest.fixture(autouse=True)
def chinese_first() -> None:
    """Forget the language that the test before chose: a request leaves its language with the thread."""
    translation.deactivate()


def owner_url(database: str) -> str:
    """The connection of the owner to a test database."""
    import os

    from config import embedded

    url = embedded.database_url("owner") if settings.EMBEDDED else os.environ["DATABASE_OWNER_URL"]
    return psycopg.conninfo.make_conninfo(url, dbname=database)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the owner create and migrate the test database; each process of a parallel run has its own."""
    owner = psycopg.conninfo.conninfo_to_dict(owner_url(""))
    settings_dict = connection.settings_dict
    settings_dict["APP_ROLE"] = (settings_dict["USER"], settings_dict["PASSWORD"])
    settings_dict["USER"], settings_dict["PASSWORD"] = str(owner.get("user", "")), str(owner.get("password", ""))
    connection.close()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database, go on as the app role, hand back to the owner to drop it.

    Always makes it: pytest-django's own fixture does so only for tests that ask with *its* fixtures, and a run of
    nothing but ``committed`` tests would find no tables.
    """
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            keepdb=django_db_keepdb and not django_db_createdb,
            # No test asks for the rows of the migrations back: none takes them away.
            serialized_aliases=set(),
        )
    connection.close()
    settings_dict = connection.settings_dict
    owner = settings_dict["USER"], settings_dict["PASSWORD"]
    settings_dict["USER"], settings_dict["PASSWORD"] = settings_dict.pop("APP_ROLE")
    yield
    database = str(settings_dict["NAME"])
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        _end_own_sessions(cursor, database)
    connection.close()
    settings_dict["USER"], settings_dict["PASSWORD"] = owner
    if not django_db_keepdb:
        with psycopg.connect(owner_url("postgres"), autocommit=True) as session:
            _end_own_sessions(session, database)
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


def _end_own_sessions(cursor: Any, database: str) -> None:
    """End what a thread of a test left open: a database in use cannot be dropped. A role may end its own alone."""
    cursor.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where datname = %s and usename = current_user and pid <> pg_backend_pid()",
        [database],
    )


def _made_cast() -> Cast:
    with rls.system_scope():
        return build_cast()


LAYERS: dict[str, Any] = {"cast": _made_cast, "scene": build_scene}
"""What tests may stand on, each on the one before it; asked for by the fixture of that name."""


@pytest.fixture(scope="module", autouse=True)
def ground_of_module(django_db_blocker: Any) -> Iterator[None]:
    """Leave bare ground to the next module, whose own fixtures may want it."""
    yield
    with django_db_blocker.unblock():
        GROUND.clear()


@pytest.fixture(autouse=True)
def ground(request: pytest.FixtureRequest, django_db_blocker: Any) -> dict[str, Any]:
    """Lay what the test asks for under it, and give it copies of that."""
    asked = set(request.fixturenames)
    if "django_db_setup" not in asked:
        return {}
    request.getfixturevalue("django_db_setup")
    deepest = max((n for n, name in enumerate(LAYERS) if name in asked), default=-1)
    is_seen_by_others = bool(asked & {"committed", "committed_cast"})
    with django_db_blocker.unblock():
        GROUND.stand({} if is_seen_by_others else dict(list(LAYERS.items())[: deepest + 1]))
        return GROUND.copies() if GROUND.layers else {}


@pytest.fixture
def cast(ground: dict[str, Any], db: None) -> Cast:
    """The cast; whatever a test does to it is rolled back."""
    return ground["cast"] if "cast" in ground else _made_cast()


@pytest.fixture
def scene(ground: dict[str, Any], cast: Cast) -> Scene:
    """The lived-in street of the cast."""
    return ground["scene"] if "scene" in ground else build_scene(cast)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database that other processes and threads see; everything but the seeds is swept afterwards."""
    yield from _committed(django_db_blocker)


@pytest.fixture(scope="module")
def committed_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The same for a whole module that only reads, or undoes what it writes."""
    yield from _committed(django_db_blocker)


def _committed(blocker: Any) -> Iterator[None]:
    with blocker.unblock():
        GROUND.clear()
        connection.close()
        with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as owner:
            last_unit = owner.execute("select max(id) from grid_unit").fetchone()
        yield
        GROUND.clear()
        connection.close()
        _sweep(last_unit)


def _sweep(last_unit: Any) -> None:
    from cases import codes, envelope
    from grid import atlas

    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as owner:
        tables = owner.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and not relname = any (%s)",
            [list(SEEDED)],
        ).fetchall()
        owner.execute(f"truncate {', '.join(name for (name,) in tables)} restart identity cascade")
        owner.execute("delete from grid_unit where id > %s", last_unit)
    atlas.forget()
    codes.forget()
    envelope._opened.clear()


@pytest.fixture
def committed_cast(committed: None) -> Cast:
    """The cast, committed."""
    with rls.system_scope():
        return build_cast()
