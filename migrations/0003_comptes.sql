-- Accounts, their sessions, and what failed logins leave. Secrets are only ever here as hashes.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text COLLATE "C" NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
    email text CHECK (length(email) <= 254),
    role text NOT NULL CHECK (role IN ('inspecteur', 'expert_ml', 'chef_service', 'admin', 'declarant')),
    bureau text CHECK (bureau ~ '^[0-9A-Z]{1,8}$'),
    status text NOT NULL DEFAULT 'actif' CHECK (status IN ('actif', 'desactive')),
    password_hash text NOT NULL,
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_updated_at ON users (updated_at);

-- For the first administrator: SHA-256 of a code that is used once.
CREATE TABLE activation_codes (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    role text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    address text NOT NULL,
    agent text NOT NULL
);
CREATE INDEX sessions_user_id ON sessions (user_id, created_at);
CREATE INDEX sessions_ended_at ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Each is used once. One that comes twice was stolen: its session ends.
CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);

-- Logins that were tried, by account and by source; `key` is a hash of either.
CREATE TABLE login_attempts (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    count integer NOT NULL,
    last_at timestamptz NOT NULL,
    blocked_until timestamptz
);
CREATE INDEX login_attempts_last_at ON login_attempts (last_at);
