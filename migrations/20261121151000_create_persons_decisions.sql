-- What a person decided is not decided over again by an ownership rule: asked by the worker, and by the what-if.

CREATE VIEW persons_decisions AS
    SELECT q.id AS queue_item_id
    FROM pfa_write_queue q
    WHERE EXISTS (
        -- The item itself, or an earlier one of the same change: what was decided stays so when it is reprocessed.
        SELECT 1 FROM pfa_write_queue e
        JOIN pfa_modification m ON m.id = e.modification_id
        JOIN sync_jobs j ON j.id IN (e.job_id, m.job_id)
        WHERE e.modification_id = q.modification_id AND e.sequence <= q.sequence
          AND j.trigger IN ('resolution', 'rollback'));
COMMENT ON VIEW persons_decisions IS 'Queue items that carry out a rollback, the resolution of a conflict, or the undoing of a merge';
COMMENT ON COLUMN persons_decisions.queue_item_id IS 'The item';
