-- The inspector's work: who has which file, what the queue is ordered by, which files are related, and which decisions
-- nobody will ever know the outcome of.

-- Plain columns, because PostgreSQL uses no index on an expression where rows are hidden by office.
ALTER TABLE declarations
    -- Duties at stake times the probability; a file without one is taken for an even chance, as `QueueOrder` does.
    ADD COLUMN enjeu double precision GENERATED ALWAYS AS (coalesce(probabilite, 0.5) * droits) STORED,
    -- The heading of the dominant article.
    ADD COLUMN position_sh text COLLATE "C" GENERATED ALWAYS AS (left(contenu ->> 'code_sh', 4)) STORED,
    ADD COLUMN conteneur text COLLATE "C" GENERATED ALWAYS AS (contenu ->> 'conteneur') STORED;

-- Files that wait for an inspector: the oldest, and those with most at stake.
CREATE INDEX declarations_attente ON declarations (bureau, recue_le, id)
    WHERE statut = 'analysee' AND voie <> 'conforme';
CREATE INDEX declarations_enjeu ON declarations (bureau, voie, enjeu DESC, recue_le)
    WHERE statut = 'analysee' AND voie <> 'conforme';
CREATE INDEX declarations_conteneur ON declarations (conteneur, id DESC) WHERE conteneur IS NOT NULL;
CREATE INDEX declarations_jugees ON declarations (chapitre, position_sh, id DESC) WHERE statut = 'traitee';
CREATE INDEX articles_marchandise ON articles (code_sh, pays_origine, declaration_id DESC);
CREATE INDEX feedbacks_duree ON feedbacks (bureau, voie_proposee, id DESC) WHERE minutes IS NOT NULL;

-- A control that no value puts off: the guardrail left `fraude` alone. It repeats the last decision's record, whose text has
-- one form; quotes inside of its strings are escaped.
ALTER TABLE declarations ADD COLUMN obligatoire boolean NOT NULL DEFAULT false;
CREATE FUNCTION note_mandatory_control() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE declarations SET obligatoire = position('"voies_permises":["fraude"]' IN NEW.enregistrement) > 0
    WHERE id = NEW.declaration_id;
    RETURN NULL;
END $$;
-- A first decision that leaves a choice has nothing to note.
CREATE TRIGGER decisions_obligatoires AFTER INSERT ON decisions FOR EACH ROW
    WHEN (NEW.declaration_version > 1 OR position('"voies_permises":["fraude"]' IN NEW.enregistrement) > 0)
    EXECUTE FUNCTION note_mandatory_control();
SELECT set_config('inspectia.bureau', '*', true);
UPDATE declarations d SET obligatoire = true FROM decisions x
    WHERE x.id = d.decision_id AND position('"voies_permises":["fraude"]' IN x.enregistrement) > 0;
CREATE INDEX declarations_obligatoires ON declarations (bureau, recue_le)
    WHERE statut = 'analysee' AND voie <> 'conforme' AND obligatoire;

-- Who has which file, until when. One that ran out is closed by whoever comes next: nothing has to sweep.
CREATE TABLE attributions (
    id uuid PRIMARY KEY,
    declaration_id uuid NOT NULL REFERENCES declarations,
    bureau text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL,
    prise_le timestamptz NOT NULL DEFAULT now(),
    expire_le timestamptz NOT NULL,
    renouvellements integer NOT NULL DEFAULT 0 CHECK (renouvellements >= 0),
    fin text CHECK (fin IN ('verdict', 'rendue', 'expiree')),
    finie_le timestamptz,
    -- Why it was given back.
    motif text CHECK (length(motif) BETWEEN 3 AND 500),
    CHECK (expire_le > prise_le),
    CHECK ((fin IS NULL) = (finie_le IS NULL)),
    CHECK (finie_le >= prise_le),
    CHECK ((fin IS NOT DISTINCT FROM 'rendue') = (motif IS NOT NULL))
);
-- Two inspectors never have the same file.
CREATE UNIQUE INDEX attributions_une ON attributions (declaration_id) WHERE fin IS NULL;
CREATE INDEX attributions_agent ON attributions (user_id) WHERE fin IS NULL;
CALL scope_by_office('attributions');

-- Decisions whose window has passed with nothing known. They are counted, and say nothing about what there was.
CREATE TABLE decisions_expirees (
    decision_id uuid PRIMARY KEY REFERENCES decisions,
    bureau text COLLATE "C" NOT NULL,
    chapitre text NOT NULL,
    voie text NOT NULL CHECK (voie IN ('conforme', 'zone_grise', 'fraude')),
    jour date NOT NULL,
    constatee_le timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX decisions_expirees_chapitre ON decisions_expirees (chapitre, voie);
CALL scope_by_office('decisions_expirees');
CREATE INDEX decisions_jour ON decisions (voie, jour);
-- Up to which day the decisions of a lane were looked through for that.
CREATE TABLE decisions_parcourues (
    voie text PRIMARY KEY CHECK (voie IN ('conforme', 'zone_grise', 'fraude')),
    jusqu_au date NOT NULL
);

INSERT INTO service_rights VALUES
    ('attributions', '{SELECT,INSERT,UPDATE}'), ('decisions_expirees', '{SELECT,INSERT}'),
    ('decisions_parcourues', '{SELECT,INSERT,UPDATE}');

-- Profiles are computed from verdicts when somebody asks.
DROP TABLE inspector_profiles;
