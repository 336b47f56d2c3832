-- The hard limit on failed logins counts by name and address: a stranger cannot lock somebody else out.

ALTER TABLE login_failures ADD COLUMN address text NOT NULL DEFAULT '' CHECK (length(address) <= 60);
COMMENT ON COLUMN login_failures.address IS 'IPv4 address, or IPv6 /64 network, that the try came from; empty if unknown';
