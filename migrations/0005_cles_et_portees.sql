-- Keys of machines, and the walls behind the service's own: rows by office, and a role that owns nothing.

-- Rows of `target`, by its column `bureau`, are only seen and written by statements that say for which office they are:
-- set_config('inspectia.bureau', CODE, true), or '*' for all of them. Without it there are no rows, for the owner either.
CREATE PROCEDURE scope_by_office(target regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    -- In parentheses the setting is read once a statement, not once a row.
    EXECUTE format(
        $policy$CREATE POLICY bureau_en_portee ON %s USING (
            (SELECT current_setting('inspectia.bureau', true)) = '*'
            OR bureau = (SELECT current_setting('inspectia.bureau', true)))$policy$, target);
END $$;

-- Gives the role that the service works as what it needs of the tables there are, and no more; the owner calls it after
-- each migration. False where there is no such role, or where it is the owner itself.
CREATE FUNCTION grant_service_rights(service name) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    item record;
    wanted text;
BEGIN
    IF service = current_user OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN RETURN false; END IF;
    FOR item IN SELECT oid, relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    LOOP
        FOREACH wanted IN ARRAY CASE item.relname
            -- What was written stays.
            WHEN 'audit_events' THEN ARRAY['SELECT', 'INSERT']
            WHEN 'audit_head' THEN ARRAY['SELECT', 'UPDATE']
            WHEN 'schema_migrations' THEN ARRAY['SELECT']
            -- Who is erased keeps the row, and a hold that was lifted its trace.
            WHEN 'personnes' THEN ARRAY['SELECT', 'INSERT', 'UPDATE']
            WHEN 'personnes_conservations' THEN ARRAY['SELECT', 'INSERT', 'UPDATE']
            ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END
        LOOP
            IF NOT has_table_privilege(service, item.oid, wanted) THEN
                EXECUTE format('GRANT %s ON %s TO %I', wanted, item.oid::regclass, service);
            END IF;
        END LOOP;
    END LOOP;
    FOR item IN SELECT oid FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace
            AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(service, oid, 'USAGE') END
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', item.oid::regclass, service);
    END LOOP;
    RETURN true;
END $$;

-- Only hashes of the secrets. `previous_hash` is what a rotation left valid for a while.
CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    prefix text COLLATE "C" NOT NULL UNIQUE CHECK (length(prefix) = 11),
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    previous_hash bytea CHECK (octet_length(previous_hash) = 32),
    previous_until timestamptz,
    permissions text[] NOT NULL CHECK (cardinality(permissions) BETWEEN 1 AND 50),
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    rotated_at timestamptz,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_keys_valid ON api_keys (expires_at) WHERE revoked_at IS NULL;
CALL scope_by_office('api_keys');
