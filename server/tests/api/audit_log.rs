//! Reading, exporting and proving the audit log.

use serde_json::Value;

use super::without_records;
use crate::app::{TestApp, Visitor, eventually};

/// Some logins, each of which is a row.
async fn with_rows(count: usize) -> TestApp {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for _ in 0..count {
        visitor.log_in("viewer", "vanguard-demo").await;
    }
    app
}

#[tokio::test]
async fn logins_are_recorded_failed_ones_too() {
    let app = with_rows(1).await;
    Visitor::of(&app.server).log_in("viewer", "wrong").await.problem(401);
    let admin = app.user("admin").await;
    // A failure is written down after the answer: nobody can tell by the time it took that there is such a user.
    let mut events = eventually("all three are recorded", async || {
        let log = admin.get("/api/audit").await.ok();
        let entries = log["entries"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let events: Vec<_> =
            entries.iter().map(|entry| (text(&entry["actor"]), text(&entry["eventType"]))).collect();
        (events.len() == 3).then_some(events)
    })
    .await;
    events.sort();
    let expected = [("admin", "login.succeeded"), ("viewer", "login.failed"), ("viewer", "login.succeeded")];
    assert_eq!(events, expected.map(|(actor, event)| (actor.to_owned(), event.to_owned())));
}

#[tokio::test]
async fn pages_of_the_log_follow_one_another_to_the_end() {
    let app = with_rows(6).await;
    let admin = app.user("admin").await;
    let mut sequences = Vec::new();
    let mut path = "/api/audit?limit=3".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        sequences
            .extend(page["entries"].as_array().unwrap().iter().map(|row| row["sequence"].as_i64().unwrap()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/api/audit?limit=3&cursor={cursor}");
    }
    assert_eq!(sequences, [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(admin.get("/api/audit?cursor=nonsense").await.status, 400);
}

#[tokio::test]
async fn the_export_is_the_whole_log_oldest_first() {
    let app = with_rows(3).await;
    let admin = app.user("admin").await;
    let jsonl = admin.get("/api/audit/export?format=jsonl").await.ok();
    let lines: Vec<Value> =
        jsonl.as_str().unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| line["sequence"].as_i64()).collect::<Vec<_>>(),
        [1, 2, 3, 4].map(Some)
    );
    let csv = admin.get("/api/audit/export?format=csv&eventType=login.succeeded").await.ok();
    let csv = csv.as_str().unwrap();
    assert!(csv.starts_with("sequence,at,actor,"), "{csv}");
    assert_eq!(csv.lines().count(), 5);
    assert_eq!(admin.get("/api/audit/export?format=pdf").await.status, 400);
}

#[tokio::test]
async fn the_database_refuses_to_change_the_log() {
    let app = with_rows(1).await;
    for sql in ["UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log"] {
        let refused = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(app.pool()).await;
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}

#[tokio::test]
async fn whoever_changes_it_all_the_same_is_found_out() {
    for (tampering, told) in [
        ("UPDATE audit_log SET actor = 'nobody' WHERE sequence = 2", "row 2 was changed"),
        ("DELETE FROM audit_log WHERE sequence = 2", "row 2 is missing"),
        ("DELETE FROM audit_log WHERE sequence >= 3", "ends at row 2"),
        ("UPDATE audit_log SET at = at + interval '1 s' WHERE sequence = 1", "row 1 was changed"),
    ] {
        let app = with_rows(3).await;
        let admin = app.user("admin").await;
        assert_eq!(admin.get("/api/audit/verify").await.ok()["intact"], true);
        // Only the database's owner can do this.
        for sql in [
            "ALTER TABLE audit_log DISABLE TRIGGER USER",
            tampering,
            "ALTER TABLE audit_log ENABLE TRIGGER USER",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(app.pool()).await.unwrap();
        }
        let report = admin.get("/api/audit/verify").await.ok();
        assert_eq!(report["intact"], false, "{tampering}");
        assert!(report["problem"].as_str().unwrap().contains(told), "{tampering}: {report}");
        let output = app.server.command(&["audit", "verify", "--organization", "RIO"]).await;
        assert!(!output.status.success());
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains("RIO: BROKEN"), "{printed}");
    }
}
