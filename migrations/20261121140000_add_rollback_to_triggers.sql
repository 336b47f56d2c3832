-- The changes of a rollback are a batch like any other, and can be told from the rest.

ALTER TABLE sync_jobs DROP CONSTRAINT sync_jobs_trigger_check;
ALTER TABLE sync_jobs ADD CONSTRAINT sync_jobs_trigger_check
    CHECK (trigger IN ('schedule', 'manual', 'commit', 'resolution', 'reprocess', 'rollback'));
