//! What raises an alert, and that it does so once.

use std::sync::Arc;

use pems_simulator::{Fault, Operation};
use serde_json::json;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vanguard_app::backend::AuditPort;
use vanguard_domain::permission::Role;
use vanguard_server::alert::{Alerts, ChannelName};
use vanguard_server::audit::{self, AuditEvent, AuditService, EventType};
use vanguard_server::clock;
use vanguard_server::pems::{Answer, PemsError};
use vanguard_server::read_sync::{ReadRunSettings, ReadSync};

use super::parts::{Parts, quick_runs, read_sync, servers};
use crate::app::{RIO, SlackStandIn, TestApp, eventually};

fn slack() -> Alerts {
    Alerts::by(&[ChannelName::Slack])
}

/// The titles of the alerts that were raised, in their order.
async fn raised(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT title FROM alert_delivery ORDER BY created_at").fetch_all(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_pems_that_stays_silent_is_told_once_an_outage(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    let mut server = parts.server().await;
    server.alerts = slack();
    let silent = PemsError::Transient(Answer::none("connection refused"));
    for outage in 1..=2 {
        // Each failure on trial opens the breaker once more.
        for pauses in 1..=8 {
            parts.execute("UPDATE api_servers SET consecutive_failures = 5, breaker_until = NULL").await;
            server.observe(&silent).await.unwrap();
            let expected = if pauses < 6 { outage - 1 } else { outage };
            assert_eq!(raised(&parts.pool).await.len(), expected, "outage {outage}, pause {pauses}");
        }
        server.observe_success().await.unwrap();
    }
    assert_eq!(raised(&parts.pool).await[0], "PEMS does not answer");
    let body: String =
        sqlx::query_scalar("SELECT body FROM alert_delivery LIMIT 1").fetch_one(&parts.pool).await.unwrap();
    assert!(body.contains("connection refused"), "{body}");
}

#[sqlx::test(migrations = "../migrations")]
async fn reads_that_fail_three_times_in_a_row_are_told_once(pool: PgPool) {
    let mut parts = Parts::start(pool, 30).await;
    parts.sync = read_sync(&parts.pool, ReadRunSettings { alerts: slack(), ..quick_runs() });
    for round in 1..=2 {
        let broken = parts.pems.fault(Fault::status_before(400).on(Operation::List));
        for run in 1..=4 {
            assert_eq!(parts.read(true).await.state, "failed");
            let expected = if run < 3 { round - 1 } else { round };
            assert_eq!(raised(&parts.pool).await.len(), expected, "round {round}, run {run}");
        }
        broken.clear();
        assert_eq!(parts.read(true).await.state, "completed");
    }
    assert_eq!(raised(&parts.pool).await[0], "Reading from PEMS failed 3 times in a row");
}

#[sqlx::test(migrations = "../migrations")]
async fn reads_that_fail_because_pems_refuses_us_are_one_incident_with_that(pool: PgPool) {
    let mut parts = Parts::start(pool, 30).await;
    let runs = ReadRunSettings { alerts: slack(), ..quick_runs() };
    let servers = Arc::new(servers(&parts.pool).with_alerts(slack()));
    let (shutdown, tracker) = (CancellationToken::new(), TaskTracker::new());
    parts.sync = ReadSync::new(parts.pool.clone(), servers, clock::system(), runs, shutdown, tracker);
    parts.pems.set_password(&parts.pems.credentials().user, "changed");
    for _ in 0..4 {
        assert_eq!(parts.read(true).await.state, "failed");
    }
    assert_eq!(raised(&parts.pool).await, ["PEMS is paused: PEMS refused its user name or password"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_broken_audit_chain_is_told_once(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    let admin = parts.access(RIO, "admin", Role::Administrator).await;
    let mut connection = parts.pool.acquire().await.unwrap();
    let event = AuditEvent::by_system(EventType::ServerPaused).outcome("paused");
    audit::append(&mut connection, parts.organisation_id, &[event]).await.unwrap();
    let log = AuditService::new(parts.pool.clone(), slack());
    assert!(log.verify(&admin).await.unwrap().intact);
    assert!(raised(&parts.pool).await.is_empty());
    parts.execute("ALTER TABLE audit_log DISABLE TRIGGER USER").await;
    parts.execute("UPDATE audit_log SET outcome = 'fine'").await;
    for _ in 0..2 {
        assert!(!log.verify(&admin).await.unwrap().intact);
    }
    assert_eq!(raised(&parts.pool).await, ["The audit log is not as it was written"]);
    assert_eq!(parts.number("SELECT count(*) FROM notifications WHERE kind = 'failure'").await, 1);
}

#[tokio::test]
async fn failed_changes_that_pile_up_are_told_once_and_a_few_are_not() {
    let slack = SlackStandIn::start().await;
    let app = TestApp::setup().records(60).setting("SLACK_WEBHOOK_URL", &slack.webhook()).start().await;
    let ids: Vec<String> = app.changeable().into_iter().take(14).collect();
    assert_eq!(ids.len(), 14, "the simulator has enough records");
    app.pems.fault(Fault::status_before(400).on_writes());
    let manager = app.manager().await;
    let failed = async |ids: &[String], expected: i64| {
        for id in ids {
            manager.draft(id, json!({ "contract": "REFUSED" })).await;
        }
        manager.commit().await;
        eventually("they have failed", async || (manager.status().await["failed"] == expected).then_some(()))
            .await;
    };
    failed(&ids[..9], 9).await;
    assert!(raised(app.pool()).await.is_empty());
    failed(&ids[9..], 14).await;
    let titles = raised(app.pool()).await;
    assert_eq!(titles.len(), 1, "{titles:?}");
    assert!(titles[0].ends_with("failed changes wait for a decision"), "{titles:?}");
    eventually("Slack is told", async || (slack.texts().len() == 1).then_some(())).await;
    app.check_invariants().await;
}
