//! What a worker has claimed stays its own while it goes on, and no longer.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;
use vanguard_server::queue::{self, Attempt, Claimed};

use crate::app::TestApp;

const LEASE: Duration = Duration::from_mins(1);

impl TestApp {
    /// Claims three changes, which nobody else works on.
    async fn three_claimed(&self, token: Uuid) -> Vec<Claimed> {
        sqlx::query("UPDATE organisations SET write_sync_enabled = false")
            .execute(self.pool())
            .await
            .unwrap();
        let manager = self.manager().await;
        for id in &self.changeable()[..3] {
            manager.change(id, json!({ "contract": "HELD" })).await;
        }
        let organisation = manager.organization_id.parse().unwrap();
        let mut tx = self.pool().begin().await.unwrap();
        let claimed = queue::claim(&mut tx, organisation, token, 10, LEASE).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claimed.len(), 3);
        claimed
    }

    /// Lets so much of every lease pass that `left` remains.
    async fn leases_end_in(&self, left: Duration) {
        sqlx::query("UPDATE pfa_write_queue SET lease_expires_at = now() + make_interval(secs => $1)")
            .bind(left.as_secs_f64())
            .execute(self.pool())
            .await
            .unwrap();
    }

    /// How many leases have more than half of their time before them.
    async fn fresh_leases(&self) -> i64 {
        sqlx::query_scalar(
            "SELECT count(*) FROM pfa_write_queue WHERE lease_expires_at > now() + interval '31 seconds'",
        )
        .fetch_one(self.pool())
        .await
        .unwrap()
    }

    async fn begin(&self, token: Uuid, item: &Claimed) -> usize {
        let attempt = Attempt { item_id: item.id, version: item.base_version, changes: item.payload.clone() };
        let mut tx = self.pool().begin().await.unwrap();
        let begun = queue::begin_attempts(&mut tx, token, Uuid::new_v4(), LEASE, &[attempt]).await.unwrap();
        tx.commit().await.unwrap();
        begun.len()
    }
}

#[tokio::test]
async fn the_items_that_wait_for_their_turn_are_kept_while_others_of_their_claim_are_sent() {
    let app = TestApp::start().await;
    let token = Uuid::new_v4();
    let claimed = app.three_claimed(token).await;
    app.leases_end_in(Duration::from_secs(10)).await;
    assert_eq!(app.begin(token, &claimed[0]).await, 1);
    assert_eq!(app.fresh_leases().await, 3);
}

#[tokio::test]
async fn a_lease_that_has_ended_is_not_brought_back() {
    let app = TestApp::start().await;
    let token = Uuid::new_v4();
    let claimed = app.three_claimed(token).await;
    app.leases_end_in(Duration::ZERO).await;
    assert_eq!(app.begin(token, &claimed[0]).await, 0, "nothing may be sent any more");
    assert_eq!(app.fresh_leases().await, 0);
}
