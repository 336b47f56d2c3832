-- Conflicts that an ownership rule decided. An item can meet several now, since a decided one goes on as itself.

ALTER TABLE pfa_sync_conflict ADD COLUMN rule text;
ALTER TABLE pfa_sync_conflict ADD CHECK ((status = 'resolved_auto') = (rule IS NOT NULL));
COMMENT ON COLUMN pfa_sync_conflict.rule IS 'The ownership rules that decided it, in words, as they were then';
ALTER TABLE pfa_sync_conflict DROP CONSTRAINT pfa_sync_conflict_queue_item_id_key;
-- Of what an item met at a version, the rules decide a part once, and a person the rest.
CREATE UNIQUE INDEX pfa_sync_conflict_met_once
    ON pfa_sync_conflict (queue_item_id, pems_version, (rule IS NOT NULL));
COMMENT ON COLUMN pfa_sync_conflict.queue_item_id IS 'The item that met the conflict; it is superseded where a person decides';
