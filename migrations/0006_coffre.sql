-- The vault. A person's data is sealed with a key of their own; that key lies here, wrapped by a key-encryption key
-- that the database never holds. Who destroys the person's key has erased what it sealed, everywhere.

-- The key-encryption keys that the file of keys must hold: their numbers, and what proves that they are the right ones.
CREATE TABLE coffre_cles (
    version integer PRIMARY KEY CHECK (version BETWEEN 1 AND 1000000),
    temoin bytea NOT NULL CHECK (octet_length(temoin) = 16),
    etat text NOT NULL CHECK (etat IN ('active', 'remplacee')),
    created_at timestamptz NOT NULL DEFAULT now()
);
-- One wraps what is new. Others can only go once nothing refers to them.
CREATE UNIQUE INDEX coffre_cles_active ON coffre_cles (etat) WHERE etat = 'active';

-- `repere` is a keyed hash of what identifies the person; `cle` the wrapped key; `scellements` how often the key may
-- have been used, since its nonces are random. An erased person keeps the row, without anything that tells who it was.
CREATE TABLE personnes (
    id uuid PRIMARY KEY,
    classe text NOT NULL CHECK (classe ~ '^[a-z][a-z_]{0,31}$'),
    repere bytea CHECK (octet_length(repere) = 32),
    cle bytea CHECK (octet_length(cle) = 65),
    kek integer REFERENCES coffre_cles,
    scellements bigint NOT NULL CHECK (scellements BETWEEN 0 AND 4294967296),
    created_at timestamptz NOT NULL DEFAULT now(),
    effacee_le timestamptz,
    UNIQUE (classe, repere),
    CHECK ((effacee_le IS NULL) = (cle IS NOT NULL)),
    CHECK ((cle IS NULL) = (kek IS NULL) AND (cle IS NULL) = (repere IS NULL))
);
CREATE INDEX personnes_kek ON personnes (kek, id) WHERE kek IS NOT NULL;

-- As long as one of these is open, the person is not erased. The reason is sealed.
CREATE TABLE personnes_conservations (
    id uuid PRIMARY KEY,
    personne_id uuid NOT NULL REFERENCES personnes,
    motif_scelle bytea NOT NULL,
    posee_par text NOT NULL CHECK (posee_par <> ''),
    posee_le timestamptz NOT NULL DEFAULT now(),
    levee_par text CHECK (levee_par <> ''),
    levee_le timestamptz,
    CHECK ((levee_par IS NULL) = (levee_le IS NULL))
);
CREATE INDEX personnes_conservations_personne ON personnes_conservations (personne_id, posee_le);

-- A second wall behind the program's own.
CREATE FUNCTION personnes_sont_conservees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM personnes_conservations WHERE personne_id = OLD.id AND levee_le IS NULL) THEN
        RAISE EXCEPTION 'personnes: a hold is open' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER personnes_conservees BEFORE UPDATE OF cle ON personnes
    FOR EACH ROW WHEN (NEW.cle IS NULL AND OLD.cle IS NOT NULL) EXECUTE FUNCTION personnes_sont_conservees();

-- Addresses of accounts move from `email` to here when the service or a command next starts.
ALTER TABLE users ADD COLUMN personne_id uuid REFERENCES personnes;
ALTER TABLE users ADD COLUMN email_scelle bytea;
CREATE INDEX users_personne_id ON users (personne_id) WHERE personne_id IS NOT NULL;
