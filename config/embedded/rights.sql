-- Rights inside one database, given once per database by a superuser and safe to repeat.
-- The embedded server also runs it in template1, so that test databases start with the same rights.
do $$
begin
    if current_database() <> 'template1' then
        execute format('alter database %I owner to hemu_owner', current_database());
        execute format('revoke all on database %I from public', current_database());
        execute format('grant connect, temporary on database %I to hemu_app', current_database());
        execute format('grant connect on database %I to hemu_backup', current_database());
    end if;
end
$$;

alter schema public owner to hemu_owner;
revoke create on schema public from public;
grant usage on schema public to hemu_app, hemu_backup;

-- What the owner makes from now on, the application may use row by row.
alter default privileges for role hemu_owner in schema public
    grant select, insert, update, delete on tables to hemu_app;
alter default privileges for role hemu_owner in schema public
    grant usage, select on sequences to hemu_app;
-- Tables that were there before, if the application has no right to them at all: this file runs at every start, and
-- the right to change a timeline was taken away on purpose (grid/rls.py, append_only_sql).
do $$
declare
    found regclass;
begin
    for found in
        select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and not has_any_column_privilege('hemu_app', c.oid, 'select')
    loop
        execute format('grant select, insert, update, delete on %s to hemu_app', found);
    end loop;
end
$$;
grant usage, select on all sequences in schema public to hemu_app;
