-- Files that are kept, long work, requests that are sent twice, and declarations that are corrected.

-- A file is known again by its content within an office. Its bytes, its name and what was read of it tell about people:
-- they are sealed with a key of their own, made of a file of keys that is never here (keys/documents.json) and of the
-- content's hash.
ALTER TABLE documents DROP COLUMN nom;
ALTER TABLE documents ADD COLUMN nom_chiffre bytea;
ALTER TABLE documents ADD COLUMN pages integer CHECK (pages > 0);
CREATE UNIQUE INDEX documents_contenu ON documents (coalesce(bureau, ''), empreinte);

ALTER TABLE extractions DROP COLUMN contenu;
-- Which of the document's declarations.
ALTER TABLE extractions ADD COLUMN rang integer NOT NULL CHECK (rang > 0);
ALTER TABLE extractions ADD COLUMN contenu_chiffre bytea NOT NULL;
DROP INDEX extractions_document;
ALTER TABLE extractions ADD UNIQUE (document_id, rang);

-- Where a version of a declaration comes from; one that came as JSON and that nobody corrected has no row.
ALTER TABLE declarations DROP COLUMN document_id;
CREATE TABLE provenances (
    declaration_id uuid NOT NULL REFERENCES declarations,
    version integer NOT NULL CHECK (version > 0),
    bureau text COLLATE "C" NOT NULL,
    document_id uuid REFERENCES documents,
    extraction_id uuid REFERENCES extractions,
    -- Values were read from an image, or doubtfully, and nobody has verified them.
    a_verifier boolean NOT NULL,
    -- {"articles.1.code_sh": {"par", "le"}}: what people have corrected in this version or before.
    corrections jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(corrections) = 'object'),
    PRIMARY KEY (declaration_id, version),
    CHECK (extraction_id IS NULL OR document_id IS NOT NULL)
);
CREATE INDEX provenances_document ON provenances (document_id) WHERE document_id IS NOT NULL;
CALL scope_by_office('provenances');

-- What a declaration said before it was corrected; its articles, parties, predictions and decisions have their version.
CREATE TABLE declaration_versions (
    declaration_id uuid NOT NULL REFERENCES declarations,
    version integer NOT NULL CHECK (version > 0),
    bureau text COLLATE "C" NOT NULL,
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    chapitre text COLLATE "C",
    date_enregistrement date,
    importateur uuid REFERENCES personnes,
    contenu jsonb NOT NULL CHECK (jsonb_typeof(contenu) = 'object'),
    nb_articles integer NOT NULL,
    valeur_caf double precision,
    droits double precision NOT NULL,
    voie text NOT NULL,
    probabilite double precision,
    decision_id uuid NOT NULL REFERENCES decisions,
    remplacee_le timestamptz NOT NULL DEFAULT now(),
    remplacee_par uuid NOT NULL,
    PRIMARY KEY (declaration_id, version)
);
CREATE TRIGGER declaration_versions_final BEFORE UPDATE OR DELETE OR TRUNCATE ON declaration_versions
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CALL scope_by_office('declaration_versions');

-- Long work: `fait` and `resultat` say how far it came, with every part that was recorded.
ALTER TABLE jobs ADD COLUMN document_id uuid REFERENCES documents;
ALTER TABLE jobs ADD COLUMN commence_le timestamptz;
-- Why it failed: {"code", "message"}.
ALTER TABLE jobs ADD COLUMN probleme jsonb CHECK ((probleme IS NOT NULL) = (etat = 'echoue'));
CREATE INDEX jobs_demandeur ON jobs (demande_par, id DESC);
CREATE INDEX jobs_bureau ON jobs (bureau, id DESC);

CREATE TABLE job_rejets (
    job_id uuid NOT NULL REFERENCES jobs,
    rang bigint NOT NULL CHECK (rang >= 0),
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    ligne integer,
    numero text,
    colonne text,
    code text NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (job_id, rang)
);
CALL scope_by_office('job_rejets');

-- Events for whoever watches. `utilisateur` is whose doing it is.
ALTER TABLE outbox ADD COLUMN utilisateur uuid;
CREATE INDEX outbox_age ON outbox (cree_le);
CALL scope_by_office('outbox');

-- Numbers are seen in their order: whoever has read one has missed none before it. The last step of a transaction.
CREATE FUNCTION publier(le_sujet text, le_bureau text, l_utilisateur uuid, le_contenu jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    numero bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7953748292019);
    INSERT INTO outbox (sujet, bureau, utilisateur, contenu)
    VALUES (le_sujet, le_bureau, l_utilisateur, le_contenu) RETURNING seq INTO numero;
    PERFORM pg_notify('evenements', numero::text);
    RETURN numero;
END $$;

-- Without an answer the request is still being answered, as long as its lease holds.
ALTER TABLE idempotency_keys ALTER COLUMN statut DROP NOT NULL;
ALTER TABLE idempotency_keys ALTER COLUMN reponse DROP NOT NULL;
ALTER TABLE idempotency_keys ADD COLUMN champs jsonb;
ALTER TABLE idempotency_keys ADD COLUMN bail_jusqua timestamptz;
ALTER TABLE idempotency_keys ADD CHECK ((statut IS NULL) = (reponse IS NULL) AND (statut IS NULL) = (bail_jusqua IS NOT NULL));

INSERT INTO service_rights VALUES
    ('provenances', '{SELECT,INSERT}'), ('declaration_versions', '{SELECT,INSERT}'),
    ('job_rejets', '{SELECT,INSERT}');
