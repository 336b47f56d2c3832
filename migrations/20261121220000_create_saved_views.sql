-- How a user looks at the records: views with a name, and the columns that he keeps.

CREATE TABLE saved_views (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id         uuid NOT NULL REFERENCES users (id),
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    query           text NOT NULL CHECK (char_length(query) <= 4000),
    is_shared       boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organisation_id, user_id, name)
);
COMMENT ON TABLE saved_views IS 'Views of the records with a name';
COMMENT ON COLUMN saved_views.id IS 'Key';
COMMENT ON COLUMN saved_views.organisation_id IS 'Whose records';
COMMENT ON COLUMN saved_views.user_id IS 'Who saved it';
COMMENT ON COLUMN saved_views.name IS 'What he called it; one of a kind among his own';
COMMENT ON COLUMN saved_views.query IS 'Filters, order, columns and grouping: the query string of the records page, without its question mark';
COMMENT ON COLUMN saved_views.is_shared IS 'Everybody in the organisation finds it';
COMMENT ON COLUMN saved_views.created_at IS 'When it was first saved';
COMMENT ON COLUMN saved_views.updated_at IS 'When it was last saved';

CREATE TABLE grid_columns (
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id         uuid NOT NULL REFERENCES users (id),
    columns         text[] NOT NULL CHECK (cardinality(columns) BETWEEN 1 AND 100),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, user_id)
);
COMMENT ON TABLE grid_columns IS 'The columns that a user keeps; without a row he sees those that everybody begins with';
COMMENT ON COLUMN grid_columns.organisation_id IS 'Whose records';
COMMENT ON COLUMN grid_columns.user_id IS 'Who keeps them';
COMMENT ON COLUMN grid_columns.columns IS 'Their names, in order; those that always stand first are not among them';
COMMENT ON COLUMN grid_columns.updated_at IS 'When they were chosen';
