-- Bronze (raw pages), silver (typed and validated records, quarantine), gold (analytics-ready).

CREATE TABLE bronze_pages (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    job_id          uuid NOT NULL REFERENCES sync_jobs (id),
    page            integer NOT NULL CHECK (page >= 1),
    body            bytea NOT NULL,
    body_sha256     bytea NOT NULL CHECK (octet_length(body_sha256) = 32),
    received_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (job_id, page)
);
COMMENT ON TABLE bronze_pages IS 'Answers of PEMS to list requests, as they came';
COMMENT ON COLUMN bronze_pages.id IS 'Key';
COMMENT ON COLUMN bronze_pages.organisation_id IS 'Whose records';
COMMENT ON COLUMN bronze_pages.job_id IS 'The run that read it';
COMMENT ON COLUMN bronze_pages.page IS 'Its place in the run, from 1';
COMMENT ON COLUMN bronze_pages.body IS 'The raw body';
COMMENT ON COLUMN bronze_pages.body_sha256 IS 'Its SHA-256, to prove that it is unchanged';
COMMENT ON COLUMN bronze_pages.received_at IS 'When it came';
-- Serves: removal of old pages.
CREATE INDEX bronze_pages_by_time ON bronze_pages (received_at);

CREATE TABLE silver_records (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    pfa_id          text NOT NULL CHECK (length(pfa_id) BETWEEN 1 AND 30),
    version         bigint NOT NULL CHECK (version >= 1),
    updated_at      timestamptz NOT NULL,
    updated_by      text NOT NULL,
    fields          jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    page_id         bigint REFERENCES bronze_pages (id) ON DELETE SET NULL,
    PRIMARY KEY (organisation_id, pfa_id)
);
COMMENT ON TABLE silver_records IS 'The newest valid version of each record as read from PEMS, typed and checked';
COMMENT ON COLUMN silver_records.organisation_id IS 'Whose record';
COMMENT ON COLUMN silver_records.pfa_id IS 'Key within the organisation';
COMMENT ON COLUMN silver_records.version IS 'PEMS version';
COMMENT ON COLUMN silver_records.updated_at IS 'When PEMS changed it';
COMMENT ON COLUMN silver_records.updated_by IS 'Who changed it in PEMS';
COMMENT ON COLUMN silver_records.fields IS 'All fields, in the form of the domain''s FieldMap';
COMMENT ON COLUMN silver_records.page_id IS 'The raw page that it came from, while that is kept';
CREATE INDEX silver_records_by_page ON silver_records (page_id);

CREATE TABLE silver_quarantine (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    job_id          uuid NOT NULL REFERENCES sync_jobs (id),
    page            integer NOT NULL,
    position        integer NOT NULL,
    pfa_id          text,
    reason          text NOT NULL,
    raw             jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (job_id, page, position)
);
COMMENT ON TABLE silver_quarantine IS 'Records that PEMS sent and that cannot be used, with the reason';
COMMENT ON COLUMN silver_quarantine.id IS 'Key';
COMMENT ON COLUMN silver_quarantine.organisation_id IS 'Whose record';
COMMENT ON COLUMN silver_quarantine.job_id IS 'The run that met it';
COMMENT ON COLUMN silver_quarantine.page IS 'The page of the run';
COMMENT ON COLUMN silver_quarantine.position IS 'Its place on the page, from 0';
COMMENT ON COLUMN silver_quarantine.pfa_id IS 'Its key, if that much could be read';
COMMENT ON COLUMN silver_quarantine.reason IS 'What is wrong with it';
COMMENT ON COLUMN silver_quarantine.raw IS 'The record as PEMS sent it';
COMMENT ON COLUMN silver_quarantine.created_at IS 'When';
CREATE INDEX silver_quarantine_by_organisation ON silver_quarantine (organisation_id, created_at DESC);

CREATE TABLE gold_records (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    pfa_id          text NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    category        text NOT NULL,
    class           text NOT NULL,
    area_silo       text NOT NULL,
    source          text NOT NULL,
    dor             text NOT NULL,
    is_actualized   boolean NOT NULL,
    is_discontinued boolean NOT NULL,
    forecast_start  timestamptz,
    forecast_end    timestamptz,
    plan_cost       numeric(18, 2),
    forecast_cost   numeric(18, 2),
    actual_cost     numeric(18, 2),
    PRIMARY KEY (organisation_id, pfa_id)
);
COMMENT ON TABLE gold_records IS 'The mirror, ready for analysis: dimensions and derived costs';
COMMENT ON COLUMN gold_records.organisation_id IS 'Whose record';
COMMENT ON COLUMN gold_records.pfa_id IS 'Key within the organisation';
COMMENT ON COLUMN gold_records.version IS 'PEMS version that the row was derived from';
COMMENT ON COLUMN gold_records.category IS 'Category';
COMMENT ON COLUMN gold_records.class IS 'Class';
COMMENT ON COLUMN gold_records.area_silo IS 'Area or silo';
COMMENT ON COLUMN gold_records.source IS 'Rental or Purchase';
COMMENT ON COLUMN gold_records.dor IS 'BEO or PROJECT';
COMMENT ON COLUMN gold_records.is_actualized IS 'Whether it is actualised';
COMMENT ON COLUMN gold_records.is_discontinued IS 'Whether it is discontinued';
COMMENT ON COLUMN gold_records.forecast_start IS 'Start of the forecast';
COMMENT ON COLUMN gold_records.forecast_end IS 'End of the forecast';
COMMENT ON COLUMN gold_records.plan_cost IS 'Cost of the original dates, by the formula of the PEMS contract';
COMMENT ON COLUMN gold_records.forecast_cost IS 'Cost of the forecast dates';
COMMENT ON COLUMN gold_records.actual_cost IS 'Cost of the actual dates';
