-- A failed change that a person gave other values and sent again: a decision of his, after he saw what PEMS holds.

ALTER TABLE sync_jobs DROP CONSTRAINT sync_jobs_trigger_check;
ALTER TABLE sync_jobs ADD CONSTRAINT sync_jobs_trigger_check
    CHECK (trigger IN ('schedule', 'manual', 'commit', 'resolution', 'reprocess', 'rollback', 'correction'));

CREATE OR REPLACE VIEW persons_decisions AS
    SELECT q.id AS queue_item_id
    FROM pfa_write_queue q
    WHERE EXISTS (
        -- The item itself, or an earlier one of the same change: what was decided stays so when it is reprocessed.
        SELECT 1 FROM pfa_write_queue e
        JOIN pfa_modification m ON m.id = e.modification_id
        JOIN sync_jobs j ON j.id IN (e.job_id, m.job_id)
        WHERE e.modification_id = q.modification_id AND e.sequence <= q.sequence
          AND j.trigger IN ('resolution', 'rollback', 'correction'));
COMMENT ON VIEW persons_decisions IS
    'Queue items that carry out a rollback, the resolution of a conflict, the undoing of a merge, or a corrected failure';
