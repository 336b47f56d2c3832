//! What must always hold (sync-semantics.md), checked against the simulator's own journal.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pems_simulator::{Origin, Write};
use sqlx::Row;

use super::TestApp;

impl TestApp {
    /// Checks I1–I3, I5, I7 and the audit chain. Call it when nothing is on its way any more.
    pub async fn check_invariants(&self) {
        self.every_commit_has_ended().await;
        self.our_audit_agrees_with_pems().await;
        self.writes_of_a_record_were_made_one_at_a_time();
        self.the_rate_budget_was_kept();
        self.nobody_was_overwritten_unseen().await;
        self.the_audit_chain_is_whole().await;
    }

    /// Writes that PEMS applied for us.
    pub fn our_writes(&self) -> Vec<Write> {
        let mut writes = self.pems.journal().writes();
        writes.retain(|write| matches!(write.origin, Origin::Request(_)));
        writes
    }

    async fn every_commit_has_ended(&self) {
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pfa_modification WHERE state IN ('pending_sync', 'queued', 'syncing')",
        )
        .fetch_one(self.pool())
        .await
        .unwrap();
        assert_eq!(open, 0, "I1: every committed change has ended");
        let lost: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pfa_modification m WHERE committed_at IS NOT NULL AND state <> 'discarded'
               AND NOT EXISTS (SELECT 1 FROM pfa_write_queue q WHERE q.modification_id = m.id)",
        )
        .fetch_one(self.pool())
        .await
        .unwrap();
        assert_eq!(lost, 0, "I1: no committed change is without a queue item");
    }

    async fn our_audit_agrees_with_pems(&self) {
        let rows = sqlx::query(
            "SELECT pfa_id, count(*) AS writes FROM audit_log
             WHERE event_type = 'write.confirmed' OR (event_type = 'write.settled' AND outcome = 'applied')
             GROUP BY pfa_id",
        )
        .fetch_all(self.pool())
        .await
        .unwrap();
        let audited: BTreeMap<String, i64> =
            rows.iter().map(|row| (row.get("pfa_id"), row.get("writes"))).collect();
        let in_doubt = self.in_doubt().await;
        let mut applied: BTreeMap<String, i64> = BTreeMap::new();
        for write in self.our_writes().into_iter().filter(|write| !in_doubt.contains(&key(write))) {
            *applied.entry(write.pfa_id).or_default() += 1;
        }
        assert_eq!(audited, applied, "I2: the audit log's successes are PEMS's writes by us");
    }

    fn writes_of_a_record_were_made_one_at_a_time(&self) {
        let overlaps = self.pems.journal().concurrent_writes();
        assert!(overlaps.is_empty(), "I3: writes of one record overlapped: {overlaps:?}");
    }

    fn the_rate_budget_was_kept(&self) {
        let user = &self.pems.credentials().user;
        let most = self.pems.journal().most_requests_within(user, Duration::from_secs(1));
        assert!(most <= 20, "I5: {most} requests within one second");
    }

    /// Each of our writes replaced exactly the values that its author (or the user who decided) had seen: those of the
    /// modification, for the queue item's own are moved along by merges.
    async fn nobody_was_overwritten_unseen(&self) {
        let in_doubt = self.in_doubt().await;
        for write in self.our_writes().into_iter().filter(|write| !in_doubt.contains(&key(write))) {
            let seen: Vec<serde_json::Value> = sqlx::query_scalar(
                "SELECT m.base_values FROM pfa_modification m JOIN pfa_write_queue q ON q.modification_id = m.id
                 JOIN write_attempts a ON a.queue_item_id = q.id
                 WHERE q.pfa_id = $1 AND a.sent_version = $2
                   AND a.outcome IN ('confirmed', 'settled_applied')",
            )
            .bind(&write.pfa_id)
            .bind(i64::try_from(write.from_version).unwrap())
            .fetch_all(self.pool())
            .await
            .unwrap();
            let [seen] = seen.as_slice() else {
                panic!(
                    "I2: {} at version {} has {} successful attempts",
                    write.pfa_id,
                    write.from_version,
                    seen.len()
                )
            };
            for (field, change) in &write.changes {
                if write.operation == pems_simulator::WriteOperation::Delete {
                    continue;
                }
                assert_eq!(
                    normal(&seen[field]),
                    normal(&change.before),
                    "I7: {} of {} was overwritten unseen",
                    field,
                    write.pfa_id
                );
            }
        }
    }

    /// The writes whose answer was lost, and whose values somebody in PEMS had replaced before they could be read back:
    /// nobody can tell any more whether they were applied. They are recorded as such, and a person is asked.
    async fn in_doubt(&self) -> BTreeSet<(String, u64)> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT q.pfa_id, w.sent_version FROM write_attempts w JOIN pfa_write_queue q ON q.id = w.queue_item_id
             WHERE w.outcome IN ('settled_in_doubt', 'settled_moved_on')",
        )
        .fetch_all(self.pool())
        .await
        .unwrap();
        rows.into_iter().map(|(pfa_id, version)| (pfa_id, u64::try_from(version).unwrap())).collect()
    }

    async fn the_audit_chain_is_whole(&self) {
        let organisations: Vec<uuid::Uuid> =
            sqlx::query_scalar("SELECT id FROM organisations").fetch_all(self.pool()).await.unwrap();
        for organisation in organisations {
            let mut connection = self.pool().acquire().await.unwrap();
            let verified = vanguard_server::audit::verify(&mut connection, organisation).await.unwrap();
            assert!(verified.is_ok(), "the audit chain is broken: {verified:?}");
        }
    }
}

fn key(write: &Write) -> (String, u64) {
    (write.pfa_id.clone(), write.from_version)
}

/// Amounts are numbers in PEMS and text with two decimals with us.
fn normal(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => format!("{:.2}", number.as_f64().unwrap()),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
