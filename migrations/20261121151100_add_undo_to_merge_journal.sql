-- A merge is undone once the change that undoes it has reached PEMS, not when somebody has asked for it.

ALTER TABLE merge_journal ADD COLUMN undo_modification_id uuid REFERENCES pfa_modification (id);
COMMENT ON COLUMN merge_journal.undo_modification_id IS 'The change that undoes it; where that stands says whether the merge is undone';
COMMENT ON COLUMN merge_journal.undone_at IS 'When its undoing was asked for last';
-- Both were written in one transaction, whose time they bear.
UPDATE merge_journal j SET undo_modification_id = m.id
FROM pfa_modification m
WHERE m.organisation_id = j.organisation_id AND m.pfa_id = j.pfa_id AND m.user_id = j.undone_by
  AND m.created_at = j.undone_at;
ALTER TABLE merge_journal ADD CHECK ((undone_at IS NULL) = (undo_modification_id IS NULL));
