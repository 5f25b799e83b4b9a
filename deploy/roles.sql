-- Roles and database for an ordinary PostgreSQL server (15 or newer), once, as a superuser; safe to repeat:
--
--   psql -d postgres -v owner_password=... -v app_password=... -v backup_password=... -f deploy/roles.sql
--
-- Then set (docs/operations.md):
--   DATABASE_OWNER_URL=postgresql://hemu_owner:...@host/hemu   for manage.py migrate alone
--   DATABASE_URL=postgresql://hemu_app:...@host/hemu           for everything else
-- "-v database=NAME" chooses another name than hemu, "-v locale=..." another locale than C.UTF-8.
\set ON_ERROR_STOP on
\if :{?database} \else \set database hemu \endif
\if :{?locale} \else \set locale 'C.UTF-8' \endif

\ir ../config/embedded/roles.sql
alter role hemu_owner password :'owner_password';
alter role hemu_app password :'app_password';
alter role hemu_backup password :'backup_password';

-- Sorted by code point everywhere alike; the character type knows Chinese letters.
select format(
    'create database %I owner hemu_owner template template0 encoding ''UTF8'' lc_collate ''C'' lc_ctype %L',
    :'database', :'locale'
)
where not exists (select from pg_database where datname = :'database') \gexec

\connect :database
\ir ../config/embedded/rights.sql
