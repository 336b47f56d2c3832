-- What the queue viewer, the dead letters and the sync history count and page through.

-- Serves: failures by cause, counted in the index alone.
CREATE INDEX pfa_write_queue_causes ON pfa_write_queue (organisation_id, last_error_code) WHERE status = 'failed';
-- Serves: open dead letters by cause.
CREATE INDEX pfa_write_queue_dlq_causes ON pfa_write_queue_dlq (organisation_id, error_code) WHERE status = 'open';
-- Serves: all dead letters, decided ones too, newest first.
CREATE INDEX pfa_write_queue_dlq_newest ON pfa_write_queue_dlq (organisation_id, created_at DESC, id);
-- Serves: the history of runs of both kinds, newest first, and from a date on.
CREATE INDEX sync_jobs_newest ON sync_jobs (organisation_id, started_at DESC, id);
-- Serves: the way from an item to the conflict that took its place.
CREATE INDEX pfa_sync_conflict_by_item ON pfa_sync_conflict (queue_item_id);
