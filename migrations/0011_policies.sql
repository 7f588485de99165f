-- The decision side: what chapters may spend a day, and who hears of a change.

-- What `policies.contenu` does not say because no decision is made again from it: budgets, ceilings, the band within which
-- an agent may move a threshold.
ALTER TABLE policies ADD COLUMN moyens text NOT NULL DEFAULT '{}';

-- Decisions in the order in which they were written: what an instance has not counted yet comes after what it has.
ALTER TABLE decisions ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX decisions_seq ON decisions (seq);
CREATE INDEX decisions_du_jour ON decisions (jour, chapitre);

-- Every instance hears of a change when it is committed, whoever made it.
CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END $$;
CREATE TRIGGER policies_told AFTER INSERT OR UPDATE ON policies
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change('regles');

CREATE FUNCTION tell_of_learning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('apprentissage', chapitre) FROM (SELECT DISTINCT chapitre FROM nouveaux) AS n;
    RETURN NULL;
END $$;
CREATE TRIGGER bandit_events_told AFTER INSERT ON bandit_events
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION tell_of_learning();
-- Who is erased is on no list any more.
CREATE TRIGGER personnes_told AFTER UPDATE OF repere ON personnes
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change('regles');

-- Criteria of targeting: a change is another version, and what was active stays readable.
CREATE TABLE criteria (
    code text COLLATE "C" NOT NULL,
    numero integer NOT NULL CHECK (numero > 0),
    etat text NOT NULL CHECK (etat IN ('brouillon', 'simule', 'actif', 'retire')),
    contenu text NOT NULL,
    auteur uuid NOT NULL,
    ecrit_le timestamptz NOT NULL DEFAULT now(),
    change_le timestamptz NOT NULL DEFAULT now(),
    approuve_par uuid,
    PRIMARY KEY (code, numero),
    -- Nobody puts a criterion of their own in force.
    CHECK (approuve_par <> auteur),
    CHECK (etat <> 'actif' OR approuve_par IS NOT NULL)
);
CREATE UNIQUE INDEX criteria_actif ON criteria (code) WHERE etat = 'actif';
CREATE TRIGGER criteria_told AFTER INSERT OR UPDATE ON criteria
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change('regles');

-- Lists of importers, declarants, origins, codes, containers. Without an action a list exempts.
CREATE TABLE control_lists (
    code text COLLATE "C" PRIMARY KEY,
    phrase text NOT NULL,
    cle text NOT NULL CHECK (cle IN ('importateur', 'declarant', 'origine', 'conteneur', 'code_sh')),
    action text CHECK (action IN ('controle_obligatoire', 'retirer_conforme', 'conseil')),
    auteur uuid NOT NULL,
    creee_le timestamptz NOT NULL DEFAULT now()
);
-- People and firms are here by what they are in `personnes`, never by a name or a number.
CREATE TABLE control_list_entries (
    id uuid PRIMARY KEY,
    liste text COLLATE "C" NOT NULL REFERENCES control_lists,
    personne_id uuid REFERENCES personnes,
    valeur text CHECK (length(valeur) BETWEEN 1 AND 200),
    valide_du date NOT NULL,
    valide_au date NOT NULL CHECK (valide_au >= valide_du),
    motif text NOT NULL CHECK (motif <> ''),
    criteres text[] NOT NULL DEFAULT '{}',
    auteur uuid NOT NULL,
    ajoutee_le timestamptz NOT NULL DEFAULT now(),
    -- Counts from then on.
    approuvee_par uuid CHECK (approuvee_par <> auteur),
    approuvee_le timestamptz,
    retiree_par uuid,
    retiree_le timestamptz,
    motif_retrait text,
    CHECK ((personne_id IS NULL) <> (valeur IS NULL)),
    CHECK ((approuvee_par IS NULL) = (approuvee_le IS NULL)),
    CHECK ((retiree_par IS NULL) = (retiree_le IS NULL) AND (retiree_le IS NULL) = (motif_retrait IS NULL))
);
CREATE INDEX control_list_entries_liste ON control_list_entries (liste, id);
CREATE INDEX control_list_entries_personne ON control_list_entries (personne_id) WHERE personne_id IS NOT NULL;
CREATE TRIGGER control_list_entries_told AFTER INSERT OR UPDATE ON control_list_entries
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change('regles');

-- What criteria met is counted from the records that say so.
CREATE INDEX decisions_touchees ON decisions (id DESC) WHERE enregistrement LIKE '%"criteres":[{%';

INSERT INTO service_rights VALUES
    ('criteria', '{SELECT,INSERT,UPDATE}'), ('control_lists', '{SELECT,INSERT}'),
    ('control_list_entries', '{SELECT,INSERT,UPDATE}');

-- Policies on trial: a change that somebody would like, replayed on logged decisions since it was written.
CREATE TABLE policy_drafts (
    id uuid PRIMARY KEY,
    chapitre text NOT NULL,
    -- The change, as it was sent.
    changement text NOT NULL,
    auteur uuid NOT NULL,
    cree_le timestamptz NOT NULL DEFAULT now(),
    -- The last evaluation, and the policy that it was compared with.
    evaluation text,
    comparee_a text,
    evaluee_le timestamptz,
    -- The version that came of it.
    politique text REFERENCES policies (version),
    CHECK ((evaluation IS NULL) = (evaluee_le IS NULL) AND (evaluation IS NULL) = (comparee_a IS NULL))
);
CREATE INDEX policy_drafts_chapitre ON policy_drafts (chapitre, id DESC);

-- Thresholds that outcomes propose; a person accepts them or does not.
CREATE TABLE threshold_proposals (
    id uuid PRIMARY KEY,
    chapitre text NOT NULL,
    methode text NOT NULL CHECK (methode IN ('gain_net', 'f1', 'agent')),
    -- The policy that it would change.
    politique text NOT NULL REFERENCES policies (version),
    bas double precision NOT NULL,
    haut double precision NOT NULL,
    t_soft double precision NOT NULL,
    t_hard double precision NOT NULL,
    suite text NOT NULL CHECK (suite IN ('automatique', 'a_approuver', 'sans_objet')),
    contenu text NOT NULL,
    demande_par uuid NOT NULL,
    faite_le timestamptz NOT NULL DEFAULT now(),
    acceptee_par uuid,
    acceptee_le timestamptz,
    CHECK ((acceptee_par IS NULL) = (acceptee_le IS NULL))
);
CREATE INDEX threshold_proposals_chapitre ON threshold_proposals (chapitre, id DESC);

INSERT INTO service_rights VALUES
    ('policy_drafts', '{SELECT,INSERT,UPDATE}'), ('threshold_proposals', '{SELECT,INSERT,UPDATE}');
