//! Who and what starts a run.

use sqlx::PgPool;
use vanguard_app::backend::BackendError;
use vanguard_domain::permission::Role;
use vanguard_server::sync::ReadStarter;

use super::super::parts::Parts;
use crate::app::{RIO, eventually};

#[sqlx::test(migrations = "../migrations")]
async fn only_those_who_may_refresh_can_ask_for_a_run_and_only_where_pems_is_set_up(pool: PgPool) {
    let parts = Parts::start(pool, 10).await;
    let manager = parts.access(RIO, "manager", Role::PortfolioManager).await;
    let job_id = parts.sync.start(&manager, true).await.unwrap();
    assert_eq!(parts.ended(job_id).await.state, "completed");
    let asked = "SELECT count(*) FROM sync_jobs j JOIN users u ON u.id = j.requested_by
                 WHERE j.trigger = 'manual' AND u.username = 'manager'";
    assert_eq!(parts.number(asked).await, 1);
    assert_eq!(parts.number("SELECT count(*) FROM audit_log WHERE event_type = 'read.started'").await, 1);

    let viewer = parts.access(RIO, "viewer", Role::Viewer).await;
    let refused = parts.sync.start(&viewer, true).await;
    assert!(matches!(refused, Err(BackendError::Forbidden { .. })), "{refused:?}");
    parts.execute("DELETE FROM api_servers").await;
    let nowhere = parts.sync.start(&manager, true).await;
    assert!(matches!(nowhere, Err(BackendError::WrongState { .. })), "{nowhere:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_new_installation_reads_by_itself_and_old_raw_pages_go(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    parts.sync.begin_first_reads().await;
    let first = "SELECT count(*) FROM sync_jobs WHERE state = 'completed'";
    eventually("the first read is done", async || (parts.number(first).await == 1).then_some(())).await;
    parts.sync.begin_first_reads().await;
    assert_eq!(parts.number("SELECT count(*) FROM sync_jobs").await, 1, "there is nothing more to begin");

    parts.execute("UPDATE bronze_pages SET received_at = now() - interval '31 days' WHERE page <= 3").await;
    parts.read(false).await;
    let old = "SELECT count(*) FROM bronze_pages WHERE received_at < now() - interval '30 days'";
    eventually("old pages are removed", async || (parts.number(old).await == 0).then_some(())).await;
    assert_eq!(parts.number("SELECT count(*) FROM silver_records WHERE page_id IS NULL").await, 30);
}
