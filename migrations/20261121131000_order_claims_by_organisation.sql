-- Claims are made per organisation, in order. With the organisation first, the index gives them in that order even to a
-- plan that was made while the queue was empty, as it mostly is, and is used when thousands of changes are committed.

DROP INDEX pfa_write_queue_claim;
-- Serves: the claim. What is open is small, however much has been completed.
CREATE INDEX pfa_write_queue_claim ON pfa_write_queue (organisation_id, priority DESC, sequence)
    WHERE status IN ('pending', 'processing');
