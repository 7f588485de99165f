-- Procès-verbaux. What one says is fixed when it is drawn up, and known by its hash: only its standing changes, on the way
-- brouillon → signe → clos, or to annule. What tells about those whom it concerns is sealed.

-- The last number of each office and year. Whoever takes one holds the row until the act is there, so numbers have no
-- holes.
CREATE TABLE proces_verbaux_numeros (
    bureau text COLLATE "C" NOT NULL CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    annee smallint NOT NULL CHECK (annee BETWEEN 2000 AND 9999),
    dernier integer NOT NULL CHECK (dernier > 0),
    PRIMARY KEY (bureau, annee)
);

CREATE TABLE proces_verbaux (
    id uuid PRIMARY KEY,
    bureau text COLLATE "C" NOT NULL,
    annee smallint NOT NULL,
    numero integer NOT NULL CHECK (numero > 0),
    etat text NOT NULL DEFAULT 'brouillon' CHECK (etat IN ('brouillon', 'signe', 'clos', 'annule')),
    -- SHA-256 of all that it says, in the form of RFC 8785.
    empreinte bytea NOT NULL CHECK (octet_length(empreinte) = 32),
    -- That form, without what tells about those whom it concerns.
    contenu text NOT NULL,
    -- What the agents and whoever it concerns said.
    personne_id uuid REFERENCES personnes,
    paroles_scelle bytea,
    -- Declarations on which nobody has found anything: then nobody signs.
    sans_constat integer NOT NULL CHECK (sans_constat >= 0),
    etabli_le timestamptz NOT NULL,
    agent_1 uuid NOT NULL,
    agent_2 uuid NOT NULL,
    signe_1_le timestamptz,
    signe_2_le timestamptz,
    fin_le timestamptz,
    fin_par uuid,
    fin_motif text CHECK (length(fin_motif) BETWEEN 10 AND 2000),
    UNIQUE (bureau, annee, numero),
    FOREIGN KEY (bureau, annee) REFERENCES proces_verbaux_numeros,
    CHECK ((personne_id IS NULL) = (paroles_scelle IS NULL)),
    CHECK (agent_1 <> agent_2),
    CHECK (etat <> 'brouillon' OR signe_1_le IS NULL OR signe_2_le IS NULL),
    CHECK (etat NOT IN ('signe', 'clos') OR (signe_1_le IS NOT NULL AND signe_2_le IS NOT NULL)),
    CHECK (sans_constat = 0 OR (signe_1_le IS NULL AND signe_2_le IS NULL)),
    CHECK ((etat IN ('clos', 'annule')) = (fin_le IS NOT NULL)),
    CHECK ((fin_le IS NULL) = (fin_par IS NULL) AND (fin_le IS NULL) = (fin_motif IS NULL))
);
CREATE INDEX proces_verbaux_bureau ON proces_verbaux (bureau, id DESC);

-- The declarations that one is about, each with what it says of it.
CREATE TABLE proces_verbaux_declarations (
    pv_id uuid NOT NULL REFERENCES proces_verbaux,
    rang integer NOT NULL CHECK (rang > 0),
    bureau text COLLATE "C" NOT NULL,
    declaration_id uuid NOT NULL REFERENCES declarations,
    numero_declaration text COLLATE "C" NOT NULL,
    chapitre text COLLATE "C",
    decision_id uuid NOT NULL REFERENCES decisions,
    personne_id uuid NOT NULL REFERENCES personnes,
    contenu_scelle bytea NOT NULL,
    PRIMARY KEY (pv_id, rang),
    UNIQUE (pv_id, declaration_id)
);
CREATE INDEX proces_verbaux_declarations_declaration ON proces_verbaux_declarations (declaration_id);
CREATE INDEX proces_verbaux_declarations_chapitre ON proces_verbaux_declarations (chapitre, pv_id DESC);
CREATE INDEX proces_verbaux_declarations_personne ON proces_verbaux_declarations (personne_id, pv_id, rang);
CREATE INDEX proces_verbaux_personne ON proces_verbaux (personne_id, id) WHERE personne_id IS NOT NULL;

-- A second wall behind the program's own.
CREATE FUNCTION proces_verbal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.bureau, NEW.annee, NEW.numero, NEW.empreinte, NEW.contenu, NEW.personne_id, NEW.paroles_scelle,
            NEW.sans_constat, NEW.etabli_le, NEW.agent_1, NEW.agent_2)
        IS DISTINCT FROM (OLD.id, OLD.bureau, OLD.annee, OLD.numero, OLD.empreinte, OLD.contenu, OLD.personne_id,
            OLD.paroles_scelle, OLD.sans_constat, OLD.etabli_le, OLD.agent_1, OLD.agent_2)
        OR OLD.signe_1_le IS NOT NULL AND NEW.signe_1_le IS DISTINCT FROM OLD.signe_1_le
        OR OLD.signe_2_le IS NOT NULL AND NEW.signe_2_le IS DISTINCT FROM OLD.signe_2_le
    THEN RAISE EXCEPTION 'proces_verbaux: what was written stays' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF NOT (OLD.etat = 'brouillon' AND NEW.etat IN ('brouillon', 'signe', 'annule')
        OR OLD.etat = 'signe' AND NEW.etat IN ('clos', 'annule'))
    THEN
        RAISE EXCEPTION 'proces_verbaux: no way from % to %', OLD.etat, NEW.etat USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proces_verbaux_stay BEFORE UPDATE ON proces_verbaux
    FOR EACH ROW EXECUTE FUNCTION proces_verbal_stays();
CREATE TRIGGER proces_verbaux_final BEFORE DELETE OR TRUNCATE ON proces_verbaux
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();
CREATE TRIGGER proces_verbaux_declarations_final BEFORE UPDATE OR DELETE OR TRUNCATE ON proces_verbaux_declarations
    FOR EACH STATEMENT EXECUTE FUNCTION rows_are_final();

CALL scope_by_office('proces_verbaux_numeros');
CALL scope_by_office('proces_verbaux');
CALL scope_by_office('proces_verbaux_declarations');

INSERT INTO service_rights VALUES
    ('proces_verbaux_numeros', '{SELECT,INSERT,UPDATE}'), ('proces_verbaux', '{SELECT,INSERT,UPDATE}'),
    ('proces_verbaux_declarations', '{SELECT,INSERT}');
