-- Users' changes on their way to PEMS.

CREATE TABLE pfa_modification (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    pfa_id          text NOT NULL,
    user_id         uuid NOT NULL REFERENCES users (id),
    operation       text NOT NULL CHECK (operation IN ('UPDATE', 'DELETE')),
    state           text NOT NULL DEFAULT 'draft' CHECK (state IN
                        ('draft', 'pending_sync', 'queued', 'syncing', 'synced', 'conflict', 'sync_error', 'discarded')),
    base_version    bigint NOT NULL CHECK (base_version >= 1),
    base_values     jsonb NOT NULL CHECK (jsonb_typeof(base_values) = 'object'),
    changes         jsonb NOT NULL CHECK (jsonb_typeof(changes) = 'object' AND changes <> '{}'),
    reason          text CHECK (length(reason) <= 500),
    job_id          uuid REFERENCES sync_jobs (id),
    committed_by    uuid REFERENCES users (id),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    committed_at    timestamptz,
    synced_at       timestamptz,
    synced_version  bigint,
    FOREIGN KEY (organisation_id, pfa_id) REFERENCES pfa_mirror (organisation_id, pfa_id),
    CHECK (state IN ('draft', 'discarded') OR (committed_at IS NOT NULL AND committed_by IS NOT NULL)),
    CHECK ((state = 'synced') = (synced_at IS NOT NULL AND synced_version IS NOT NULL))
);
COMMENT ON TABLE pfa_modification IS 'One user''s change of one record: changed fields only';
COMMENT ON COLUMN pfa_modification.id IS 'Key';
COMMENT ON COLUMN pfa_modification.organisation_id IS 'Whose record';
COMMENT ON COLUMN pfa_modification.pfa_id IS 'The record';
COMMENT ON COLUMN pfa_modification.user_id IS 'The author';
COMMENT ON COLUMN pfa_modification.operation IS 'UPDATE, or DELETE for a soft delete';
COMMENT ON COLUMN pfa_modification.state IS 'Where it stands; see the domain''s modification.rs';
COMMENT ON COLUMN pfa_modification.base_version IS 'PEMS version that the author saw';
COMMENT ON COLUMN pfa_modification.base_values IS 'What the changed fields held when the author saw them';
COMMENT ON COLUMN pfa_modification.changes IS 'Field names with their new values';
COMMENT ON COLUMN pfa_modification.reason IS 'Why, in the author''s words; sent to PEMS as changeReason';
COMMENT ON COLUMN pfa_modification.job_id IS 'The commit that it was part of';
COMMENT ON COLUMN pfa_modification.committed_by IS 'Who committed it';
COMMENT ON COLUMN pfa_modification.created_at IS 'When the draft was begun';
COMMENT ON COLUMN pfa_modification.updated_at IS 'When draft or state last changed';
COMMENT ON COLUMN pfa_modification.committed_at IS 'When it was committed';
COMMENT ON COLUMN pfa_modification.synced_at IS 'When PEMS confirmed it';
COMMENT ON COLUMN pfa_modification.synced_version IS 'The PEMS version that holds it';
-- One draft per user and record; saving again updates it.
CREATE UNIQUE INDEX pfa_modification_one_draft ON pfa_modification (organisation_id, user_id, pfa_id)
    WHERE state = 'draft';
-- Serves: the merged view (what is committed and not yet at its end), in commit order.
CREATE INDEX pfa_modification_open ON pfa_modification (organisation_id, pfa_id, committed_at)
    WHERE state IN ('pending_sync', 'queued', 'syncing', 'conflict', 'sync_error');
-- Serves: a job's items.
CREATE INDEX pfa_modification_by_job ON pfa_modification (job_id) WHERE job_id IS NOT NULL;
-- Serves: a record's recent changes.
CREATE INDEX pfa_modification_by_record ON pfa_modification (organisation_id, pfa_id, updated_at DESC);
