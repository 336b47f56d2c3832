-- Organisations, users, memberships, sessions.

CREATE TABLE organisations (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code               text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9_-]{1,15}$'),
    name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    write_sync_enabled boolean NOT NULL DEFAULT true,
    created_at         timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE organisations IS 'The organisations whose records are mirrored; the border that no data crosses';
COMMENT ON COLUMN organisations.id IS 'Key';
COMMENT ON COLUMN organisations.code IS 'Organisation code in PEMS';
COMMENT ON COLUMN organisations.name IS 'What people call it';
COMMENT ON COLUMN organisations.write_sync_enabled IS 'Whether the worker sends this organisation''s queue to PEMS';
COMMENT ON COLUMN organisations.created_at IS 'When it was set up';

CREATE TABLE users (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username      text NOT NULL CHECK (username ~ '^[a-z0-9][a-z0-9._-]{0,29}$'),
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    role          text NOT NULL CHECK (role IN ('Viewer', 'Editor', 'PortfolioManager', 'Administrator')),
    is_active     boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_username_unique UNIQUE (username)
);
COMMENT ON TABLE users IS 'The people who log in';
COMMENT ON COLUMN users.id IS 'Key';
COMMENT ON COLUMN users.username IS 'Login name, lower case; sent to PEMS as modifiedBy';
COMMENT ON COLUMN users.email IS 'Where notifications go';
COMMENT ON COLUMN users.password_hash IS 'argon2id, PHC string format';
COMMENT ON COLUMN users.role IS 'Bundle of permissions, see the domain''s permission.rs';
COMMENT ON COLUMN users.is_active IS 'An inactive user cannot log in, and has no valid session';
COMMENT ON COLUMN users.created_at IS 'When the user was added';

CREATE TABLE organisation_members (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id         uuid NOT NULL REFERENCES users (id),
    PRIMARY KEY (user_id, organisation_id)
);
COMMENT ON TABLE organisation_members IS 'Which organisations a user may see and touch';
COMMENT ON COLUMN organisation_members.organisation_id IS 'The organisation';
COMMENT ON COLUMN organisation_members.user_id IS 'The user';
CREATE INDEX organisation_members_by_organisation ON organisation_members (organisation_id);

CREATE TABLE sessions (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id      uuid NOT NULL REFERENCES users (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    user_agent   text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 300),
    CHECK (expires_at > created_at)
);
COMMENT ON TABLE sessions IS 'One row a login; a JWT is good only while its session is';
COMMENT ON COLUMN sessions.id IS 'Key; the JWT''s jti';
COMMENT ON COLUMN sessions.user_id IS 'Who logged in';
COMMENT ON COLUMN sessions.created_at IS 'When';
COMMENT ON COLUMN sessions.expires_at IS 'When the session ends by itself';
COMMENT ON COLUMN sessions.revoked_at IS 'When it was ended by log-out or by an administrator';
COMMENT ON COLUMN sessions.user_agent IS 'The browser or program, as it named itself';
-- Serves: revoking a user's sessions.
CREATE INDEX sessions_live_by_user ON sessions (user_id) WHERE revoked_at IS NULL;

CREATE TABLE login_failures (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username   text NOT NULL CHECK (length(username) <= 60),
    failed_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE login_failures IS 'Failed logins of late: the shared part of the login rate limit';
COMMENT ON COLUMN login_failures.id IS 'Key';
COMMENT ON COLUMN login_failures.username IS 'The name that was tried, whether it exists or not';
COMMENT ON COLUMN login_failures.failed_at IS 'When';
CREATE INDEX login_failures_by_username ON login_failures (username, failed_at);
