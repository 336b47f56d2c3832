-- Alerts on their way out: written with the notification, sent afterwards.

CREATE TABLE alert_delivery (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id  uuid NOT NULL REFERENCES organisations (id),
    incident         text NOT NULL CHECK (length(incident) BETWEEN 1 AND 300),
    channel          text NOT NULL CHECK (channel IN ('slack', 'email')),
    title            text NOT NULL,
    body             text NOT NULL,
    link             text NOT NULL CHECK (link = '' OR link LIKE '/%'),
    began_at         timestamptz NOT NULL,
    state            text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed')),
    tries            integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    due_at           timestamptz NOT NULL DEFAULT now(),
    lease_token      uuid,
    lease_expires_at timestamptz,
    last_error       text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    ended_at         timestamptz,
    CHECK ((state = 'sending') = (lease_token IS NOT NULL)),
    CHECK ((lease_token IS NULL) = (lease_expires_at IS NULL)),
    CHECK ((state IN ('sent', 'failed')) = (ended_at IS NOT NULL)),
    CHECK (state <> 'failed' OR last_error IS NOT NULL),
    -- One alert per incident and channel.
    UNIQUE (incident, channel)
);
COMMENT ON TABLE alert_delivery IS 'An alert to one channel outside Vanguard, from the transaction that raised it until it is sent or given up';
COMMENT ON COLUMN alert_delivery.id IS 'Key; part of the e-mail''s Message-ID';
COMMENT ON COLUMN alert_delivery.organisation_id IS 'What it is about';
COMMENT ON COLUMN alert_delivery.incident IS 'Names the incident; the same one as in notifications';
COMMENT ON COLUMN alert_delivery.channel IS 'Where it goes: slack or email';
COMMENT ON COLUMN alert_delivery.title IS 'What happened, in one line';
COMMENT ON COLUMN alert_delivery.body IS 'What it means and what to do';
COMMENT ON COLUMN alert_delivery.link IS 'The page that it leads to';
COMMENT ON COLUMN alert_delivery.began_at IS 'Since when it is so';
COMMENT ON COLUMN alert_delivery.state IS 'pending: waits for due_at; sending: a replica is at it; sent and failed are final';
COMMENT ON COLUMN alert_delivery.tries IS 'How often sending was begun';
COMMENT ON COLUMN alert_delivery.due_at IS 'When it is tried next';
COMMENT ON COLUMN alert_delivery.lease_token IS 'The replica that sends it';
COMMENT ON COLUMN alert_delivery.lease_expires_at IS 'When another replica may take over';
COMMENT ON COLUMN alert_delivery.last_error IS 'Why the last try failed; for failed: why it was given up';
COMMENT ON COLUMN alert_delivery.created_at IS 'When it was raised';
COMMENT ON COLUMN alert_delivery.ended_at IS 'When it was sent or given up';
-- Serves: claiming the next one of a channel, and waiting for it.
CREATE INDEX alert_delivery_due ON alert_delivery (channel, due_at) WHERE state IN ('pending', 'sending');
