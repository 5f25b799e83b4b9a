-- The three roles of Hemu (docs/operations.md). Plain SQL that may run any number of times, by a superuser:
-- the embedded server runs it at every start, deploy/roles.sql includes it for an ordinary server.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['hemu_owner', 'hemu_app', 'hemu_backup'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I', role_name);
        end if;
    end loop;
end
$$;

-- Migrates; createdb is for test databases.
alter role hemu_owner with login createdb nosuperuser nocreaterole nobypassrls noreplication;
-- Serves requests, tasks and commands: rows only, and never past row-level security.
alter role hemu_app with login nocreatedb nosuperuser nocreaterole nobypassrls noreplication;
-- Dumps: must see every row, may change none.
alter role hemu_backup with login nocreatedb nosuperuser nocreaterole bypassrls noreplication;
grant pg_read_all_data to hemu_backup;
