-- What is meant by a lost answer, once: claims, cancels and dead letters all ask for it.

CREATE VIEW unsettled_attempts AS
    SELECT w.id, w.sent_version, w.payload, q.modification_id
    FROM write_attempts w JOIN pfa_write_queue q ON q.id = w.queue_item_id
    WHERE w.outcome IS NULL OR w.outcome = 'unknown';
COMMENT ON VIEW unsettled_attempts IS 'Attempts that may have been applied: the record is read back before anything else is done';
COMMENT ON COLUMN unsettled_attempts.id IS 'The attempt';
COMMENT ON COLUMN unsettled_attempts.sent_version IS 'The version that it was sent against';
COMMENT ON COLUMN unsettled_attempts.payload IS 'The changes that were sent';
COMMENT ON COLUMN unsettled_attempts.modification_id IS 'Whose write it was; retries and reprocessing make further queue items';
