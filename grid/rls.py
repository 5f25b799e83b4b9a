"""Row-level security: the second lock under ``visible_to`` (RELIABILITY.md rules 2 to 6).

The scope of a transaction is three settings: ``app.scope`` (ids of places), ``app.user`` and ``app.units``. Policies
compare level columns with the places by equality, or find the record in the access rows of the user or unit.
Unset or empty means no rows. They are set with ``set_config(..., true)``, so they end with the transaction.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from grid.scope import LEVELS, Held, Role, Standing

_PLACES = "(select nullif(current_setting('app.scope', true), ''))::bigint[]"
_USER = "(select nullif(current_setting('app.user', true), ''))::bigint"
_UNITS = "(select nullif(current_setting('app.units', true), ''))::bigint[]"

PLACE_CHECK = " or ".join(f"{column} = any ({_PLACES})" for column in LEVELS.values())
"""SQL: the row lies at or under one of my places."""

OWN_CHECK = f"user_id = {_USER}"
"""SQL: the row belongs to the signed-in user."""

OWN_UNIT = f"any ({_UNITS})"


def opened_check(record: str, key: str) -> str:
    """SQL: the incident or case (``record``) whose id is in column ``key`` was opened to me or my unit.

    The function reads the access rows past their own policy (cases migration 0002), which could not ask itself.
    """
    return f"{key} in (select hemu_opened_{record}s())"


def policy_sql(table: str, check: str) -> str:
    """SQL that locks ``table``: enabled, forced on the owner too, one policy for reading and writing."""
    return (
        f"alter table {table} enable row level security;\n"
        f"alter table {table} force row level security;\n"
        f"create policy {table}_scope on {table} using ({check}) with check ({check});\n"
    )


def policy_undo_sql(table: str) -> str:
    """SQL that takes the lock off again, for migrating backwards."""
    return (
        f"drop policy {table}_scope on {table};\n"
        f"alter table {table} no force row level security;\n"
        f"alter table {table} disable row level security;\n"
    )


def append_only_sql(table: str) -> str:
    """SQL that leaves everybody but the owner only reading and appending (DESIGN.md rule 4)."""
    return f"""
do $$ declare grantee text; begin
    for grantee in
        select distinct acl.grantee::regrole::text from pg_class c, aclexplode(c.relacl) acl
        where c.oid = '{table}'::regclass and acl.grantee <> c.relowner and acl.grantee <> 0
    loop execute 'revoke update, delete, truncate on {table} from ' || grantee; end loop;
end $$;
"""


def levels_follow_sql(parent: str, key: str, children: tuple[str, ...], name: str) -> str:
    """SQL for a trigger that copies a record's corrected place to its children, timelines included.

    The function runs as the owner, because nobody else may touch a timeline; policies hold for it all the same.
    """
    columns = ", ".join(LEVELS.values())
    sets = ", ".join(f"{column} = new.{column}" for column in LEVELS.values())
    updates = "\n".join(f"    update {child} set {sets} where {key} = new.id;" for child in children)
    return f"""
create function {name}() returns trigger language plpgsql security definer set search_path from current as $$
begin
{updates}
    return null;
end $$;
create trigger {name} after update of {columns} on {parent} for each row
    when (({", ".join(f"old.{column}" for column in LEVELS.values())}) is distinct from
          ({", ".join(f"new.{column}" for column in LEVELS.values())}))
    execute function {name}();
"""


_HELD_SQL = """
with held as (
    select p.role, p.unit_id, place.id as place_id, place.level, place.path,
           -- A grid worker reports for the whole village: what happened across the grid line still gets in.
           case when place.level = 'grid' then place.village_id else place.id end as scope_id
    from grid_post p
    join grid_unit u on u.id = p.unit_id
    join grid_unit place on place.id = coalesce(u.place_id, u.id)
    join grid_user who on who.id = p.user_id and who.is_active
    where p.user_id = %(user)s and p.confirmed_at is not null
      and p.starts_on <= (now() at time zone 'Asia/Shanghai')::date
      and (p.ends_on is null or p.ends_on > (now() at time zone 'Asia/Shanghai')::date)
)
select coalesce(json_agg(held), '[]'::json),
       set_config('app.scope', coalesce((select array_agg(distinct scope_id)::text from held), ''), true),
       set_config('app.units', coalesce((select array_agg(distinct unit_id)::text from held), ''), true),
       (select is_active from grid_user where id = %(user)s)
from held
"""

_ACCESS_PROBE_SQL = f"""
select exists (select 1 from cases_access a
               where (a.user_id = {_USER} or a.unit_id = any ({_UNITS})) and (a.until is null or a.until > now()))
"""


def enter(user: Any) -> Standing:
    """Set the scope of the running transaction to what ``user`` stands at, and remember the posts on the user.

    Rights are read here, once per request, so a post that ended counts no more with the next request, and neither
    does a token of somebody who was shut out (``Standing.is_active``).
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.user', %s, true)", [str(user.pk)])
        cursor.execute(_HELD_SQL, {"user": user.pk})
        rows, _scope, _units, is_active = cursor.fetchone()
        posts = tuple(
            Held(Role(row["role"]), row["unit_id"], row["place_id"], row["level"], row["path"])
            for row in (json.loads(rows) if isinstance(rows, str) else rows)
        )
        standing = Standing(user.pk, posts, is_active=bool(is_active))
        if standing.lists_subtrees:
            # Only where a whole subtree is listed does it pay to know that no access row widens the list.
            cursor.execute(_ACCESS_PROBE_SQL)
            standing.has_access_rows = bool(cursor.fetchone()[0])
    user._standing = standing
    return standing


def leave() -> None:
    """Empty the scope for the rest of the transaction."""
    _set(places="", user="", units="")


@contextmanager
def scope_of(user: Any) -> Iterator[Standing]:
    """Run a block in one transaction that sees what ``user`` sees."""
    with transaction.atomic(), _restored():
        yield enter(user)


@contextmanager
def system_scope() -> Iterator[None]:
    """Run a block in one transaction that sees every city: beat, tasks, commands (RELIABILITY.md rule 6)."""
    with transaction.atomic(), _restored():
        with connection.cursor() as cursor:
            cursor.execute(
                "select set_config('app.scope', coalesce((select array_agg(id)::text from grid_unit"
                " where level = 'city' and kind = 'division'), ''), true), set_config('app.user', '', true),"
                " set_config('app.units', '', true)"
            )
        yield


@contextmanager
def _restored() -> Iterator[None]:
    """Put the scope found before the block back after it, so that nested scopes do not widen the outer one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(current_setting('app.scope', true), ''), coalesce(current_setting('app.user', true), ''),"
            " coalesce(current_setting('app.units', true), '')"
        )
        places, user, units = cursor.fetchone()
    yield
    # After an error the transaction is rolled back, and the settings with it.
    _set(places=places, user=user, units=units)


def _set(*, places: str, user: str, units: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('app.scope', %s, true), set_config('app.user', %s, true),"
            " set_config('app.units', %s, true)",
            [places, user, units],
        )


_UNLOCKED_SQL = """
select c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = current_schema() and c.relkind in ('r', 'p', 'm')
  and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'city_id' and not a.attisdropped)
  and c.relname <> 'grid_unit'
  and not (c.relrowsecurity and c.relforcerowsecurity)
  and has_table_privilege(current_user, c.oid, 'select')
order by 1
"""

_ROLE_SQL = """
select r.rolsuper, r.rolbypassrls,
       exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = current_schema() and c.relkind = 'r' and c.relowner = r.oid)
from pg_roles r where r.rolname = current_user
"""


def unsafe_reasons() -> list[str]:
    """Say why this connection must not serve: a role that passes the locks, or a placed table without one (P6)."""
    reasons = []
    with connection.cursor() as cursor:
        cursor.execute(_ROLE_SQL)
        superuser, bypass, owner = cursor.fetchone()
        if superuser:
            reasons.append("the database role is a superuser")
        if bypass:
            reasons.append("the database role bypasses row-level security")
        if owner:
            reasons.append("the database role owns tables")
        cursor.execute(_UNLOCKED_SQL)
        reasons += [f"table {name} carries a place but no forced row-level security" for (name,) in cursor.fetchall()]
    return reasons


def refuse_unsafe_start() -> None:
    """Stop the process when the second lock is not in place.

    Raises ImproperlyConfigured naming every reason.
    """
    reasons = unsafe_reasons()
    connection.close()
    if reasons:
        raise ImproperlyConfigured(
            "拒绝启动：数据库角色或行级安全设置不安全。 (Refusing to start.) " + "; ".join(reasons)
        )
