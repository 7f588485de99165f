-- Retention: what has expired goes, some at a time, and leaves a tombstone, a line of `purges` and an event of the audit
-- trail. What may go is decided here and not by whoever asks: the service's role deletes nothing by itself.

-- How long declarations are kept, and all that hangs on them. Only the owner writes it.
CREATE TABLE conservation (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    mois integer NOT NULL CHECK (mois BETWEEN 6 AND 1200),
    -- From then on the service purges by itself: nobody is surprised by an update, nor by a slip in the settings.
    purge_des timestamptz NOT NULL
);
INSERT INTO conservation (mois, purge_des) VALUES (60, now() + interval '30 days');

-- Each part that went. `empreinte` is of the tombstones that it left, as `purge_tombstones` tells them.
CREATE TABLE purges (
    numero bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    genre text NOT NULL CHECK (genre IN ('proces_verbaux', 'declarations', 'documents', 'personnes', 'features', 'journal')),
    limite timestamptz NOT NULL,
    comptes jsonb NOT NULL CHECK (jsonb_typeof(comptes) = 'object'),
    empreinte bytea CHECK (octet_length(empreinte) = 32),
    -- Lines of the past went: instances that remember it make it anew.
    change_le_passe boolean NOT NULL DEFAULT false,
    -- The last event of the audit trail that went.
    jusqu_a bigint CHECK ((jusqu_a IS NOT NULL) = (genre = 'journal')),
    faite_le timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX purges_du_passe ON purges (numero) WHERE change_le_passe;

-- Tombstones: what proves later that a decision that somebody shows is the one that was taken.
CREATE TABLE declarations_purgees (
    id uuid PRIMARY KEY,
    numero_declaration text COLLATE "C" NOT NULL UNIQUE,
    bureau text COLLATE "C" NOT NULL,
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    purge bigint NOT NULL REFERENCES purges
);
CREATE INDEX declarations_purgees_purge ON declarations_purgees (purge);
CREATE TABLE decisions_purgees (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations_purgees,
    version integer NOT NULL,
    prediction_id uuid NOT NULL UNIQUE,
    bureau text COLLATE "C" NOT NULL,
    voie text NOT NULL,
    jour date NOT NULL,
    -- SHA-256 of the record, as the event of the decision has it; and that of what was declared.
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    empreinte_declaration bytea NOT NULL CHECK (octet_length(empreinte_declaration) = 32)
);
CREATE INDEX decisions_purgees_declaration ON decisions_purgees (declaration_id);
CREATE TABLE proces_verbaux_purges (
    id uuid PRIMARY KEY,
    bureau text COLLATE "C" NOT NULL,
    annee smallint NOT NULL,
    numero integer NOT NULL,
    etat text NOT NULL,
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    etabli_le timestamptz NOT NULL,
    fin_le timestamptz NOT NULL,
    purge bigint NOT NULL REFERENCES purges,
    UNIQUE (bureau, annee, numero)
);
CREATE INDEX proces_verbaux_purges_purge ON proces_verbaux_purges (purge);
CREATE TABLE documents_purges (
    id uuid PRIMARY KEY,
    bureau text COLLATE "C",
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    purge bigint NOT NULL REFERENCES purges
);
CREATE INDEX documents_purges_purge ON documents_purges (purge);
CALL scope_by_office('declarations_purgees');
CALL scope_by_office('decisions_purgees');
CALL scope_by_office('proces_verbaux_purges');
CALL scope_by_office('documents_purges');

-- Files on disk that no document names any more; the service removes them, and then the line.
CREATE TABLE fichiers_a_effacer (empreinte bytea PRIMARY KEY CHECK (octet_length(empreinte) = 32));

INSERT INTO service_rights VALUES
    ('conservation', '{SELECT}'), ('purges', '{SELECT}'), ('declarations_purgees', '{SELECT}'),
    ('decisions_purgees', '{SELECT}'), ('proces_verbaux_purges', '{SELECT}'), ('documents_purges', '{SELECT}'),
    ('fichiers_a_effacer', '{SELECT,DELETE}');

-- A number that was purged is never declared again, whatever way it comes. Asked one by one, there is no plan that would
-- read all of them.
CREATE FUNCTION numbers_are_not_purged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nouvelles n WHERE (
        SELECT p.id FROM declarations_purgees p WHERE p.numero_declaration = n.numero_declaration) IS NOT NULL)
    THEN
        RAISE EXCEPTION 'declarations: a number was purged' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER declarations_non_purgees AFTER INSERT ON declarations
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION numbers_are_not_purged();

-- Nothing is purged without an event.
CREATE FUNCTION purges_are_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_events WHERE objet = 'purge:' || NEW.numero
        AND evenement = CASE NEW.genre WHEN 'journal' THEN 'journal.coupe' ELSE 'retention.purge' END)
    THEN
        RAISE EXCEPTION 'purges: the audit trail does not tell of it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purges_told AFTER INSERT ON purges DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION purges_are_told();

-- What was decided, found and learned goes only where a tombstone says so. The column is whose tombstone it is.
CREATE FUNCTION rows_leave_a_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT (to_jsonb(a) ->> TG_ARGV[0])::uuid AS id FROM anciennes a) a
        WHERE NOT EXISTS (SELECT FROM declarations_purgees p WHERE p.id = a.id)
            AND NOT EXISTS (SELECT FROM proces_verbaux_purges p WHERE p.id = a.id))
    THEN
        RAISE EXCEPTION '%: % is not allowed', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT * FROM (VALUES
        ('decisions', 'declaration_id', 'UPDATE OR TRUNCATE'), ('predictions', 'declaration_id', 'UPDATE OR TRUNCATE'),
        ('outcomes', 'declaration_id', 'UPDATE OR TRUNCATE'), ('feedbacks', 'declaration_id', 'UPDATE OR TRUNCATE'),
        ('history_log', 'declaration_id', 'UPDATE OR TRUNCATE'),
        ('declaration_versions', 'declaration_id', 'UPDATE OR TRUNCATE'),
        ('proces_verbaux_declarations', 'pv_id', 'UPDATE OR TRUNCATE'),
        ('proces_verbaux', 'id', 'TRUNCATE'), ('declarations', 'id', NULL)) AS t (nom, colonne, jamais)
    LOOP
        IF item.jamais IS NOT NULL THEN
            EXECUTE format('DROP TRIGGER %I ON %I', item.nom || '_final', item.nom);
            EXECUTE format('CREATE TRIGGER %I BEFORE %s ON %I FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final()',
                item.nom || '_final', item.jamais, item.nom);
        END IF;
        EXECUTE format(
            'CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS anciennes
                FOR EACH STATEMENT EXECUTE FUNCTION rows_leave_a_tombstone(%L)',
            item.nom || '_purges', item.nom, item.colonne);
    END LOOP;
END $$;

-- What was learned stays: it tells about nobody, and the bandit's state is the fold of it.
ALTER TABLE bandit_events DROP CONSTRAINT bandit_events_decision_id_fkey;

-- Whatever refers to what goes is looked for by an index.
CREATE INDEX declarations_decision ON declarations (decision_id);
CREATE INDEX feedbacks_decision ON feedbacks (decision_id);
CREATE INDEX declaration_versions_decision ON declaration_versions (decision_id);
CREATE INDEX declaration_versions_importateur ON declaration_versions (importateur) WHERE importateur IS NOT NULL;
CREATE INDEX proces_verbaux_declarations_decision ON proces_verbaux_declarations (decision_id);
CREATE INDEX attributions_declaration ON attributions (declaration_id);
CREATE INDEX provenances_extraction ON provenances (extraction_id) WHERE extraction_id IS NOT NULL;
CREATE INDEX jobs_document ON jobs (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX layout_sightings_document ON layout_sightings (document_id);

-- Time as these functions know it: only the owner could say otherwise.
CREATE FUNCTION moment_de_conservation() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';
-- What nobody has acted upon since then has expired.
CREATE FUNCTION limite_de_conservation() RETURNS timestamptz LANGUAGE sql STABLE AS
    'SELECT moment_de_conservation() - make_interval(months => greatest(6, mois)) FROM conservation';

-- The smallest identifier of a moment.
CREATE FUNCTION premier_uuid(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(greatest(0, floor(extract(epoch FROM moment) * 1000))::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Features are the bulk of what is kept, and nothing refers to them: a quarter a partition, by when the prediction was
-- made. What there was becomes the first one as it is, without being copied. A prediction and its features are written by
-- one statement; no foreign key says so any more, so that a whole quarter may go at once after its predictions.
SELECT set_config('inspectia.bureau', '*', true);
ALTER TABLE features DROP CONSTRAINT features_prediction_id_fkey;
ALTER TABLE features RENAME TO features_origine;
ALTER TABLE features_origine RENAME CONSTRAINT features_pkey TO features_origine_pkey;
ALTER TABLE features_origine RENAME CONSTRAINT features_jeu_chapitre_fkey TO features_origine_jeu_chapitre_fkey;
CREATE TABLE features (
    LIKE features_origine INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION INCLUDING STORAGE,
    PRIMARY KEY (prediction_id),
    FOREIGN KEY (jeu, chapitre) REFERENCES feature_sets
) PARTITION BY RANGE (prediction_id);
CALL scope_by_office('features');

CREATE FUNCTION trimestre(moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
    $$SELECT date_trunc('quarter', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'$$;
CREATE VIEW features_partitions AS
    SELECT c.oid, c.relname AS nom, pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' AS est_defaut,
        coalesce((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([-0-9a-f]+)''\)'))[1],
            '00000000-0000-0000-0000-000000000000')::uuid AS debut,
        (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([-0-9a-f]+)''\)'))[1]::uuid AS fin
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'features'::regclass;

-- Rows that still have their prediction stay.
CREATE FUNCTION features_outlive_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM anciennes a JOIN predictions p ON p.id = a.prediction_id) THEN
        RAISE EXCEPTION 'features: % is not allowed', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE PROCEDURE guard_features(target regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER features_final BEFORE UPDATE OR TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final()', target);
    EXECUTE format('CREATE TRIGGER features_purges AFTER DELETE ON %s REFERENCING OLD TABLE AS anciennes
        FOR EACH STATEMENT EXECUTE FUNCTION features_outlive_nothing()', target);
END $$;
DROP TRIGGER features_final ON features_origine;
CALL guard_features('features');
CALL guard_features('features_origine');

CREATE TABLE features_hors_trimestre (LIKE features INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION
    INCLUDING STORAGE);
CALL scope_by_office('features_hors_trimestre');
CALL guard_features('features_hors_trimestre');
ALTER TABLE features ATTACH PARTITION features_hors_trimestre DEFAULT;
DO $$
DECLARE
    dernier timestamptz;
    item record;
BEGIN
    SELECT to_timestamp(('x' || left(replace(prediction_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
        FROM features_origine ORDER BY prediction_id DESC LIMIT 1 INTO dernier;
    EXECUTE format('ALTER TABLE features ATTACH PARTITION features_origine FOR VALUES FROM (MINVALUE) TO (%L)',
        premier_uuid(trimestre(greatest(now(), dernier)) + interval '3 months'));
    -- Whoever works with the table works with all of it.
    FOR item IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'features_origine' AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE ALL ON features_origine FROM %I', item.grantee);
        EXECUTE format('GRANT SELECT, INSERT ON features TO %I', item.grantee);
    END LOOP;
END $$;

-- This quarter's partition and those of the next year; a quarter that the rest has rows of stays there. How many were made.
CREATE FUNCTION preparer_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET lock_timeout = '2s' AS $$
DECLARE
    moment timestamptz;
    premier uuid;
    suivant uuid;
    nouvelle text;
    faites integer := 0;
BEGIN
    PERFORM set_config('inspectia.bureau', '*', true);
    -- Of several instances one makes them.
    IF NOT pg_try_advisory_xact_lock(7953748292032) THEN RETURN 0; END IF;
    FOR k IN 0..4 LOOP
        moment := trimestre(moment_de_conservation() + make_interval(months => 3 * k));
        premier := premier_uuid(moment);
        suivant := premier_uuid(moment + interval '3 months');
        nouvelle := 'features_' || to_char(moment AT TIME ZONE 'UTC', 'YYYY"_t"Q');
        CONTINUE WHEN to_regclass(nouvelle) IS NOT NULL
            OR EXISTS (SELECT FROM features_partitions p WHERE p.debut < suivant AND p.fin > premier)
            OR EXISTS (SELECT FROM features_hors_trimestre f
                WHERE f.prediction_id >= premier AND f.prediction_id < suivant);
        -- Made apart and then attached, it holds up nobody who writes.
        EXECUTE format('CREATE TABLE %I (LIKE features INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION
            INCLUDING STORAGE)', nouvelle);
        CALL scope_by_office(nouvelle::regclass);
        CALL guard_features(nouvelle::regclass);
        EXECUTE format('ALTER TABLE features ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', nouvelle, premier,
            suivant);
        faites := faites + 1;
    END LOOP;
    RETURN faites;
END $$;

-- Whether nothing keeps a declaration: its last act lies before the limit, nobody has it in hand, no hold is open on whom
-- it names. What was only imported counts from its import on.
CREATE FUNCTION est_expiree(la_declaration uuid, limite timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM declarations d WHERE d.id = la_declaration AND d.recue_le < limite
            AND NOT EXISTS (SELECT FROM decisions x WHERE x.declaration_id = d.id AND x.prise_le >= limite)
            AND NOT EXISTS (SELECT FROM declaration_versions v WHERE v.declaration_id = d.id AND v.remplacee_le >= limite)
            AND NOT EXISTS (SELECT FROM feedbacks f WHERE f.declaration_id = d.id AND f.donne_le >= limite)
            AND NOT EXISTS (SELECT FROM outcomes o WHERE o.declaration_id = d.id AND o.inscrite_le >= limite)
            AND NOT EXISTS (SELECT FROM attributions a WHERE a.declaration_id = d.id AND a.fin IS NULL
                AND a.expire_le > moment_de_conservation())
            AND NOT EXISTS (SELECT FROM provenances p JOIN jobs j ON j.document_id = p.document_id
                WHERE p.declaration_id = d.id AND j.etat IN ('en_file', 'en_cours'))
            AND NOT EXISTS (SELECT FROM parties q JOIN personnes_conservations c ON c.personne_id = q.personne_id
                WHERE q.declaration_id = d.id AND c.levee_le IS NULL)
            AND NOT EXISTS (SELECT FROM personnes_conservations c
                WHERE c.personne_id = d.importateur AND c.levee_le IS NULL))
$$;
-- The same of a procès-verbal: it has ended, and nothing keeps what it is about.
CREATE FUNCTION est_expire(le_pv uuid, limite timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM proces_verbaux p WHERE p.id = le_pv AND p.etat IN ('clos', 'annule') AND p.fin_le < limite
            AND NOT EXISTS (SELECT FROM personnes_conservations c
                WHERE c.personne_id = p.personne_id AND c.levee_le IS NULL)
            AND NOT EXISTS (SELECT FROM proces_verbaux_declarations v JOIN personnes_conservations c USING (personne_id)
                WHERE v.pv_id = p.id AND c.levee_le IS NULL)
            AND NOT EXISTS (SELECT FROM proces_verbaux_declarations v
                WHERE v.pv_id = p.id AND NOT est_expiree(v.declaration_id, limite)))
$$;

-- SHA-256 over the tombstones of a purge: their lines, in the order of their bytes, with a line feed between them.
CREATE FUNCTION empreinte_de_purge(la_purge bigint) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(coalesce(string_agg(ligne, chr(10) ORDER BY ligne COLLATE "C"), ''), 'UTF8')) FROM (
        SELECT format('declaration %s %s', numero_declaration, encode(empreinte, 'hex')) AS ligne
            FROM declarations_purgees WHERE purge = la_purge
        UNION ALL SELECT format('decision %s %s %s %s %s', x.id, x.voie, to_char(x.jour, 'YYYY-MM-DD'),
                encode(x.empreinte, 'hex'), encode(x.empreinte_declaration, 'hex'))
            FROM decisions_purgees x JOIN declarations_purgees d ON d.id = x.declaration_id WHERE d.purge = la_purge
        UNION ALL SELECT format('pv %s/%s/%s %s %s', annee, bureau, numero, etat, encode(empreinte, 'hex'))
            FROM proces_verbaux_purges WHERE purge = la_purge
        UNION ALL SELECT format('document %s %s', id, encode(empreinte, 'hex'))
            FROM documents_purges WHERE purge = la_purge) t
$$;

-- Each of these takes away what the caller has locked and found expired, and says what it was.
CREATE FUNCTION purger_declarations(ids uuid[], la_purge bigint, limite timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    decisions_ids uuid[] := ARRAY(SELECT id FROM decisions WHERE declaration_id = ANY (ids));
    predictions_ids uuid[] := ARRAY(SELECT id FROM predictions WHERE declaration_id = ANY (ids));
    comptes jsonb;
BEGIN
    INSERT INTO declarations_purgees (id, numero_declaration, bureau, empreinte, purge)
        SELECT id, numero_declaration, bureau, empreinte, la_purge FROM declarations WHERE id = ANY (ids);
    INSERT INTO decisions_purgees (id, declaration_id, version, prediction_id, bureau, voie, jour, empreinte,
            empreinte_declaration)
        SELECT x.id, x.declaration_id, x.declaration_version, x.prediction_id, x.bureau, x.voie, x.jour,
            sha256(convert_to(x.enregistrement, 'UTF8')), coalesce(v.empreinte, d.empreinte)
        FROM decisions x JOIN declarations d ON d.id = x.declaration_id
            LEFT JOIN declaration_versions v ON v.declaration_id = x.declaration_id AND v.version = x.declaration_version
        WHERE x.id = ANY (decisions_ids);
    -- Plans that were made when there was none would go through all of them.
    IF (SELECT reltuples FROM pg_class WHERE oid = 'declarations_purgees'::regclass) < 1000 THEN
        ANALYZE declarations_purgees;
    END IF;
    SELECT jsonb_build_object('declarations', count(*), 'decisions', cardinality(decisions_ids),
            'verdicts', (SELECT count(*) FROM feedbacks WHERE declaration_id = ANY (ids)),
            'issues', (SELECT count(*) FROM outcomes WHERE declaration_id = ANY (ids)),
            'lignes_du_passe', (SELECT count(*) FROM history_log WHERE declaration_id = ANY (ids)),
            'du', min(recue_le), 'au', max(recue_le))
        FROM declarations WHERE id = ANY (ids) INTO comptes;
    DELETE FROM attributions WHERE declaration_id = ANY (ids);
    DELETE FROM decisions_expirees WHERE decision_id = ANY (decisions_ids);
    DELETE FROM feedbacks WHERE declaration_id = ANY (ids);
    DELETE FROM outcomes WHERE declaration_id = ANY (ids);
    DELETE FROM history_log WHERE declaration_id = ANY (ids);
    DELETE FROM provenances WHERE declaration_id = ANY (ids);
    DELETE FROM declaration_versions WHERE declaration_id = ANY (ids);
    DELETE FROM decisions WHERE id = ANY (decisions_ids);
    DELETE FROM predictions WHERE id = ANY (predictions_ids);
    -- Those of a quarter that has expired as a whole go with it.
    DELETE FROM features WHERE prediction_id = ANY (predictions_ids) AND prediction_id >= coalesce(
        (SELECT fin FROM features_partitions WHERE fin <= premier_uuid(limite) ORDER BY fin DESC LIMIT 1),
        '00000000-0000-0000-0000-000000000000');
    DELETE FROM parties WHERE declaration_id = ANY (ids);
    DELETE FROM articles WHERE declaration_id = ANY (ids);
    DELETE FROM declarations WHERE id = ANY (ids);
    RETURN comptes;
END $$;

CREATE FUNCTION purger_proces_verbaux(ids uuid[], la_purge bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    comptes jsonb;
BEGIN
    INSERT INTO proces_verbaux_purges (id, bureau, annee, numero, etat, empreinte, etabli_le, fin_le, purge)
        SELECT id, bureau, annee, numero, etat, empreinte, etabli_le, fin_le, la_purge
        FROM proces_verbaux WHERE id = ANY (ids);
    SELECT jsonb_build_object('proces_verbaux', count(*), 'du', min(etabli_le), 'au', max(etabli_le))
        FROM proces_verbaux WHERE id = ANY (ids) INTO comptes;
    DELETE FROM proces_verbaux_declarations WHERE pv_id = ANY (ids);
    DELETE FROM proces_verbaux WHERE id = ANY (ids);
    RETURN comptes;
END $$;

CREATE FUNCTION purger_documents(ids uuid[], la_purge bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    travaux uuid[] := ARRAY(SELECT id FROM jobs WHERE document_id = ANY (ids));
    comptes jsonb;
BEGIN
    INSERT INTO documents_purges (id, bureau, empreinte, purge)
        SELECT id, bureau, empreinte, la_purge FROM documents WHERE id = ANY (ids);
    SELECT jsonb_build_object('documents', count(*), 'octets', sum(octets), 'travaux', cardinality(travaux),
            'du', min(recu_le), 'au', max(recu_le))
        FROM documents WHERE id = ANY (ids) INTO comptes;
    DELETE FROM job_rejets WHERE job_id = ANY (travaux);
    DELETE FROM jobs WHERE id = ANY (travaux);
    DELETE FROM layout_sightings WHERE document_id = ANY (ids);
    DELETE FROM extractions WHERE document_id = ANY (ids);
    DELETE FROM documents WHERE id = ANY (ids);
    INSERT INTO fichiers_a_effacer (empreinte)
        SELECT DISTINCT p.empreinte FROM documents_purges p WHERE p.purge = la_purge
            AND NOT EXISTS (SELECT FROM documents d WHERE d.empreinte = p.empreinte)
        ON CONFLICT DO NOTHING;
    RETURN comptes;
END $$;

-- Of these, whom nothing refers to, whatever tables there are.
CREATE FUNCTION personnes_oubliees(candidats uuid[], limite timestamptz) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    item record;
BEGIN
    candidats := ARRAY(SELECT c.id FROM unnest(candidats) AS c (id)
        WHERE NOT EXISTS (SELECT FROM personnes_conservations k WHERE k.personne_id = c.id
            AND (k.levee_le IS NULL OR k.levee_le >= limite)));
    FOR item IN SELECT k.conrelid::regclass AS nom, a.attname AS colonne FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND k.confrelid = 'personnes'::regclass
            AND k.conrelid <> 'personnes_conservations'::regclass
    LOOP
        EXECUTE format('SELECT ARRAY(SELECT c.id FROM unnest($1) AS c (id)
            WHERE NOT EXISTS (SELECT FROM %s r WHERE r.%I = c.id))', item.nom, item.colonne)
            USING candidats INTO candidats;
    END LOOP;
    RETURN candidats;
END $$;
CREATE FUNCTION purger_personnes(ids uuid[]) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM personnes_conservations WHERE personne_id = ANY (ids);
    DELETE FROM personnes WHERE id = ANY (ids);
    -- Instances drop the keys that they have unwrapped.
    PERFORM pg_notify('coffre', 'effacee:' || t.id) FROM unnest(ids) AS t (id);
    RETURN jsonb_build_object('personnes', cardinality(ids));
END $$;

-- Quarters of features that have expired and have no prediction left go whole; rows that outlived theirs go from the others.
CREATE FUNCTION purger_features(combien integer, limite timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    item record;
    tombees text[] := '{}';
    lignes integer := 0;
    fait integer;
BEGIN
    FOR item IN SELECT * FROM features_partitions WHERE fin <= premier_uuid(limite) OR est_defaut ORDER BY fin LOOP
        IF NOT item.est_defaut
            AND NOT EXISTS (SELECT FROM predictions p WHERE p.id >= item.debut AND p.id < item.fin)
        THEN
            EXECUTE format('DROP TABLE %I', item.nom);
            tombees := tombees || item.nom::text;
        ELSIF lignes < combien THEN
            EXECUTE format('DELETE FROM features WHERE prediction_id IN (SELECT f.prediction_id FROM %I f
                WHERE NOT EXISTS (SELECT FROM predictions p WHERE p.id = f.prediction_id) LIMIT $1)', item.nom)
                USING combien - lignes;
            GET DIAGNOSTICS fait = ROW_COUNT;
            lignes := lignes + fait;
        END IF;
    END LOOP;
    IF lignes = 0 AND tombees = '{}' THEN RETURN NULL; END IF;
    RETURN jsonb_build_object('lignes', lignes, 'partitions', to_jsonb(tombees));
END $$;

-- Takes away the next that have expired of a kind, `combien` at most, after an identifier: the one door for the service,
-- which says neither when nor how old. `le_dernier` is where to go on; null at the end. No row: another is at it.
CREATE FUNCTION purger(le_genre text, apres uuid, combien integer)
    RETURNS TABLE (le_numero bigint, le_dernier uuid, les_comptes jsonb, l_empreinte bytea, la_limite timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '2s' AS $$
DECLARE
    premier CONSTANT uuid := '00000000-0000-7000-8000-000000000000';
    borne uuid;
    candidats uuid[];
    ids uuid[];
BEGIN
    PERFORM set_config('inspectia.bureau', '*', true);
    IF NOT pg_try_advisory_xact_lock(7953748292031) THEN RETURN; END IF;
    -- The owner may at once; the service by itself only once people have had time to say otherwise.
    IF session_user <> current_user AND (SELECT purge_des > moment_de_conservation() FROM conservation) THEN
        RAISE EXCEPTION 'purger: it is too early' USING ERRCODE = 'insufficient_privilege';
    END IF;
    la_limite := limite_de_conservation();
    borne := premier_uuid(la_limite);
    apres := coalesce(apres, premier);
    combien := least(greatest(coalesce(combien, 100), 1), 1000);
    CASE le_genre
        WHEN 'proces_verbaux' THEN
            SELECT array_agg(t.id) INTO candidats FROM (
                SELECT id FROM proces_verbaux WHERE id > apres AND id < borne
                ORDER BY id LIMIT combien FOR UPDATE SKIP LOCKED) t;
            ids := ARRAY(SELECT t.id FROM unnest(candidats) AS t (id) WHERE est_expire(t.id, la_limite));
        WHEN 'declarations' THEN
            SELECT array_agg(t.id) INTO candidats FROM (
                SELECT id FROM declarations WHERE id > apres AND id < borne
                ORDER BY id LIMIT combien FOR UPDATE SKIP LOCKED) t;
            ids := ARRAY(SELECT t.id FROM unnest(candidats) AS t (id) WHERE est_expiree(t.id, la_limite)
                AND NOT EXISTS (SELECT FROM proces_verbaux_declarations v WHERE v.declaration_id = t.id));
        WHEN 'documents' THEN
            SELECT array_agg(t.id) INTO candidats FROM (
                SELECT id FROM documents WHERE id > apres AND id < borne
                ORDER BY id LIMIT combien FOR UPDATE SKIP LOCKED) t;
            ids := ARRAY(SELECT d.id FROM documents d WHERE d.id = ANY (candidats) AND d.recu_le < la_limite
                AND NOT EXISTS (SELECT FROM provenances p WHERE p.document_id = d.id)
                AND NOT EXISTS (SELECT FROM jobs j WHERE j.document_id = d.id
                    AND (j.fini_le IS NULL OR j.fini_le >= la_limite)));
        WHEN 'personnes' THEN
            candidats := ARRAY(SELECT id FROM personnes WHERE id > apres AND id < borne AND created_at < la_limite
                ORDER BY id LIMIT combien);
            ids := personnes_oubliees(candidats, la_limite);
            -- Only whom nobody names is locked, so that no declaration waits; and is looked for once more.
            SELECT coalesce(array_agg(t.id), '{}') INTO ids FROM (
                SELECT id FROM personnes WHERE id = ANY (ids) ORDER BY id FOR UPDATE SKIP LOCKED) t;
            ids := personnes_oubliees(ids, la_limite);
        WHEN 'features' THEN
            les_comptes := purger_features(combien, la_limite);
            ids := CASE WHEN les_comptes IS NULL THEN '{}' ELSE ARRAY[premier] END;
            candidats := ids;
            le_dernier := CASE WHEN (les_comptes ->> 'lignes')::integer >= combien THEN premier END;
    END CASE;
    IF le_genre <> 'features' AND cardinality(candidats) = combien THEN le_dernier := candidats[combien]; END IF;
    IF cardinality(ids) > 0 THEN
        INSERT INTO purges (genre, limite, comptes) VALUES (le_genre, la_limite, '{}') RETURNING numero INTO le_numero;
        les_comptes := CASE le_genre
            WHEN 'proces_verbaux' THEN purger_proces_verbaux(ids, le_numero)
            WHEN 'declarations' THEN purger_declarations(ids, le_numero, la_limite)
            WHEN 'documents' THEN purger_documents(ids, le_numero)
            WHEN 'personnes' THEN purger_personnes(ids)
            ELSE les_comptes END;
        IF le_genre IN ('proces_verbaux', 'declarations', 'documents') THEN
            l_empreinte := empreinte_de_purge(le_numero);
        END IF;
        UPDATE purges SET comptes = les_comptes, empreinte = l_empreinte,
            change_le_passe = coalesce((les_comptes ->> 'lignes_du_passe')::integer, 0) > 0
        WHERE numero = le_numero;
        IF (les_comptes ->> 'lignes_du_passe')::integer > 0 THEN PERFORM pg_notify('purge', ''); END IF;
    END IF;
    RETURN NEXT;
END $$;

-- The audit trail goes from its beginning on, up to an event that the caller has found anchored outside of the database.
-- The event that says so keeps its hash, and the chain is verified from there.
CREATE FUNCTION audit_events_are_cut() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM anciennes a WHERE a.seq > coalesce((SELECT max(jusqu_a) FROM purges), 0)) THEN
        RAISE EXCEPTION 'audit_events: % is not allowed', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER audit_events_final ON audit_events;
CREATE TRIGGER audit_events_final BEFORE UPDATE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_final();
CREATE TRIGGER audit_events_cut AFTER DELETE ON audit_events REFERENCING OLD TABLE AS anciennes
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_cut();
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_final;
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_cut;

-- No row: another is at it, or something up to there has not expired.
CREATE FUNCTION couper_journal(dernier bigint)
    RETURNS TABLE (le_numero bigint, l_empreinte bytea, les_evenements bigint, les_mois integer, la_limite timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '2s' AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(7953748292031) THEN RETURN; END IF;
    IF session_user <> current_user AND (SELECT purge_des > moment_de_conservation() FROM conservation) THEN
        RAISE EXCEPTION 'couper_journal: it is too early' USING ERRCODE = 'insufficient_privilege';
    END IF;
    la_limite := limite_de_conservation();
    SELECT mois FROM conservation INTO les_mois;
    SELECT hash FROM audit_events WHERE seq = dernier INTO l_empreinte;
    -- Something always comes after it, and all before it is as old.
    IF l_empreinte IS NULL OR dernier >= (SELECT seq FROM audit_head) OR EXISTS (
        SELECT FROM audit_events WHERE seq <= dernier
            AND date >= to_char(la_limite AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'))
    THEN RETURN; END IF;
    SELECT count(*) FROM audit_events WHERE seq <= dernier INTO les_evenements;
    INSERT INTO purges (genre, limite, comptes, empreinte, jusqu_a)
        VALUES ('journal', la_limite, jsonb_build_object('evenements', les_evenements), l_empreinte, dernier)
        RETURNING numero INTO le_numero;
    -- Not even the owner deletes events at other times.
    EXECUTE format('GRANT DELETE ON audit_events TO %I', current_user);
    DELETE FROM audit_events WHERE seq <= dernier;
    EXECUTE format('REVOKE DELETE ON audit_events FROM %I', current_user);
    RETURN NEXT;
END $$;

-- They find their tables here, whoever calls them with whatever tables of their own.
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT oid::regprocedure AS nom FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND (prosecdef OR proname = 'numbers_are_not_purged')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', item.nom, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', item.nom);
    END LOOP;
END $$;

-- Partitions are reached through their table alone; functions with the owner's rights are there for the service.
CREATE OR REPLACE FUNCTION grant_service_rights(service name) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    item record;
    wanted text;
BEGIN
    IF service = current_user OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN RETURN false; END IF;
    FOR item IN SELECT c.oid, coalesce(r.rights, '{SELECT,INSERT,UPDATE,DELETE}') AS rights
        FROM pg_class c LEFT JOIN service_rights r ON r.relation = c.relname
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    LOOP
        FOREACH wanted IN ARRAY item.rights LOOP
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
    FOR item IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef
        AND NOT has_function_privilege(service, oid, 'EXECUTE')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', item.oid::regprocedure, service);
    END LOOP;
    RETURN true;
END $$;

SELECT preparer_partitions();
