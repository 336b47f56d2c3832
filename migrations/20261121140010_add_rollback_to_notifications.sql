-- Who may approve a rollback is told of it; whoever asked, what became of it.

ALTER TABLE notifications DROP CONSTRAINT notifications_kind_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_kind_check
    CHECK (kind IN ('conflict', 'failure', 'paused', 'rollback'));
COMMENT ON COLUMN notifications.kind IS 'conflict, failure, an API server was paused, or a rollback';
