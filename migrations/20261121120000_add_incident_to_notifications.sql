-- One notification per incident and administrator, however often the incident shows itself.

ALTER TABLE notifications ADD COLUMN incident text CHECK (length(incident) BETWEEN 1 AND 300);
COMMENT ON COLUMN notifications.incident IS 'Names the incident that an alert is about; null for what is no alert';
-- The same incident is told once.
CREATE UNIQUE INDEX notifications_incident ON notifications (user_id, incident) WHERE incident IS NOT NULL;
