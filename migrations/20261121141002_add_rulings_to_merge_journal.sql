-- What an ownership rule decided can be undone like any merge.

ALTER TABLE merge_journal
    ADD COLUMN conflict_id uuid REFERENCES pfa_sync_conflict (id),
    ADD COLUMN given_up jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(given_up) = 'object');
ALTER TABLE merge_journal ADD CHECK (conflict_id IS NOT NULL OR given_up = '{}');
COMMENT ON COLUMN merge_journal.conflict_id IS 'The conflict that an ownership rule decided; none for a merge that was none';
COMMENT ON COLUMN merge_journal.given_up IS 'Our values that a rule left behind, because PEMS owns the fields; an undo sends them';
