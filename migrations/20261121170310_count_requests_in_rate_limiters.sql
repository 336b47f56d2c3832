-- How much of the budget is in use: the requests of the last seconds, counted where they are let go, over all replicas.

ALTER TABLE rate_limiters
    ADD COLUMN newest_second bigint NOT NULL DEFAULT 0,
    ADD COLUMN recent integer[] NOT NULL DEFAULT array_fill(0, ARRAY[16]) CHECK (cardinality(recent) = 16);
COMMENT ON COLUMN rate_limiters.newest_second IS 'The second since 1970 that the newest slot lies in; it may lie 2 s ahead';
COMMENT ON COLUMN rate_limiters.recent IS 'Slots handed out per second: first those of newest_second, then those of each second before';
