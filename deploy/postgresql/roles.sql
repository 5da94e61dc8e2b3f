-- Two roles on one database: cogwg_owner owns the tables and migrates, restores and tries backups; cogwg_app, with which the
-- server and cron run, can only read and write rows, so it cannot drop the triggers that keep the audit log append-only.
-- Run it once as a superuser, in psql, with the two passwords in OWNER_PASSWORD and APP_PASSWORD:
-- docs/how-to/go-live.md.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
-- It creates databases for drills alone.
CREATE ROLE cogwg_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE cogwg_app LOGIN PASSWORD :'app_password';
CREATE DATABASE cogwg
    OWNER cogwg_owner ENCODING 'UTF8' TEMPLATE template0;
\connect cogwg
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO cogwg_owner;
GRANT USAGE ON SCHEMA public TO cogwg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cogwg_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cogwg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cogwg_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO cogwg_app;
