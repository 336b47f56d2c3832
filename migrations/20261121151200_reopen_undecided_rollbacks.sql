-- A rollback ends when each of its changes has: one in conflict, or failed and not given up yet, may still reach PEMS.
-- Those that were ended too early go on; the worker ends them anew, with the result that they have by then.

UPDATE rollbacks r SET status = 'running', ended_at = NULL
FROM (SELECT p.rollback_id,
             bool_or(m.state NOT IN ('synced', 'discarded')) AS is_open,
             bool_and(m.state = 'synced') AS is_whole,
             bool_or(m.state = 'synced') AS is_partly
      FROM rollback_records p JOIN pfa_modification m ON m.id = p.modification_id GROUP BY p.rollback_id) c
WHERE c.rollback_id = r.id AND r.status IN ('partly', 'failed')
  AND (c.is_open OR c.is_whole OR (r.status = 'failed' AND c.is_partly));
COMMENT ON COLUMN rollbacks.ended_at IS 'When the last of its changes had ended, in PEMS or given up';
