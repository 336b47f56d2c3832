-- Rollbacks: what is to be taken back, the preview that two people see, and what became of it.

CREATE TABLE rollbacks (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    target_job_id   uuid REFERENCES sync_jobs (id),
    pfa_id          text,
    to_version      bigint CHECK (to_version >= 1),
    reason          text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    status          text NOT NULL DEFAULT 'requested' CHECK (status IN
                        ('requested', 'running', 'completed', 'partly', 'failed', 'rejected', 'cancelled')),
    requested_by    uuid NOT NULL REFERENCES users (id),
    requested_at    timestamptz NOT NULL DEFAULT now(),
    preview_hash    text NOT NULL CHECK (preview_hash ~ '^[0-9a-f]{64}$'),
    preview_at      timestamptz NOT NULL DEFAULT now(),
    decided_by      uuid REFERENCES users (id),
    decided_at      timestamptz,
    decision_reason text CHECK (length(decision_reason) BETWEEN 1 AND 500),
    job_id          uuid UNIQUE REFERENCES sync_jobs (id),
    ended_at        timestamptz,
    FOREIGN KEY (organisation_id, pfa_id) REFERENCES pfa_mirror (organisation_id, pfa_id),
    -- A batch, or one record at one version.
    CHECK ((target_job_id IS NULL) = (pfa_id IS NOT NULL)),
    CHECK ((pfa_id IS NULL) = (to_version IS NULL)),
    CHECK ((status = 'requested') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    -- Two people: only taking a request back is for whoever made it.
    CONSTRAINT rollbacks_two_people CHECK (status = 'cancelled' OR decided_by IS DISTINCT FROM requested_by),
    CHECK ((status = 'rejected') = (decision_reason IS NOT NULL)),
    CHECK ((status IN ('running', 'completed', 'partly', 'failed')) = (job_id IS NOT NULL)),
    CHECK ((status IN ('completed', 'partly', 'failed')) = (ended_at IS NOT NULL))
);
COMMENT ON TABLE rollbacks IS 'A request to take a batch or a record back, approved by somebody else before anything is sent';
COMMENT ON COLUMN rollbacks.id IS 'Key';
COMMENT ON COLUMN rollbacks.organisation_id IS 'Whose records';
COMMENT ON COLUMN rollbacks.target_job_id IS 'The write run to take back; or else:';
COMMENT ON COLUMN rollbacks.pfa_id IS 'The record to take back';
COMMENT ON COLUMN rollbacks.to_version IS 'The version whose values it shall have again';
COMMENT ON COLUMN rollbacks.reason IS 'Why, in the words of whoever asks';
COMMENT ON COLUMN rollbacks.status IS 'Where it stands; see the domain''s rollback/status.rs';
COMMENT ON COLUMN rollbacks.requested_by IS 'Who asks; the author of its changes';
COMMENT ON COLUMN rollbacks.requested_at IS 'When';
COMMENT ON COLUMN rollbacks.preview_hash IS 'SHA-256 of the preview: an approval names the one that it has seen';
COMMENT ON COLUMN rollbacks.preview_at IS 'When the preview was made; later than the request if the records moved since';
COMMENT ON COLUMN rollbacks.decided_by IS 'Who approved, refused or cancelled it';
COMMENT ON COLUMN rollbacks.decided_at IS 'When';
COMMENT ON COLUMN rollbacks.decision_reason IS 'Why it was refused';
COMMENT ON COLUMN rollbacks.job_id IS 'The write run that carries it out, and that can be rolled back in its turn';
COMMENT ON COLUMN rollbacks.ended_at IS 'When that run had ended';
-- One open request per target: asking twice is asking once.
CREATE UNIQUE INDEX rollbacks_one_request ON rollbacks (organisation_id, target_job_id, pfa_id, to_version)
    NULLS NOT DISTINCT WHERE status = 'requested';
-- Serves: the list, newest first.
CREATE INDEX rollbacks_by_time ON rollbacks (organisation_id, requested_at DESC);
-- Serves: ending those whose run has ended.
CREATE INDEX rollbacks_running ON rollbacks (job_id) WHERE status = 'running';

CREATE TABLE rollback_records (
    rollback_id      uuid NOT NULL REFERENCES rollbacks (id),
    organisation_id  uuid NOT NULL REFERENCES organisations (id),
    pfa_id           text NOT NULL,
    version          bigint NOT NULL CHECK (version >= 1),
    previous_version bigint CHECK (previous_version >= 1 AND previous_version <> version),
    refusals         jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(refusals) = 'array'),
    modification_id  uuid UNIQUE REFERENCES pfa_modification (id),
    PRIMARY KEY (rollback_id, pfa_id),
    FOREIGN KEY (organisation_id, pfa_id) REFERENCES pfa_mirror (organisation_id, pfa_id)
);
COMMENT ON TABLE rollback_records IS 'A record of a rollback''s preview';
COMMENT ON COLUMN rollback_records.rollback_id IS 'The rollback';
COMMENT ON COLUMN rollback_records.organisation_id IS 'Whose record';
COMMENT ON COLUMN rollback_records.pfa_id IS 'The record';
COMMENT ON COLUMN rollback_records.version IS 'The PEMS version that the preview shows';
COMMENT ON COLUMN rollback_records.previous_version IS 'The version that the preview before this one showed, if the record moved';
COMMENT ON COLUMN rollback_records.refusals IS 'The rules that it would break: nothing of it is restored';
COMMENT ON COLUMN rollback_records.modification_id IS 'The change that restores it, once approved';

CREATE TABLE rollback_items (
    rollback_id   uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    pfa_id        text NOT NULL,
    field         text NOT NULL,
    current       jsonb NOT NULL,
    restored      jsonb,
    changed_since boolean NOT NULL,
    chosen        boolean NOT NULL,
    refusal       jsonb CHECK (jsonb_typeof(refusal) = 'object'),
    previous      jsonb,
    PRIMARY KEY (rollback_id, pfa_id, field),
    FOREIGN KEY (rollback_id, pfa_id) REFERENCES rollback_records (rollback_id, pfa_id) ON DELETE CASCADE,
    CHECK (changed_since OR NOT chosen),
    CHECK (restored IS NOT NULL OR refusal IS NOT NULL)
);
COMMENT ON TABLE rollback_items IS 'A field of a rollback''s preview: now, restored, changed since, chosen, or why not';
COMMENT ON COLUMN rollback_items.rollback_id IS 'The rollback';
COMMENT ON COLUMN rollback_items.organisation_id IS 'Whose record';
COMMENT ON COLUMN rollback_items.pfa_id IS 'The record';
COMMENT ON COLUMN rollback_items.field IS 'The field''s JSON name';
COMMENT ON COLUMN rollback_items.current IS 'What it holds';
COMMENT ON COLUMN rollback_items.restored IS 'What it held; null (no JSON) if that is not known';
COMMENT ON COLUMN rollback_items.changed_since IS 'Somebody in PEMS changed it since: left alone unless chosen';
COMMENT ON COLUMN rollback_items.chosen IS 'Whoever asks wants it restored all the same';
COMMENT ON COLUMN rollback_items.refusal IS 'Why it cannot be restored';
COMMENT ON COLUMN rollback_items.previous IS 'What it held in the preview before this one, if that was something else';
