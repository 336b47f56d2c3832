-- What people are told.

CREATE TABLE notifications (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id         uuid NOT NULL REFERENCES users (id),
    kind            text NOT NULL CHECK (kind IN ('conflict', 'failure', 'paused')),
    title           text NOT NULL,
    body            text NOT NULL DEFAULT '',
    link            text NOT NULL DEFAULT '' CHECK (link = '' OR link LIKE '/%'),
    created_at      timestamptz NOT NULL DEFAULT now(),
    read_at         timestamptz
);
COMMENT ON TABLE notifications IS 'A user''s inbox';
COMMENT ON COLUMN notifications.id IS 'Key';
COMMENT ON COLUMN notifications.organisation_id IS 'What it is about';
COMMENT ON COLUMN notifications.user_id IS 'Who is told';
COMMENT ON COLUMN notifications.kind IS 'conflict, failure, or an API server was paused';
COMMENT ON COLUMN notifications.title IS 'One line';
COMMENT ON COLUMN notifications.body IS 'More, if there is more';
COMMENT ON COLUMN notifications.link IS 'The page that it leads to';
COMMENT ON COLUMN notifications.created_at IS 'When';
COMMENT ON COLUMN notifications.read_at IS 'When the user read it';
CREATE INDEX notifications_inbox ON notifications (user_id, created_at DESC);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;
