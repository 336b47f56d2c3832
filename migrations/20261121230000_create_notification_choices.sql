-- Each user says what he wants to be told in the app and by mail.

CREATE TABLE notification_choices (
    user_id    uuid NOT NULL REFERENCES users (id),
    kind       text NOT NULL CHECK (kind IN ('conflict', 'failure', 'paused', 'rollback')),
    in_app     boolean NOT NULL,
    by_mail    boolean NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, kind)
);
COMMENT ON TABLE notification_choices IS 'What a user wants to be told; without a row: in the app, not by mail';
COMMENT ON COLUMN notification_choices.user_id IS 'Whose choice';
COMMENT ON COLUMN notification_choices.kind IS 'The kind of notification, as in notifications';
COMMENT ON COLUMN notification_choices.in_app IS 'His inbox shows and counts it';
COMMENT ON COLUMN notification_choices.by_mail IS 'What he has not read within a minute is mailed to him';
COMMENT ON COLUMN notification_choices.updated_at IS 'When he chose it; what came before is not mailed';

ALTER TABLE notifications ADD COLUMN mailed_at timestamptz;
COMMENT ON COLUMN notifications.mailed_at IS 'When it was handed over to be mailed';
-- Serves: gathering what is to be mailed.
CREATE INDEX notifications_unmailed ON notifications (created_at) WHERE mailed_at IS NULL AND read_at IS NULL;

ALTER TABLE alert_delivery ADD COLUMN recipient text CHECK (length(recipient) BETWEEN 3 AND 254);
COMMENT ON COLUMN alert_delivery.recipient IS 'The one user that a mail is for; null for an alert, which goes to ALERT_EMAIL_TO';
ALTER TABLE alert_delivery ADD CHECK (recipient IS NULL OR channel = 'email');
