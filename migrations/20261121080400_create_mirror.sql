-- Our copy of PEMS's records, and every version that it had before.

CREATE TABLE pfa_mirror (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    pfa_id          text NOT NULL CHECK (length(pfa_id) BETWEEN 1 AND 30),
    version         bigint NOT NULL CHECK (version >= 1),
    updated_at      timestamptz NOT NULL,
    updated_by      text NOT NULL,
    fields          jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    origin          text NOT NULL CHECK (origin IN ('pems', 'vanguard')),
    mirrored_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, pfa_id)
);
COMMENT ON TABLE pfa_mirror IS 'A PEMS record at a version; changed by the read sync and by confirmed writes only';
COMMENT ON COLUMN pfa_mirror.organisation_id IS 'Whose record';
COMMENT ON COLUMN pfa_mirror.pfa_id IS 'Key within the organisation';
COMMENT ON COLUMN pfa_mirror.version IS 'PEMS version; never goes down';
COMMENT ON COLUMN pfa_mirror.updated_at IS 'When PEMS changed it';
COMMENT ON COLUMN pfa_mirror.updated_by IS 'Who changed it, as PEMS has it';
COMMENT ON COLUMN pfa_mirror.fields IS 'All fields, in the form of the domain''s FieldMap';
COMMENT ON COLUMN pfa_mirror.origin IS 'pems: read from there; vanguard: a confirmed write of ours';
COMMENT ON COLUMN pfa_mirror.mirrored_at IS 'When we took it over';

CREATE TABLE pfa_mirror_history (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    pfa_id          text NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    updated_at      timestamptz NOT NULL,
    updated_by      text NOT NULL,
    fields          jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    origin          text NOT NULL CHECK (origin IN ('pems', 'vanguard')),
    mirrored_at     timestamptz NOT NULL,
    replaced_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, pfa_id, version)
);
COMMENT ON TABLE pfa_mirror_history IS 'Every version that the mirror had and no longer has';
COMMENT ON COLUMN pfa_mirror_history.organisation_id IS 'Whose record';
COMMENT ON COLUMN pfa_mirror_history.pfa_id IS 'Key within the organisation';
COMMENT ON COLUMN pfa_mirror_history.version IS 'PEMS version';
COMMENT ON COLUMN pfa_mirror_history.updated_at IS 'When PEMS changed it';
COMMENT ON COLUMN pfa_mirror_history.updated_by IS 'Who changed it, as PEMS has it';
COMMENT ON COLUMN pfa_mirror_history.fields IS 'All fields at that version';
COMMENT ON COLUMN pfa_mirror_history.origin IS 'pems: read from there; vanguard: a confirmed write of ours';
COMMENT ON COLUMN pfa_mirror_history.mirrored_at IS 'When we took it over';
COMMENT ON COLUMN pfa_mirror_history.replaced_at IS 'When a newer version took its place';

-- A replaced version is archived by the database itself: no code path can forget it. A version never goes down.
CREATE FUNCTION archive_mirror_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version < OLD.version THEN
        RAISE EXCEPTION 'mirror of % would go from version % back to %', OLD.pfa_id, OLD.version, NEW.version
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version > OLD.version THEN
        INSERT INTO pfa_mirror_history
            (organisation_id, pfa_id, version, updated_at, updated_by, fields, origin, mirrored_at)
        VALUES (OLD.organisation_id, OLD.pfa_id, OLD.version, OLD.updated_at, OLD.updated_by, OLD.fields,
                OLD.origin, OLD.mirrored_at);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION archive_mirror_version IS 'Keeps each replaced version, and refuses an older one';
CREATE TRIGGER pfa_mirror_archive BEFORE UPDATE ON pfa_mirror
    FOR EACH ROW EXECUTE FUNCTION archive_mirror_version();
