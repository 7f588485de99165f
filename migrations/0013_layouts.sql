-- Labels that corrections of what was read have shown, and what experts decided of them. A label tells about nobody.
CREATE TABLE layout_proposals (
    id uuid PRIMARY KEY,
    champ text COLLATE "C" NOT NULL,
    niveau text NOT NULL CHECK (niveau IN ('declaration', 'article')),
    libelle text NOT NULL CHECK (length(libelle) BETWEEN 3 AND 60),
    -- The label as labels are compared.
    cle text COLLATE "C" NOT NULL CHECK (cle ~ '^[a-z0-9]{3,}$'),
    relation text NOT NULL CHECK (relation IN ('droite', 'dessous', 'decalage')),
    -- From the label to the value, in widths of the page, where it was seen first.
    dx double precision NOT NULL,
    dy double precision NOT NULL,
    etat text NOT NULL DEFAULT 'proposee' CHECK (etat IN ('proposee', 'acceptee', 'refusee')),
    -- In so many documents.
    vues integer NOT NULL DEFAULT 0 CHECK (vues >= 0),
    proposee_le timestamptz NOT NULL DEFAULT now(),
    vue_le timestamptz NOT NULL DEFAULT now(),
    decidee_par uuid,
    decidee_le timestamptz,
    motif text,
    UNIQUE (champ, niveau, cle, relation),
    CHECK ((etat = 'proposee') = (decidee_le IS NULL)),
    CHECK ((decidee_le IS NULL) = (decidee_par IS NULL) AND (decidee_le IS NULL) = (motif IS NULL))
);
CREATE INDEX layout_proposals_etat ON layout_proposals (etat, id DESC);

-- Where they were seen, once a document.
CREATE TABLE layout_sightings (
    proposal_id uuid NOT NULL REFERENCES layout_proposals,
    document_id uuid NOT NULL REFERENCES documents,
    -- The document's.
    bureau text COLLATE "C",
    page integer NOT NULL CHECK (page > 0),
    -- The label and the value, in fractions of the page.
    cadre jsonb NOT NULL CHECK (jsonb_typeof(cadre) = 'array'),
    vue_le timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (proposal_id, document_id)
);
CALL scope_by_office('layout_sightings');

INSERT INTO service_rights VALUES
    ('layout_proposals', '{SELECT,INSERT,UPDATE}'), ('layout_sightings', '{SELECT,INSERT}');
