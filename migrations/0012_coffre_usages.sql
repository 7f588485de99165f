-- Keys for what the service seals that is nobody's in particular, one a use: second factors, documents that were sent and
-- what was read of them, answers that are kept for requests that come twice. They lie here wrapped, like those of
-- persons, and are wrapped again when the key-encryption key is rotated; what they sealed stays as it is.
CREATE TABLE coffre_usages (
    usage text COLLATE "C" PRIMARY KEY CHECK (usage ~ '^[a-z][a-z_]{0,31}$'),
    cle bytea NOT NULL CHECK (octet_length(cle) = 65),
    kek integer NOT NULL REFERENCES coffre_cles,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Whoever lost one of these would have lost all that it sealed.
INSERT INTO service_rights VALUES ('coffre_usages', '{SELECT,INSERT}');
