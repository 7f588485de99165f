-- Second factors, accounts made by invitation, what sessions know of how somebody signed in, and notices. Secrets are
-- sealed with a key that the database does not hold, or only here as hashes.

-- Without a password an account cannot sign in: it was invited, or its password is being replaced.
ALTER TABLE users
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN name text CHECK (length(name) BETWEEN 1 AND 120),
    ADD COLUMN version integer NOT NULL DEFAULT 1;

ALTER TABLE sessions
    ADD COLUMN proof text NOT NULL DEFAULT 'mot_de_passe' CHECK (proof IN ('mot_de_passe', 'deux_facteurs', 'machine')),
    ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT now();

-- A code makes an administrator's account where there is none (role), or gives an account its password (user_id).
ALTER TABLE activation_codes
    ALTER COLUMN role DROP NOT NULL,
    ADD COLUMN user_id uuid REFERENCES users ON DELETE CASCADE,
    ADD CHECK ((role IS NULL) <> (user_id IS NULL));
CREATE UNIQUE INDEX activation_codes_user_id ON activation_codes (user_id) WHERE used_at IS NULL;

-- `secret` counts; `offered` is one that its owner has not yet shown to work.
CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    secret bytea,
    confirmed_at timestamptz,
    -- The last time step whose code was accepted: none is accepted twice.
    last_step bigint NOT NULL DEFAULT -1,
    offered bytea,
    offered_at timestamptz,
    CHECK ((secret IS NULL) = (confirmed_at IS NULL)),
    CHECK ((offered IS NULL) = (offered_at IS NULL))
);

CREATE TABLE recovery_codes (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    used_at timestamptz
);
CREATE INDEX recovery_codes_user_id ON recovery_codes (user_id);

-- Logins whose password was right and whose code is awaited.
CREATE TABLE login_challenges (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX login_challenges_user_id ON login_challenges (user_id);
CREATE INDEX login_challenges_expires_at ON login_challenges (expires_at);

-- A lost second factor is taken away by two people, neither of whom is its owner.
CREATE TABLE second_factor_resets (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    requested_by uuid NOT NULL REFERENCES users,
    requested_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    approved_by uuid REFERENCES users,
    closed_at timestamptz,
    CHECK (requested_by <> user_id),
    CHECK (approved_by <> requested_by AND approved_by <> user_id)
);
CREATE UNIQUE INDEX second_factor_resets_open ON second_factor_resets (user_id) WHERE closed_at IS NULL;

-- What the owner of an account is told of it.
CREATE TABLE notices (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind text NOT NULL,
    address text,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz
);
CREATE INDEX notices_user_id ON notices (user_id, id);
