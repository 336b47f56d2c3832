-- Whose value holds when both sides changed a field, where an administrator has said so.

CREATE TABLE ownership_rules (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    field           text NOT NULL,
    owner           text NOT NULL CHECK (owner IN ('pems', 'vanguard')),
    since           timestamptz NOT NULL DEFAULT now(),
    set_by          uuid NOT NULL REFERENCES users (id),
    PRIMARY KEY (organisation_id, field)
);
COMMENT ON TABLE ownership_rules IS 'Fields whose conflicts resolve themselves; a field that is missing is for a person to decide';
COMMENT ON COLUMN ownership_rules.organisation_id IS 'Whose conflicts';
COMMENT ON COLUMN ownership_rules.field IS 'JSON name of the field';
COMMENT ON COLUMN ownership_rules.owner IS 'pems: our value is given up; vanguard: our value is sent over PEMS''s';
COMMENT ON COLUMN ownership_rules.since IS 'When the rule was switched on';
COMMENT ON COLUMN ownership_rules.set_by IS 'Who switched it on';
