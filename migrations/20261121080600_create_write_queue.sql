-- Writes to be made in PEMS, their attempts, and those that failed for good.

CREATE TABLE pfa_write_queue (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sequence         bigint GENERATED ALWAYS AS IDENTITY,
    organisation_id  uuid NOT NULL REFERENCES organisations (id),
    modification_id  uuid NOT NULL REFERENCES pfa_modification (id),
    job_id           uuid NOT NULL REFERENCES sync_jobs (id),
    pfa_id           text NOT NULL,
    operation        text NOT NULL CHECK (operation IN ('UPDATE', 'DELETE')),
    payload          jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
    base_values      jsonb NOT NULL CHECK (jsonb_typeof(base_values) = 'object'),
    base_version     bigint NOT NULL CHECK (base_version >= 1),
    modified_by      text NOT NULL,
    reason           text,
    status           text NOT NULL DEFAULT 'pending' CHECK (status IN
                         ('pending', 'processing', 'completed', 'failed', 'cancelled', 'superseded')),
    priority         smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 10),
    retry_count      smallint NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries      smallint NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    retries_spent    boolean NOT NULL DEFAULT false,
    scheduled_at     timestamptz NOT NULL DEFAULT now(),
    lease_token      uuid,
    lease_expires_at timestamptz,
    last_attempt_at  timestamptz,
    last_error       text,
    last_error_code  text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    completed_at     timestamptz,
    CHECK ((status = 'processing') = (lease_token IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_expires_at IS NULL)),
    CHECK ((status IN ('pending', 'processing')) = (completed_at IS NULL)),
    CHECK (retry_count <= max_retries)
) WITH (
    -- A queue turns over all the time: vacuum by count, not by share, and leave room for updates in place.
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.0,
    autovacuum_analyze_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
);
COMMENT ON TABLE pfa_write_queue IS 'One write to be made in PEMS';
COMMENT ON COLUMN pfa_write_queue.id IS 'Key';
COMMENT ON COLUMN pfa_write_queue.sequence IS 'Commit order; the writes of one record are made in this order';
COMMENT ON COLUMN pfa_write_queue.organisation_id IS 'Whose record';
COMMENT ON COLUMN pfa_write_queue.modification_id IS 'The change that it carries out';
COMMENT ON COLUMN pfa_write_queue.job_id IS 'The commit, resolution or reprocessing that queued it';
COMMENT ON COLUMN pfa_write_queue.pfa_id IS 'The record';
COMMENT ON COLUMN pfa_write_queue.operation IS 'UPDATE or DELETE';
COMMENT ON COLUMN pfa_write_queue.payload IS 'The changes that are sent';
COMMENT ON COLUMN pfa_write_queue.base_values IS 'What the changed fields held at base_version, as the author saw them';
COMMENT ON COLUMN pfa_write_queue.base_version IS 'The PEMS version that the change is based on';
COMMENT ON COLUMN pfa_write_queue.modified_by IS 'Sent as modifiedBy: the author''s user name';
COMMENT ON COLUMN pfa_write_queue.reason IS 'Sent as changeReason';
COMMENT ON COLUMN pfa_write_queue.status IS 'Where it stands; see the domain''s queue.rs';
COMMENT ON COLUMN pfa_write_queue.priority IS '0 (can wait) to 10 (before all others)';
COMMENT ON COLUMN pfa_write_queue.retry_count IS 'Retries used up';
COMMENT ON COLUMN pfa_write_queue.retries_spent IS 'The last try was made and its answer lost: it is read back, and not sent again';
COMMENT ON COLUMN pfa_write_queue.max_retries IS 'Retries allowed';
COMMENT ON COLUMN pfa_write_queue.scheduled_at IS 'Not to be sent before';
COMMENT ON COLUMN pfa_write_queue.lease_token IS 'The claim that holds it; only its holder can finish it';
COMMENT ON COLUMN pfa_write_queue.lease_expires_at IS 'When another worker may claim it, by database time';
COMMENT ON COLUMN pfa_write_queue.last_attempt_at IS 'When a request was last begun';
COMMENT ON COLUMN pfa_write_queue.last_error IS 'What went wrong last, in words';
COMMENT ON COLUMN pfa_write_queue.last_error_code IS 'What went wrong last, as a code to group by';
COMMENT ON COLUMN pfa_write_queue.created_at IS 'When it was queued';
COMMENT ON COLUMN pfa_write_queue.completed_at IS 'When it ended, in whichever way';
-- Serves: the claim. What is open is small, however much has been completed.
CREATE INDEX pfa_write_queue_claim ON pfa_write_queue (priority DESC, sequence)
    WHERE status IN ('pending', 'processing');
-- Serves: "is there an earlier open item of this record", and one record's order.
CREATE INDEX pfa_write_queue_record_order ON pfa_write_queue (organisation_id, pfa_id, sequence)
    WHERE status IN ('pending', 'processing');
-- At most one write in flight per record (I3), whoever claims.
CREATE UNIQUE INDEX pfa_write_queue_one_in_flight ON pfa_write_queue (organisation_id, pfa_id)
    WHERE status = 'processing';
-- One open item per change.
CREATE UNIQUE INDEX pfa_write_queue_one_open ON pfa_write_queue (modification_id)
    WHERE status IN ('pending', 'processing');
-- Serves: sync status counts, by an index-only scan.
CREATE INDEX pfa_write_queue_status ON pfa_write_queue (organisation_id, status);
-- Serves: latency and success rate of what ended of late.
CREATE INDEX pfa_write_queue_ended ON pfa_write_queue (organisation_id, completed_at DESC)
    WHERE completed_at IS NOT NULL;
-- Serves: the queue viewer, newest first, and its search by record.
CREATE INDEX pfa_write_queue_newest ON pfa_write_queue (organisation_id, sequence DESC);
-- Serves: a job's items.
CREATE INDEX pfa_write_queue_by_job ON pfa_write_queue (job_id);
CREATE INDEX pfa_write_queue_by_modification ON pfa_write_queue (modification_id);

CREATE TABLE write_attempts (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    queue_item_id   uuid NOT NULL REFERENCES pfa_write_queue (id),
    attempt         integer NOT NULL CHECK (attempt >= 1),
    request_id      uuid NOT NULL,
    sent_version    bigint NOT NULL CHECK (sent_version >= 1),
    payload         jsonb NOT NULL,
    payload_sha256  bytea NOT NULL CHECK (octet_length(payload_sha256) = 32),
    started_at      timestamptz NOT NULL DEFAULT now(),
    finished_at     timestamptz,
    outcome         text CHECK (outcome IN ('confirmed', 'conflict', 'locked', 'not_found', 'invalid',
                        'unauthorized', 'rate_limited', 'transient', 'unknown', 'not_sent',
                        'settled_applied', 'settled_not_applied', 'settled_moved_on', 'settled_in_doubt')),
    http_status     integer,
    response        jsonb,
    new_version     bigint,
    UNIQUE (queue_item_id, attempt),
    CHECK ((outcome IS NULL) = (finished_at IS NULL))
);
COMMENT ON TABLE write_attempts IS 'One request to PEMS for one item: written before it is sent, finished by its answer or by reading back';
COMMENT ON COLUMN write_attempts.id IS 'Key';
COMMENT ON COLUMN write_attempts.organisation_id IS 'Whose record';
COMMENT ON COLUMN write_attempts.queue_item_id IS 'The item';
COMMENT ON COLUMN write_attempts.attempt IS 'Its number, from 1';
COMMENT ON COLUMN write_attempts.request_id IS 'The HTTP request; the attempts of one batch share it';
COMMENT ON COLUMN write_attempts.sent_version IS 'The version that was sent for compare-and-set';
COMMENT ON COLUMN write_attempts.payload IS 'The changes as sent';
COMMENT ON COLUMN write_attempts.payload_sha256 IS 'SHA-256 of the payload''s text as sent';
COMMENT ON COLUMN write_attempts.started_at IS 'Just before sending';
COMMENT ON COLUMN write_attempts.finished_at IS 'When the outcome was known';
COMMENT ON COLUMN write_attempts.outcome IS 'Null or unknown: may have been applied, to be settled by reading back before any retry';
COMMENT ON COLUMN write_attempts.http_status IS 'PEMS''s status; that of the item within a batch';
COMMENT ON COLUMN write_attempts.response IS 'PEMS''s answer';
COMMENT ON COLUMN write_attempts.new_version IS 'The version that PEMS gave the change';
-- Serves: "may an earlier attempt of this item have been applied".
CREATE INDEX write_attempts_unsettled ON write_attempts (queue_item_id)
    WHERE outcome IS NULL OR outcome = 'unknown';

CREATE TABLE pfa_write_queue_dlq (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    queue_item_id   uuid NOT NULL UNIQUE REFERENCES pfa_write_queue (id),
    modification_id uuid NOT NULL REFERENCES pfa_modification (id),
    pfa_id          text NOT NULL,
    error_code      text NOT NULL,
    error           text NOT NULL,
    attempts        jsonb NOT NULL CHECK (jsonb_typeof(attempts) = 'array'),
    status          text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'reprocessed', 'discarded')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    decided_at      timestamptz,
    decided_by      uuid REFERENCES users (id),
    CHECK ((status = 'open') = (decided_at IS NULL)),
    CHECK ((status = 'open') = (decided_by IS NULL))
);
COMMENT ON TABLE pfa_write_queue_dlq IS 'Dead letters: one row per failed item, until it is reprocessed or discarded';
COMMENT ON COLUMN pfa_write_queue_dlq.id IS 'Key';
COMMENT ON COLUMN pfa_write_queue_dlq.organisation_id IS 'Whose record';
COMMENT ON COLUMN pfa_write_queue_dlq.queue_item_id IS 'The item that failed';
COMMENT ON COLUMN pfa_write_queue_dlq.modification_id IS 'The change that did not reach PEMS';
COMMENT ON COLUMN pfa_write_queue_dlq.pfa_id IS 'The record';
COMMENT ON COLUMN pfa_write_queue_dlq.error_code IS 'The cause, as a code to group by';
COMMENT ON COLUMN pfa_write_queue_dlq.error IS 'The cause, in words';
COMMENT ON COLUMN pfa_write_queue_dlq.attempts IS 'Every attempt with PEMS''s answer';
COMMENT ON COLUMN pfa_write_queue_dlq.status IS 'open until somebody decides';
COMMENT ON COLUMN pfa_write_queue_dlq.created_at IS 'When the item was given up';
COMMENT ON COLUMN pfa_write_queue_dlq.decided_at IS 'When it was reprocessed or discarded';
COMMENT ON COLUMN pfa_write_queue_dlq.decided_by IS 'By whom';
CREATE INDEX pfa_write_queue_dlq_open ON pfa_write_queue_dlq (organisation_id, created_at DESC) WHERE status = 'open';
