-- The audit trail. What counts is `canonical`, the event as RFC 8785 JSON, and `hash`, the SHA-256 of the previous hash
-- and of it. The other columns are computed from it for searching: they cannot say anything else.
CREATE TABLE audit_events (
    canonical text NOT NULL CHECK (octet_length(canonical) <= 65536),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    seq bigint GENERATED ALWAYS AS ((canonical::jsonb ->> 'seq')::bigint) STORED PRIMARY KEY,
    date text COLLATE "C" GENERATED ALWAYS AS (canonical::jsonb ->> 'date') STORED NOT NULL,
    evenement text COLLATE "C" GENERATED ALWAYS AS (canonical::jsonb ->> 'evenement') STORED NOT NULL,
    acteur text COLLATE "C" GENERATED ALWAYS AS (canonical::jsonb ->> 'acteur') STORED NOT NULL CHECK (acteur <> ''),
    objet text COLLATE "C" GENERATED ALWAYS AS (canonical::jsonb ->> 'objet') STORED
);
CREATE INDEX audit_events_date ON audit_events (date);
CREATE INDEX audit_events_evenement ON audit_events (evenement, seq);
CREATE INDEX audit_events_acteur ON audit_events (acteur, seq);
CREATE INDEX audit_events_objet ON audit_events (objet, seq) WHERE objet IS NOT NULL;

-- The last number and the last hash. Whoever adds an event locks this row: numbers have no gaps, the chain no forks.
CREATE TABLE audit_head (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    seq bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_events_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events: % is not allowed', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_events_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_final();
-- Also where a session claims to be a replica.
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_final;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM CURRENT_USER, PUBLIC;
