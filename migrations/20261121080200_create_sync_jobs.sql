-- Runs of the read sync and batches of committed changes.

CREATE TABLE sync_jobs (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id  uuid NOT NULL REFERENCES organisations (id),
    kind             text NOT NULL CHECK (kind IN ('read', 'write')),
    trigger          text NOT NULL CHECK (trigger IN ('schedule', 'manual', 'commit', 'resolution', 'reprocess')),
    state            text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'completed', 'failed')),
    requested_by     uuid REFERENCES users (id),
    started_at       timestamptz NOT NULL DEFAULT now(),
    finished_at      timestamptz,
    error            text,
    is_full          boolean NOT NULL DEFAULT false,
    updated_since    timestamptz,
    cursor           text,
    as_of            timestamptz,
    pages            integer NOT NULL DEFAULT 0 CHECK (pages >= 0),
    records_read     integer NOT NULL DEFAULT 0 CHECK (records_read >= 0),
    records_changed  integer NOT NULL DEFAULT 0 CHECK (records_changed >= 0),
    records_rejected integer NOT NULL DEFAULT 0 CHECK (records_rejected >= 0),
    lease_token      uuid,
    lease_expires_at timestamptz,
    idempotency_key  text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    item_count       integer NOT NULL DEFAULT 0 CHECK (item_count >= 0),
    CHECK ((state = 'running') = (finished_at IS NULL)),
    CHECK ((lease_token IS NULL) = (lease_expires_at IS NULL))
);
COMMENT ON TABLE sync_jobs IS 'A read run, or the changes of one commit on their way to PEMS';
COMMENT ON COLUMN sync_jobs.id IS 'Key; the jobId of the API';
COMMENT ON COLUMN sync_jobs.organisation_id IS 'Whose records';
COMMENT ON COLUMN sync_jobs.kind IS 'read: PEMS to mirror; write: queue to PEMS';
COMMENT ON COLUMN sync_jobs.trigger IS 'What started it';
COMMENT ON COLUMN sync_jobs.state IS 'running until the last page or item is decided';
COMMENT ON COLUMN sync_jobs.requested_by IS 'Who asked for it; null for the schedule';
COMMENT ON COLUMN sync_jobs.started_at IS 'When it began';
COMMENT ON COLUMN sync_jobs.finished_at IS 'When it ended';
COMMENT ON COLUMN sync_jobs.error IS 'Why it failed, for administrators';
COMMENT ON COLUMN sync_jobs.is_full IS 'read: everything, not only what changed';
COMMENT ON COLUMN sync_jobs.updated_since IS 'read: where it starts, overlap included; null for everything';
COMMENT ON COLUMN sync_jobs.cursor IS 'read: the next page; a run that was cut off goes on from here';
COMMENT ON COLUMN sync_jobs.as_of IS 'read: PEMS''s own time at the first page; the next run starts from it';
COMMENT ON COLUMN sync_jobs.pages IS 'read: pages taken in so far';
COMMENT ON COLUMN sync_jobs.records_read IS 'read: records seen so far';
COMMENT ON COLUMN sync_jobs.records_changed IS 'read: records that were new, or newer than the mirror';
COMMENT ON COLUMN sync_jobs.records_rejected IS 'read: records in quarantine';
COMMENT ON COLUMN sync_jobs.lease_token IS 'read: the replica that carries it out';
COMMENT ON COLUMN sync_jobs.lease_expires_at IS 'read: when another replica may take over';
COMMENT ON COLUMN sync_jobs.idempotency_key IS 'write: the client''s key; the same key commits once';
COMMENT ON COLUMN sync_jobs.item_count IS 'write: changes committed by this job';
-- One read run an organisation at a time, over all replicas.
CREATE UNIQUE INDEX sync_jobs_one_read ON sync_jobs (organisation_id) WHERE kind = 'read' AND state = 'running';
-- A client key commits once.
CREATE UNIQUE INDEX sync_jobs_idempotency ON sync_jobs (organisation_id, requested_by, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- Serves: the history page and the last and running job.
CREATE INDEX sync_jobs_by_time ON sync_jobs (organisation_id, kind, started_at DESC);
CREATE INDEX sync_jobs_running_writes ON sync_jobs (id) WHERE kind = 'write' AND state = 'running';
