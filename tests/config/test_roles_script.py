"""deploy/roles.sql makes on an ordinary server what the embedded one has by itself."""

import subprocess

import psycopg
import pytest

from config.embedded.places import postgres_programs
from tests.config.installation import Installation
from tests.processes import BASE

pytestmark = pytest.mark.process

PASSWORDS = {"owner_password": "o'wner", "app_password": "a pp", "backup_password": "backup"}
ROLES = ("hemu_owner", "hemu_app", "hemu_backup")


def run_script(installation: Installation, database: str) -> None:
    """Run the script as the operator would, with the wheel's psql."""
    command = [str(postgres_programs() / "psql"), "-X", "-q", "-h", str(installation.where.sockets), "-U", "postgres"]
    variables = [f"--set={name}={value}" for name, value in {**PASSWORDS, "database": database, "locale": "C"}.items()]
    subprocess.run([*command, "-d", "postgres", *variables, "-f", str(BASE / "deploy" / "roles.sql")], check=True)


def test_script_makes_roles_and_database_and_may_be_repeated(installation: Installation) -> None:
    user = installation.user()
    # As if they had never been made.
    for role in ROLES:
        installation.sql(f"alter role {role} rename to former_{role}", role="postgres", database="postgres")
    for _ in range(2):
        run_script(installation, "city")
    rows = installation.sql(
        "select rolname, rolcanlogin, rolcreatedb, rolsuper, rolbypassrls, rolpassword is not null from pg_authid "
        "where rolname = any(%s) order by rolname",
        list(ROLES),
        role="postgres",
        database="postgres",
    )
    assert rows == [
        ("hemu_app", True, False, False, False, True),
        ("hemu_backup", True, False, False, True, True),
        ("hemu_owner", True, True, False, False, True),
    ]
    installation.sql("create table case_file (id bigserial primary key)", database="city")
    installation.sql("insert into case_file default values", role="hemu_app", database="city")
    assert installation.sql("select count(*) from case_file", role="hemu_backup", database="city") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        installation.sql("create table mine (n int)", role="hemu_app", database="city")
    user.end()
