-- Who did what, when, with which outcome: append-only and hash-chained.

CREATE TABLE audit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    sequence        bigint NOT NULL CHECK (sequence >= 1),
    at              timestamptz NOT NULL,
    user_id         uuid REFERENCES users (id),
    actor           text NOT NULL,
    event_type      text NOT NULL CHECK (event_type ~ '^[a-z_]+\.[a-z_]+$'),
    pfa_id          text,
    modification_id uuid,
    before          jsonb,
    after           jsonb,
    pems_response   jsonb,
    outcome         text NOT NULL,
    previous_hash   bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash            bytea NOT NULL CHECK (octet_length(hash) = 32),
    UNIQUE (organisation_id, sequence)
);
COMMENT ON TABLE audit_log IS 'The audit log; the database refuses UPDATE, DELETE and TRUNCATE';
COMMENT ON COLUMN audit_log.id IS 'Key';
COMMENT ON COLUMN audit_log.organisation_id IS 'Whose chain it belongs to';
COMMENT ON COLUMN audit_log.sequence IS 'Place in the chain, from 1, without gaps';
COMMENT ON COLUMN audit_log.at IS 'When';
COMMENT ON COLUMN audit_log.user_id IS 'Who; null for the system';
COMMENT ON COLUMN audit_log.actor IS 'User name at the time, or system';
COMMENT ON COLUMN audit_log.event_type IS 'What happened: area.event';
COMMENT ON COLUMN audit_log.pfa_id IS 'The record concerned';
COMMENT ON COLUMN audit_log.modification_id IS 'The change concerned';
COMMENT ON COLUMN audit_log.before IS 'Values before';
COMMENT ON COLUMN audit_log.after IS 'Values after';
COMMENT ON COLUMN audit_log.pems_response IS 'PEMS''s answer';
COMMENT ON COLUMN audit_log.outcome IS 'success, or how it failed';
COMMENT ON COLUMN audit_log.previous_hash IS 'Hash of the row before; zeros for the first';
COMMENT ON COLUMN audit_log.hash IS 'SHA-256 over previous_hash and the row''s content, see the domain''s audit.rs';
CREATE INDEX audit_log_by_time ON audit_log (organisation_id, at DESC);
CREATE INDEX audit_log_by_record ON audit_log (organisation_id, pfa_id, sequence DESC) WHERE pfa_id IS NOT NULL;

CREATE TABLE audit_chain_heads (
    organisation_id uuid PRIMARY KEY REFERENCES organisations (id),
    sequence        bigint NOT NULL CHECK (sequence >= 0),
    hash            bytea NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE audit_chain_heads IS 'The end of each chain; locked while rows are appended, so that writers queue up';
COMMENT ON COLUMN audit_chain_heads.organisation_id IS 'Whose chain';
COMMENT ON COLUMN audit_chain_heads.sequence IS 'Sequence of the last row';
COMMENT ON COLUMN audit_chain_heads.hash IS 'Hash of the last row';

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
COMMENT ON FUNCTION refuse_audit_change IS 'Makes the audit log append-only';
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
