//! Pauses: PEMS is left alone when it fails, and nothing is sent any more once it refuses us.

use std::time::Duration;

use pems_simulator::Fault;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vanguard_domain::permission::Role;
use vanguard_server::pems::{Answer, Gate, NoServer, PemsError, PemsServer, breaker};

use super::parts::{Parts, servers, set_up};
use crate::app::RIO;

fn failure() -> PemsError {
    PemsError::Transient(Answer::none("connection refused"))
}

async fn gate(server: &PemsServer) -> Gate {
    server.gate(&CancellationToken::new()).await.expect("the database runs")
}

async fn open_breaker(server: &PemsServer) {
    for _ in 0..5 {
        server.observe(&failure()).await.unwrap();
    }
}

/// As if its time had passed.
async fn end_pause(parts: &Parts) {
    parts.execute("UPDATE api_servers SET breaker_until = now() - interval '1 second'").await;
}

#[sqlx::test(migrations = "../migrations")]
async fn five_failures_in_a_row_close_the_gate_and_a_success_in_between_forgets_them(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    let server = parts.server().await;
    for _ in 0..4 {
        assert!(server.observe(&failure()).await.unwrap().counts_as_retry);
    }
    server.observe_success().await.unwrap();
    for _ in 0..4 {
        server.observe(&failure()).await.unwrap();
    }
    assert_eq!(gate(&server).await, Gate::Open);
    let opening = server.observe(&failure()).await.unwrap();
    assert!(!opening.counts_as_retry && opening.hold_until.is_some());
    assert!(matches!(gate(&server).await, Gate::NotBefore(_)));
    let straggler = server.observe(&PemsError::OutcomeUnknown(Answer::none("reset"))).await.unwrap();
    assert!(!straggler.counts_as_retry);
    assert_eq!(parts.number("SELECT breaker_pauses::bigint FROM api_servers").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn after_the_pause_one_replica_probes_and_the_others_wait(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    let server = parts.server().await;
    open_breaker(&server).await;
    end_pause(&parts).await;
    let probe = parts.pems.fault(Fault::delay_before(Duration::from_millis(300)));
    let prober = {
        let server = server.clone();
        tokio::spawn(async move { gate(&server).await })
    };
    probe.wait_until_met(1).await;
    assert!(matches!(gate(&server).await, Gate::NotBefore(_)), "somebody probes already");
    assert_eq!(prober.await.unwrap(), Gate::Open);
    assert_eq!(gate(&server).await, Gate::Open);
    assert_eq!(parts.pems.journal().requests().len(), 1, "one probe");

    // On trial: the next failure closes it again, for longer.
    assert!(server.observe(&failure()).await.unwrap().hold_until.is_some());
    assert_eq!(parts.number("SELECT breaker_pauses::bigint FROM api_servers").await, 2);
    end_pause(&parts).await;
    assert_eq!(gate(&server).await, Gate::Open);
    server.observe_success().await.unwrap();
    assert_eq!(
        parts.number("SELECT (breaker_pauses + consecutive_failures)::bigint FROM api_servers").await,
        0
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_failed_probe_makes_the_next_pause_longer(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    let server = parts.server().await;
    open_breaker(&server).await;
    end_pause(&parts).await;
    parts.pems.fault(Fault::status_before(503).once());
    assert!(matches!(gate(&server).await, Gate::NotBefore(_)));
    assert_eq!(parts.number("SELECT breaker_pauses::bigint FROM api_servers").await, 2);
    let pause = "SELECT extract(epoch FROM breaker_until - now())::bigint FROM api_servers";
    assert!((28..=30).contains(&parts.number(pause).await));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_refused_password_pauses_once_and_alerts_each_administrator_once(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    parts
        .execute(
            "WITH people AS (
               INSERT INTO users (username, email, password_hash, role, is_active)
               SELECT name, name || '@example.com', '$argon2id$x', role, active
               FROM (VALUES ('admin', 'Administrator', true), ('admin2', 'Administrator', true),
                            ('gone', 'Administrator', false), ('editor', 'Editor', true)) v (name, role, active)
               RETURNING id)
             INSERT INTO organisation_members (organisation_id, user_id)
             SELECT o.id, p.id FROM organisations o, people p",
        )
        .await;
    let server = parts.server().await;
    let refused = PemsError::Unauthorized(Answer::none("the password has expired"));
    let answers = futures::future::join_all((0..6).map(|_| server.observe(&refused))).await;
    assert!(answers.into_iter().all(|observed| observed.is_ok_and(|o| o.paused && !o.counts_as_retry)));
    assert_eq!(gate(&server).await, Gate::Paused);
    assert_eq!(parts.number("SELECT count(*) FROM notifications WHERE kind = 'paused'").await, 2);
    assert_eq!(parts.number("SELECT count(*) FROM audit_log WHERE event_type = 'server.paused'").await, 1);

    // The credential is corrected; an answer to a request of before comes late.
    parts.execute("UPDATE api_servers SET status = 'active', pause_reason = NULL, updated_at = now()").await;
    server.observe(&refused).await.unwrap();
    assert_eq!(gate(&server).await, Gate::Open, "the new credential is not to blame");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_administrator_resumes_his_own_organisations_servers_and_no_others(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    let server = parts.server().await;
    server.observe(&PemsError::Unauthorized(Answer::none("no"))).await.unwrap();
    let admin = parts.access(RIO, "admin", Role::Administrator).await;
    let mut connection = parts.pool.acquire().await.unwrap();
    assert!(
        !breaker::resume(&mut connection, &admin, Uuid::new_v4()).await.unwrap(),
        "there is no such server"
    );
    assert!(breaker::resume(&mut connection, &admin, parts.server_id).await.unwrap());
    assert_eq!(gate(&server).await, Gate::Open);
    assert_eq!(parts.number("SELECT count(*) FROM audit_log WHERE event_type = 'server.resumed'").await, 1);
    server.observe(&PemsError::Unauthorized(Answer::none("no"))).await.unwrap();
    assert_eq!(gate(&server).await, Gate::Open, "that was an answer to a request of before the pause");

    let (other, _) = set_up(&parts.pool, &parts.pems, "HOL", 10.0).await;
    sqlx::query("UPDATE api_servers SET organisation_id = $1, name = 'other' WHERE id = $2")
        .bind(other)
        .bind(parts.server_id)
        .execute(&parts.pool)
        .await
        .unwrap();
    assert!(!breaker::resume(&mut connection, &admin, parts.server_id).await.unwrap(), "it is another's now");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_organisations_own_server_comes_before_the_one_from_the_settings(pool: PgPool) {
    let parts = Parts::start(pool, 5).await;
    parts.execute("UPDATE api_servers SET is_managed = true").await;
    let servers = servers(&parts.pool);
    assert_eq!(servers.for_organisation(parts.organisation_id).await.unwrap().id, parts.server_id);
    let again = servers.for_organisation(parts.organisation_id).await.unwrap();
    let (own, _) = set_up(&parts.pool, &parts.pems, "HOL", 10.0).await;
    sqlx::query("UPDATE api_servers SET organisation_id = $1, name = 'own', supports_batch = false WHERE organisation_id = $2")
        .bind(parts.organisation_id)
        .bind(own)
        .execute(&parts.pool)
        .await
        .unwrap();
    // Sealed for this very server, whatever organisation it belongs to.
    let own_server = servers.for_organisation(parts.organisation_id).await.unwrap();
    assert_eq!((own_server.name.as_str(), own_server.connector.capabilities().max_batch), ("own", 1));
    assert_eq!(again.connector.capabilities().max_batch, 100);
    assert!(matches!(servers.for_organisation(own).await, Err(NoServer::NotSetUp)));
    parts.execute("UPDATE api_servers SET base_url = 'http://pems.example.com', updated_at = now()").await;
    assert!(matches!(servers.for_organisation(parts.organisation_id).await, Err(NoServer::Settings(_))));
}
