-- Conflicts that a person decides, and merges that needed none.

CREATE TABLE pfa_sync_conflict (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    modification_id uuid NOT NULL REFERENCES pfa_modification (id),
    queue_item_id   uuid NOT NULL UNIQUE REFERENCES pfa_write_queue (id),
    pfa_id          text NOT NULL,
    cause           text NOT NULL CHECK (cause IN ('both_changed', 'invalid_together')),
    local_version   bigint NOT NULL CHECK (local_version >= 1),
    pems_version    bigint NOT NULL CHECK (pems_version >= 1),
    base_data       jsonb NOT NULL CHECK (jsonb_typeof(base_data) = 'object' AND base_data <> '{}'),
    local_data      jsonb NOT NULL CHECK (jsonb_typeof(local_data) = 'object' AND local_data <> '{}'),
    pems_data       jsonb NOT NULL CHECK (jsonb_typeof(pems_data) = 'object' AND pems_data <> '{}'),
    undisputed      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(undisputed) = 'object'),
    broken_rules    jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(broken_rules) = 'array'),
    pems_updated_by text NOT NULL,
    pems_updated_at timestamptz NOT NULL,
    status          text NOT NULL DEFAULT 'unresolved' CHECK (status IN ('unresolved', 'resolved_manual', 'resolved_auto')),
    resolution      text CHECK (resolution IN ('use_local', 'use_pems', 'merge')),
    resolved_data   jsonb,
    resolved_by     uuid REFERENCES users (id),
    resolved_at     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'unresolved') = (resolution IS NULL)),
    CHECK ((status = 'unresolved') = (resolved_at IS NULL)),
    CHECK (status <> 'resolved_manual' OR resolved_by IS NOT NULL)
);
COMMENT ON TABLE pfa_sync_conflict IS 'A change that PEMS crossed: exactly the fields to decide, with their three sides';
COMMENT ON COLUMN pfa_sync_conflict.id IS 'Key';
COMMENT ON COLUMN pfa_sync_conflict.organisation_id IS 'Whose record';
COMMENT ON COLUMN pfa_sync_conflict.modification_id IS 'Our change';
COMMENT ON COLUMN pfa_sync_conflict.queue_item_id IS 'The item that met the conflict; it is superseded';
COMMENT ON COLUMN pfa_sync_conflict.pfa_id IS 'The record';
COMMENT ON COLUMN pfa_sync_conflict.cause IS 'Both changed a field, or the halves break a rule together';
COMMENT ON COLUMN pfa_sync_conflict.local_version IS 'The PEMS version that our change was based on';
COMMENT ON COLUMN pfa_sync_conflict.pems_version IS 'PEMS''s version when the conflict was found';
COMMENT ON COLUMN pfa_sync_conflict.base_data IS 'The disputed fields as our author saw them';
COMMENT ON COLUMN pfa_sync_conflict.local_data IS 'The disputed fields as our author set them';
COMMENT ON COLUMN pfa_sync_conflict.pems_data IS 'The disputed fields as PEMS has them';
COMMENT ON COLUMN pfa_sync_conflict.undisputed IS 'Our other changes, which go whatever is decided';
COMMENT ON COLUMN pfa_sync_conflict.broken_rules IS 'For invalid_together: the errors of the merged record';
COMMENT ON COLUMN pfa_sync_conflict.pems_updated_by IS 'Who changed the record in PEMS';
COMMENT ON COLUMN pfa_sync_conflict.pems_updated_at IS 'When it was changed in PEMS';
COMMENT ON COLUMN pfa_sync_conflict.status IS 'Where it stands; see the domain''s conflict.rs';
COMMENT ON COLUMN pfa_sync_conflict.resolution IS 'What was chosen';
COMMENT ON COLUMN pfa_sync_conflict.resolved_data IS 'The changes that the resolution left to send';
COMMENT ON COLUMN pfa_sync_conflict.resolved_by IS 'Who decided';
COMMENT ON COLUMN pfa_sync_conflict.resolved_at IS 'When';
COMMENT ON COLUMN pfa_sync_conflict.created_at IS 'When the conflict was found';
-- One open conflict per change.
CREATE UNIQUE INDEX pfa_sync_conflict_one_open ON pfa_sync_conflict (modification_id) WHERE status = 'unresolved';
-- Serves: the conflict list and its badge.
CREATE INDEX pfa_sync_conflict_unresolved ON pfa_sync_conflict (organisation_id, created_at DESC)
    WHERE status = 'unresolved';
CREATE INDEX pfa_sync_conflict_by_time ON pfa_sync_conflict (organisation_id, created_at DESC);

CREATE TABLE merge_journal (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    modification_id uuid NOT NULL REFERENCES pfa_modification (id),
    queue_item_id   uuid NOT NULL REFERENCES pfa_write_queue (id),
    pfa_id          text NOT NULL,
    from_version    bigint NOT NULL CHECK (from_version >= 1),
    onto_version    bigint NOT NULL CHECK (onto_version > from_version),
    ours_before     jsonb NOT NULL CHECK (jsonb_typeof(ours_before) = 'object'),
    ours            jsonb NOT NULL CHECK (jsonb_typeof(ours) = 'object'),
    theirs_before   jsonb NOT NULL CHECK (jsonb_typeof(theirs_before) = 'object'),
    theirs          jsonb NOT NULL CHECK (jsonb_typeof(theirs) = 'object'),
    pems_updated_by text NOT NULL,
    merged_at       timestamptz NOT NULL DEFAULT now(),
    undone_at       timestamptz,
    undone_by       uuid REFERENCES users (id),
    UNIQUE (queue_item_id, onto_version),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
COMMENT ON TABLE merge_journal IS 'Automatic merges, with both sides'' values, so that each can be undone';
COMMENT ON COLUMN merge_journal.id IS 'Key';
COMMENT ON COLUMN merge_journal.organisation_id IS 'Whose record';
COMMENT ON COLUMN merge_journal.modification_id IS 'Our change';
COMMENT ON COLUMN merge_journal.queue_item_id IS 'The item that was rebased';
COMMENT ON COLUMN merge_journal.pfa_id IS 'The record';
COMMENT ON COLUMN merge_journal.from_version IS 'The version that our change was based on';
COMMENT ON COLUMN merge_journal.onto_version IS 'The version that it was rebased onto';
COMMENT ON COLUMN merge_journal.ours_before IS 'The fields that we changed, before';
COMMENT ON COLUMN merge_journal.ours IS 'The fields that we changed, after';
COMMENT ON COLUMN merge_journal.theirs_before IS 'The fields that PEMS changed, before';
COMMENT ON COLUMN merge_journal.theirs IS 'The fields that PEMS changed, after';
COMMENT ON COLUMN merge_journal.pems_updated_by IS 'Who changed the record in PEMS last';
COMMENT ON COLUMN merge_journal.merged_at IS 'When';
COMMENT ON COLUMN merge_journal.undone_at IS 'When the merge was undone';
COMMENT ON COLUMN merge_journal.undone_by IS 'By whom';
CREATE INDEX merge_journal_by_time ON merge_journal (organisation_id, merged_at DESC);
