-- Nobody takes a colleague's work back unseen: the preview says who changed a field last.

ALTER TABLE rollback_items
    ADD COLUMN changed_by text,
    ADD COLUMN changed_at timestamptz,
    ADD CHECK ((changed_by IS NULL) = (changed_at IS NULL));
COMMENT ON COLUMN rollback_items.changed_since IS 'Somebody else changed it since, in PEMS or through here: left alone unless chosen';
COMMENT ON COLUMN rollback_items.changed_by IS 'Who changed it last: of those others, if it was changed since; none if that is not known';
COMMENT ON COLUMN rollback_items.changed_at IS 'When that was';
