-- From a declaration to what is learned from it: declarations, predictions, decisions, verdicts, outcomes, and the logs
-- that the past and the bandit are rebuilt from. Every row of an office says its `bureau`, and is seen by it alone. What
-- tells about people or firms lies in `parties`, sealed; `importateur` says only whether two importers are the same.

-- Files that were sent. The bytes lie on disk, under their hash.
CREATE TABLE documents (
    id uuid PRIMARY KEY,
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    nom text CHECK (length(nom) BETWEEN 1 AND 255),
    genre text NOT NULL CHECK (genre IN ('csv', 'xlsx', 'json', 'pdf', 'image')),
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    octets bigint NOT NULL CHECK (octets >= 0),
    recu_le timestamptz NOT NULL DEFAULT now(),
    recu_par uuid NOT NULL
);
CREATE INDEX documents_recus ON documents (bureau, id DESC);

-- What was read on a document, field by field.
CREATE TABLE extractions (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES documents,
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    contenu jsonb NOT NULL,
    faite_le timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX extractions_document ON extractions (document_id);

-- A declaration as it is now. `voie`, `probabilite` and `decision_id` repeat its last decision, for lists.
CREATE TABLE declarations (
    id uuid PRIMARY KEY,
    annee smallint NOT NULL CHECK (annee BETWEEN 1900 AND 2200),
    bureau text COLLATE "C" NOT NULL CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    numero text COLLATE "C" NOT NULL CHECK (length(numero) BETWEEN 1 AND 64),
    numero_declaration text COLLATE "C" NOT NULL UNIQUE
        GENERATED ALWAYS AS (annee::text || '/' || bureau || '/' || numero) STORED,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    -- SHA-256 of all that is declared: the same again is the same declaration.
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    chapitre text COLLATE "C" CHECK (chapitre ~ '^[0-9]{2}$'),
    date_enregistrement date,
    importateur uuid REFERENCES personnes,
    contenu jsonb NOT NULL CHECK (jsonb_typeof(contenu) = 'object'),
    nb_articles integer NOT NULL CHECK (nb_articles >= 0),
    valeur_caf double precision,
    droits double precision NOT NULL CHECK (droits >= 0 AND droits < 'Infinity'),
    source text NOT NULL CHECK (source IN ('api', 'fichier', 'import')),
    document_id uuid REFERENCES documents,
    statut text NOT NULL CHECK (statut IN ('analysee', 'traitee', 'importee')),
    voie text CHECK (voie IN ('conforme', 'zone_grise', 'fraude')),
    probabilite double precision CHECK (probabilite BETWEEN 0 AND 1),
    decision_id uuid,
    recue_le timestamptz NOT NULL DEFAULT now(),
    recue_par uuid,
    -- What was analysed has a lane; what was only imported has none.
    CHECK ((statut = 'importee') = (voie IS NULL)),
    CHECK ((voie IS NULL) = (decision_id IS NULL)),
    CHECK (probabilite IS NULL OR voie IS NOT NULL)
);
-- Identifiers grow with time: their order is that of arrival.
CREATE INDEX declarations_bureau ON declarations (bureau, id DESC);
CREATE INDEX declarations_chapitre ON declarations (chapitre, id DESC);
CREATE INDEX declarations_voie ON declarations (voie, id DESC) WHERE voie IS NOT NULL;
CREATE INDEX declarations_statut ON declarations (statut, id DESC);
CREATE INDEX declarations_importateur ON declarations (importateur, id DESC) WHERE importateur IS NOT NULL;
CREATE INDEX declarations_date ON declarations (date_enregistrement, id DESC);
CREATE INDEX declarations_score ON declarations ((coalesce(probabilite, -1)) DESC, id DESC);

CREATE TABLE articles (
    declaration_id uuid NOT NULL REFERENCES declarations,
    version integer NOT NULL CHECK (version > 0),
    rang integer NOT NULL CHECK (rang > 0),
    bureau text COLLATE "C" NOT NULL,
    code_sh text COLLATE "C",
    pays_origine text COLLATE "C",
    contenu jsonb NOT NULL CHECK (jsonb_typeof(contenu) = 'object'),
    PRIMARY KEY (declaration_id, version, rang)
);

-- Whom a declaration names, and what it says of them: a JSON object, sealed with the person's key.
CREATE TABLE parties (
    declaration_id uuid NOT NULL REFERENCES declarations,
    version integer NOT NULL CHECK (version > 0),
    role text COLLATE "C" NOT NULL CHECK (role IN ('destinataire', 'declarant', 'expediteur', 'transporteur')),
    bureau text COLLATE "C" NOT NULL,
    personne_id uuid NOT NULL REFERENCES personnes,
    identite_scelle bytea NOT NULL,
    PRIMARY KEY (declaration_id, version, role)
);
CREATE INDEX parties_personne ON parties (personne_id, declaration_id);

-- Packages that this database has seen speak.
CREATE TABLE models (
    empreinte text COLLATE "C" PRIMARY KEY CHECK (empreinte ~ '^[0-9a-f]{64}$'),
    chapitre text NOT NULL,
    nom text NOT NULL,
    version text NOT NULL,
    statut text NOT NULL DEFAULT 'installe' CHECK (statut IN ('installe', 'propose', 'actif', 'retire')),
    connu_depuis timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE model_events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    empreinte text COLLATE "C" NOT NULL REFERENCES models,
    evenement text NOT NULL,
    acteur text NOT NULL,
    motif text,
    date timestamptz NOT NULL DEFAULT now()
);

-- The names behind the arrays of `features`, by what makes them.
CREATE TABLE feature_sets (
    empreinte text COLLATE "C" NOT NULL,
    chapitre text NOT NULL,
    -- [{"nom", "genre", "libelle"}], in the order of the vector
    champs jsonb NOT NULL CHECK (jsonb_typeof(champs) = 'array'),
    PRIMARY KEY (empreinte, chapitre)
);

CREATE TABLE predictions (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations,
    declaration_version integer NOT NULL CHECK (declaration_version > 0),
    bureau text COLLATE "C" NOT NULL,
    chapitre text COLLATE "C",
    modele text COLLATE "C" REFERENCES models,
    probabilite double precision CHECK (probabilite BETWEEN 0 AND 1),
    -- Why no model spoke.
    silence text CHECK (silence IN ('sans_pack', 'sans_modele', 'modele_en_echec')),
    -- The answer as it was given, with the strongest contributions and their sentences; `features` has them all.
    reponse text NOT NULL,
    duree_ms double precision NOT NULL,
    faite_le timestamptz NOT NULL DEFAULT now(),
    CHECK ((modele IS NULL) = (probabilite IS NULL)),
    CHECK ((modele IS NULL) = (silence IS NOT NULL))
);
CREATE INDEX predictions_declaration ON predictions (declaration_id, id);

-- All features of a prediction, with what each contributed.
CREATE TABLE features (
    prediction_id uuid PRIMARY KEY REFERENCES predictions,
    bureau text COLLATE "C" NOT NULL,
    jeu text COLLATE "C" NOT NULL,
    chapitre text COLLATE "C" NOT NULL,
    -- NaN: missing. Numbers, dates and booleans in the order of the vector, then the texts in theirs ('': missing).
    nombres double precision[] NOT NULL,
    textes text[] NOT NULL,
    -- By place in the vector; 0 for what the model does not use. Empty where no model spoke.
    shap double precision[] NOT NULL,
    base_value double precision,
    FOREIGN KEY (jeu, chapitre) REFERENCES feature_sets,
    CHECK ((base_value IS NULL) = (cardinality(shap) = 0))
);

CREATE TABLE policies (
    chapitre text NOT NULL,
    numero integer NOT NULL CHECK (numero > 0),
    version text NOT NULL UNIQUE,
    contenu text NOT NULL,
    auteur text NOT NULL CHECK (auteur <> ''),
    motif text NOT NULL CHECK (motif <> ''),
    active_depuis timestamptz NOT NULL DEFAULT now(),
    retiree_le timestamptz CHECK (retiree_le >= active_depuis),
    PRIMARY KEY (chapitre, numero)
);
CREATE UNIQUE INDEX policies_active ON policies (chapitre) WHERE retiree_le IS NULL;

CREATE TABLE thresholds (
    chapitre text NOT NULL,
    numero integer NOT NULL CHECK (numero > 0),
    bas double precision NOT NULL,
    haut double precision NOT NULL,
    t_soft double precision NOT NULL,
    t_hard double precision NOT NULL,
    auteur text NOT NULL CHECK (auteur <> ''),
    motif text NOT NULL CHECK (motif <> ''),
    fixes_le timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (chapitre, numero),
    CHECK (0 < bas AND bas <= t_soft AND t_soft < haut AND haut < 1 AND haut <= t_hard AND t_hard <= 1)
);

-- The hash of each epoch's draw key, from its first day.
CREATE TABLE draw_epochs (
    epoque integer PRIMARY KEY CHECK (epoque > 0),
    engagement bytea NOT NULL CHECK (octet_length(engagement) = 32),
    depuis timestamptz NOT NULL DEFAULT now()
);

-- What counts is `enregistrement`, from which the decision is made again bit for bit; the rest repeats it for lists.
CREATE TABLE decisions (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations,
    declaration_version integer NOT NULL CHECK (declaration_version > 0),
    prediction_id uuid NOT NULL UNIQUE REFERENCES predictions,
    bureau text COLLATE "C" NOT NULL,
    chapitre text NOT NULL,
    voie text NOT NULL CHECK (voie IN ('conforme', 'zone_grise', 'fraude')),
    mode text NOT NULL CHECK (mode IN ('champion', 'ombre', 'secours')),
    exploratoire boolean NOT NULL,
    strate boolean NOT NULL,
    politique text NOT NULL REFERENCES policies (version),
    epoque integer NOT NULL REFERENCES draw_epochs,
    appris integer NOT NULL CHECK (appris >= 0),
    jour date NOT NULL,
    enregistrement text NOT NULL,
    prise_le timestamptz NOT NULL DEFAULT now(),
    UNIQUE (declaration_id, declaration_version)
);
CREATE INDEX decisions_chapitre ON decisions (chapitre, id DESC);
ALTER TABLE declarations ADD FOREIGN KEY (decision_id) REFERENCES decisions DEFERRABLE INITIALLY DEFERRED;

-- The ledger of what is known to be true. Nothing in it is changed: a later finding is a later revision.
CREATE TABLE outcomes (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations,
    revision integer NOT NULL CHECK (revision > 0),
    bureau text COLLATE "C" NOT NULL,
    resultat text NOT NULL CHECK (resultat IN ('conforme', 'fraude')),
    type_fraude text CHECK (length(type_fraude) <= 200),
    montant double precision CHECK (montant >= 0 AND montant <= 1e15),
    preuve text NOT NULL CHECK (preuve IN (
        'physique', 'documentaire', 'a_posteriori', 'recours', 'import_historique', 'regle_synthetique', 'simulation')),
    -- A verdict given here has its person; a past that was imported says of itself what it rests on.
    source text NOT NULL CHECK (source IN ('verdict', 'import')),
    connue_le date NOT NULL,
    auteur uuid,
    inscrite_le timestamptz NOT NULL DEFAULT now(),
    UNIQUE (declaration_id, revision),
    CHECK (resultat = 'fraude' OR type_fraude IS NULL),
    CHECK ((source = 'verdict') = (auteur IS NOT NULL)),
    CHECK (source = 'import' OR preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours'))
);
CREATE INDEX outcomes_preuve ON outcomes (preuve, connue_le);

CREATE TABLE feedbacks (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations,
    decision_id uuid NOT NULL REFERENCES decisions,
    outcome_id uuid UNIQUE REFERENCES outcomes,
    bureau text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL,
    voie_proposee text NOT NULL CHECK (voie_proposee IN ('conforme', 'zone_grise', 'fraude')),
    user_decision text NOT NULL CHECK (user_decision IN ('conforme', 'zone_grise', 'fraude')),
    confidence_level smallint CHECK (confidence_level BETWEEN 1 AND 5),
    accuracy_rating smallint CHECK (accuracy_rating BETWEEN 1 AND 5),
    usefulness_rating smallint CHECK (usefulness_rating BETWEEN 1 AND 5),
    comments text CHECK (length(comments) <= 4000),
    justification text CHECK (length(justification) <= 4000),
    minutes double precision CHECK (minutes >= 0 AND minutes <= 1e6),
    donne_le timestamptz NOT NULL DEFAULT now(),
    -- Whoever decides otherwise says why; a doubt settles nothing.
    CHECK (user_decision = voie_proposee OR length(justification) >= 10),
    CHECK ((user_decision = 'zone_grise') = (outcome_id IS NULL))
);
CREATE INDEX feedbacks_declaration ON feedbacks (declaration_id, id);
CREATE INDEX feedbacks_user ON feedbacks (user_id, id DESC);

CREATE TABLE inspector_profiles (
    user_id uuid PRIMARY KEY,
    contenu jsonb NOT NULL,
    mis_a_jour_le timestamptz NOT NULL DEFAULT now()
);

-- What the bandit has learned, in order: its state at any date is the fold of these. Numbers have no gaps.
CREATE TABLE bandit_events (
    chapitre text NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    decision_id uuid NOT NULL REFERENCES decisions,
    contenu text NOT NULL,
    inscrit_le timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (chapitre, sequence)
);
CREATE INDEX bandit_events_decision ON bandit_events (decision_id);

-- What became known on which day: the past that features ask is made again from this.
CREATE TABLE history_log (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations,
    declaration_version integer NOT NULL CHECK (declaration_version > 0),
    -- The pack whose observations are remembered.
    pack text NOT NULL,
    connu_le date NOT NULL,
    -- Null: the declaration itself; else what was found.
    fraude boolean,
    -- SHA-256 of the file that a past came in: a model that was trained on it knows it already.
    fichier text COLLATE "C" CHECK (fichier ~ '^[0-9a-f]{64}$')
);
CREATE INDEX history_log_connu ON history_log (connu_le, seq);
CREATE INDEX history_log_declaration ON history_log (declaration_id);

CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL,
    route text NOT NULL,
    cle text COLLATE "C" NOT NULL CHECK (length(cle) BETWEEN 1 AND 255),
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    statut smallint NOT NULL CHECK (statut BETWEEN 200 AND 499),
    reponse bytea NOT NULL,
    cree_le timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, route, cle)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (cree_le);

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sujet text NOT NULL,
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    contenu jsonb NOT NULL,
    cree_le timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    genre text NOT NULL,
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    etat text NOT NULL DEFAULT 'en_file' CHECK (etat IN ('en_file', 'en_cours', 'reussi', 'echoue', 'annule')),
    demande jsonb NOT NULL,
    resultat jsonb,
    fait bigint NOT NULL DEFAULT 0 CHECK (fait >= 0),
    total bigint CHECK (total >= fait),
    essais integer NOT NULL DEFAULT 0 CHECK (essais >= 0),
    bail_jusqua timestamptz,
    preneur uuid,
    demande_par uuid NOT NULL,
    cree_le timestamptz NOT NULL DEFAULT now(),
    fini_le timestamptz,
    CHECK ((etat = 'en_cours') = (bail_jusqua IS NOT NULL)),
    CHECK ((bail_jusqua IS NULL) = (preneur IS NULL)),
    CHECK ((etat IN ('reussi', 'echoue', 'annule')) = (fini_le IS NOT NULL))
);
CREATE INDEX jobs_en_file ON jobs (cree_le) WHERE etat = 'en_file';
CREATE INDEX jobs_baux ON jobs (bail_jusqua) WHERE etat = 'en_cours';

-- What was decided, found and learned stays.
CREATE FUNCTION rows_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % is not allowed', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER decisions_final BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER predictions_final BEFORE UPDATE OR DELETE OR TRUNCATE ON predictions
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER features_final BEFORE UPDATE OR DELETE OR TRUNCATE ON features
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER outcomes_final BEFORE UPDATE OR DELETE OR TRUNCATE ON outcomes
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER feedbacks_final BEFORE UPDATE OR DELETE OR TRUNCATE ON feedbacks
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER bandit_events_final BEFORE UPDATE OR DELETE OR TRUNCATE ON bandit_events
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER history_log_final BEFORE UPDATE OR DELETE OR TRUNCATE ON history_log
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();

-- Long texts are written far more often than read: lz4 takes a tenth of the time, where the server was built with it.
DO $$ BEGIN
    ALTER TABLE predictions ALTER reponse SET COMPRESSION lz4;
    ALTER TABLE decisions ALTER enregistrement SET COMPRESSION lz4;
    ALTER TABLE features ALTER nombres SET COMPRESSION lz4, ALTER shap SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;

-- Each office sees its own.
CALL scope_by_office('documents');
CALL scope_by_office('extractions');
CALL scope_by_office('declarations');
CALL scope_by_office('articles');
CALL scope_by_office('parties');
CALL scope_by_office('predictions');
CALL scope_by_office('features');
CALL scope_by_office('decisions');
CALL scope_by_office('outcomes');
CALL scope_by_office('feedbacks');
CALL scope_by_office('jobs');

-- What the role that the service works as may do with a table, where that is not everything: a migration that adds such a
-- table adds its line.
CREATE TABLE service_rights (
    relation name PRIMARY KEY,
    rights text[] NOT NULL
);
INSERT INTO service_rights VALUES
    -- What was written stays.
    ('audit_events', '{SELECT,INSERT}'), ('audit_head', '{SELECT,UPDATE}'), ('schema_migrations', '{SELECT}'),
    ('service_rights', '{SELECT}'),
    ('decisions', '{SELECT,INSERT}'), ('predictions', '{SELECT,INSERT}'), ('features', '{SELECT,INSERT}'),
    ('outcomes', '{SELECT,INSERT}'), ('feedbacks', '{SELECT,INSERT}'), ('bandit_events', '{SELECT,INSERT}'),
    ('history_log', '{SELECT,INSERT}'), ('draw_epochs', '{SELECT,INSERT}'), ('model_events', '{SELECT,INSERT}'),
    -- Who is erased keeps the row, and a hold that was lifted its trace.
    ('personnes', '{SELECT,INSERT,UPDATE}'), ('personnes_conservations', '{SELECT,INSERT,UPDATE}'),
    -- A declaration that came is never as if it had not.
    ('declarations', '{SELECT,INSERT,UPDATE}'), ('articles', '{SELECT,INSERT}'), ('parties', '{SELECT,INSERT}'),
    ('documents', '{SELECT,INSERT,UPDATE}'), ('extractions', '{SELECT,INSERT}'),
    ('models', '{SELECT,INSERT,UPDATE}'), ('policies', '{SELECT,INSERT,UPDATE}'), ('thresholds', '{SELECT,INSERT}');

CREATE OR REPLACE FUNCTION grant_service_rights(service name) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    item record;
    wanted text;
BEGIN
    IF service = current_user OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN RETURN false; END IF;
    FOR item IN SELECT c.oid, coalesce(r.rights, '{SELECT,INSERT,UPDATE,DELETE}') AS rights
        FROM pg_class c LEFT JOIN service_rights r ON r.relation = c.relname
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
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
    RETURN true;
END $$;
