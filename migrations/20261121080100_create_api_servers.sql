-- Where an organisation's PEMS is, how it may be reached, and how it fares.

CREATE TABLE api_servers (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id      uuid NOT NULL REFERENCES organisations (id),
    name                 text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    base_url             text NOT NULL CHECK (base_url ~ '^https?://' AND length(base_url) <= 500),
    tenant               text NOT NULL CHECK (length(tenant) <= 80),
    username             text NOT NULL CHECK (length(username) <= 200),
    secret_ciphertext    bytea NOT NULL,
    secret_nonce         bytea NOT NULL CHECK (octet_length(secret_nonce) = 12),
    secret_key_id        text NOT NULL,
    supports_batch       boolean NOT NULL DEFAULT true,
    is_managed           boolean NOT NULL DEFAULT false,
    status               text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
    pause_reason         text CHECK (pause_reason IN ('unauthorized', 'administrator')),
    consecutive_failures integer NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
    breaker_pauses       integer NOT NULL DEFAULT 0 CHECK (breaker_pauses >= 0),
    breaker_until        timestamptz,
    last_success_at      timestamptz,
    last_error           text,
    last_error_at        timestamptz,
    limiter_id           uuid NOT NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'paused') = (pause_reason IS NOT NULL)),
    UNIQUE (organisation_id, name)
);
COMMENT ON TABLE api_servers IS 'One PEMS endpoint with its credential, its pause and its breaker, shared by all replicas';
COMMENT ON COLUMN api_servers.id IS 'Key; associated data of the encrypted secret';
COMMENT ON COLUMN api_servers.organisation_id IS 'Whose PEMS it is';
COMMENT ON COLUMN api_servers.name IS 'What administrators call it';
COMMENT ON COLUMN api_servers.base_url IS 'HTTPS, or plain HTTP to a loopback address';
COMMENT ON COLUMN api_servers.tenant IS 'Sent as the tenant header';
COMMENT ON COLUMN api_servers.username IS 'Basic authentication: user';
COMMENT ON COLUMN api_servers.secret_ciphertext IS 'Basic authentication: password, AES-256-GCM with the id as associated data';
COMMENT ON COLUMN api_servers.secret_nonce IS 'The nonce of that encryption, never used twice';
COMMENT ON COLUMN api_servers.secret_key_id IS 'Which key it was encrypted with, so that keys can be rotated';
COMMENT ON COLUMN api_servers.supports_batch IS 'Whether POST pfa/batch may be used';
COMMENT ON COLUMN api_servers.is_managed IS 'True for the one that mirrors the PEMS_WRITE_* settings; it is rewritten at each start';
COMMENT ON COLUMN api_servers.status IS 'active, or paused until an administrator resumes it';
COMMENT ON COLUMN api_servers.pause_reason IS 'Why it is paused';
COMMENT ON COLUMN api_servers.consecutive_failures IS 'Transient failures since the last success';
COMMENT ON COLUMN api_servers.breaker_pauses IS 'How often in a row the breaker opened; decides how long the next pause is';
COMMENT ON COLUMN api_servers.breaker_until IS 'Nothing is sent before this time';
COMMENT ON COLUMN api_servers.last_success_at IS 'When PEMS last answered as it should';
COMMENT ON COLUMN api_servers.last_error IS 'What went wrong last';
COMMENT ON COLUMN api_servers.last_error_at IS 'When';
COMMENT ON COLUMN api_servers.limiter_id IS 'The rate budget of its credential';
COMMENT ON COLUMN api_servers.created_at IS 'When it was added';
COMMENT ON COLUMN api_servers.updated_at IS 'When an administrator last changed it';

CREATE TABLE rate_limiters (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    credential      text NOT NULL UNIQUE,
    rate_per_second double precision NOT NULL CHECK (rate_per_second > 0 AND rate_per_second <= 1000),
    burst           integer NOT NULL CHECK (burst BETWEEN 1 AND 1000),
    arrival_at      timestamptz NOT NULL DEFAULT '-infinity',
    slowdown        double precision NOT NULL DEFAULT 1 CHECK (slowdown BETWEEN 1 AND 16),
    slowed_at       timestamptz
);
COMMENT ON TABLE rate_limiters IS 'One request budget per PEMS credential, shared by all replicas (generic cell rate algorithm)';
COMMENT ON COLUMN rate_limiters.id IS 'Key';
COMMENT ON COLUMN rate_limiters.credential IS 'Base URL, tenant and user name: what PEMS counts by';
COMMENT ON COLUMN rate_limiters.rate_per_second IS 'Requests per second that PEMS allows';
COMMENT ON COLUMN rate_limiters.burst IS 'Requests that may go at once after a pause; kept below what PEMS allows, so that jitter on the way cannot break its limit';
COMMENT ON COLUMN rate_limiters.arrival_at IS 'Theoretical arrival time of the next request';
COMMENT ON COLUMN rate_limiters.slowdown IS 'Factor on the interval; doubled by a 429, halved again as time passes without one';
COMMENT ON COLUMN rate_limiters.slowed_at IS 'When the last 429 came';

ALTER TABLE api_servers
    ADD CONSTRAINT api_servers_limiter_fk FOREIGN KEY (limiter_id) REFERENCES rate_limiters (id);
-- Serves: the worker's and the read sync's look-up of an organisation's server.
CREATE INDEX api_servers_by_organisation ON api_servers (organisation_id);
