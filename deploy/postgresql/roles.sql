-- Two roles on one database: cogwg_owner owns the tables and migrates, restores and tries backups; cogwg_app, with which the
-- server and cron run, can only read and write rows, so it cannot drop the triggers that keep the audit log append-only.
-- deploy/configure runs it in psql, as a superuser or as a role that can create roles and databases, with the two passwords in
-- OWNER_PASSWORD and APP_PASSWORD. Run again, it sets the passwords, and changes nothing else.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\if :{?owner_password}
\else
DO $$ BEGIN RAISE EXCEPTION 'OWNER_PASSWORD is not set'; END $$;
\endif
\if :{?app_password}
\else
DO $$ BEGIN RAISE EXCEPTION 'APP_PASSWORD is not set'; END $$;
\endif
SELECT 'CREATE ROLE cogwg_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cogwg_owner') \gexec
SELECT 'CREATE ROLE cogwg_app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cogwg_app') \gexec
-- A superuser may act for the owner. Another role, such as the administrator of a managed PostgreSQL, must be its member.
SELECT format('GRANT cogwg_owner TO %I', current_user) WHERE NOT pg_has_role('cogwg_owner', 'USAGE') \gexec
-- It creates databases for drills alone.
ALTER ROLE cogwg_owner CREATEDB PASSWORD :'owner_password';
ALTER ROLE cogwg_app PASSWORD :'app_password';
SELECT $$CREATE DATABASE cogwg OWNER cogwg_owner ENCODING 'UTF8' TEMPLATE template0$$
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'cogwg') \gexec
\connect cogwg
-- Servers of other groups, whose databases are beside this one, cannot connect.
REVOKE CONNECT ON DATABASE cogwg FROM PUBLIC;
GRANT CONNECT ON DATABASE cogwg TO cogwg_owner, cogwg_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO cogwg_owner;
GRANT USAGE ON SCHEMA public TO cogwg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cogwg_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cogwg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cogwg_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO cogwg_app;
