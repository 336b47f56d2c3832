//! Long lists: what is told of what is not shown.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, RIO, TestApp, Visitor};

/// Follows a list, one at a time, to its end; every page tells the same total.
async fn one_at_a_time(client: &Client, path: &str, list: &str, total: usize) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut page = client.get(&format!("{path}{joint}limit=1")).await.ok();
    loop {
        assert_eq!(page["total"], total, "{page}");
        assert_eq!(page[list].as_array().map(Vec::len), Some(1), "{page}");
        found.push(page[list][0]["id"].clone());
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        page = client.get(&format!("{path}{joint}limit=1&cursor={cursor}")).await.ok();
    }
    found
}

async fn badly_asked(client: &Client, path: &str) {
    for (wrong, status) in [("limit=0", 422), ("limit=1001", 422), ("cursor=nonsense", 400)] {
        let answer = client.get(&format!("{path}?{wrong}")).await;
        assert_eq!(answer.status, status, "{path} {wrong}: {}", answer.body);
    }
}

#[tokio::test]
async fn dead_letters_tell_how_many_there_are_and_go_on() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let manager = app.manager().await;
    for id in &app.changeable()[..3] {
        app.pems.lock(RIO, id);
        manager.draft(id, json!({ "contract": "C-9" })).await;
    }
    manager.commit().await;
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let mut letters = one_at_a_time(&manager, "/api/pems/dead-letters?status=open", "deadLetters", 3).await;
    letters.sort_by_key(Value::to_string);
    letters.dedup();
    assert_eq!(letters.len(), 3, "each letter is shown once");
    badly_asked(&manager, "/api/pems/dead-letters").await;
}

#[tokio::test]
async fn the_merge_journal_tells_how_many_there_are_and_goes_on() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for id in &app.changeable()[..3] {
        manager.draft(id, json!({ "contract": "OURS" })).await;
        app.pems.edit(RIO, id, json!({ "description": "Theirs" }), "pems.jansen").unwrap();
    }
    manager.commit().await;
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let mut merges = one_at_a_time(&manager, "/api/pems/merges", "merges", 3).await;
    merges.sort_by_key(Value::to_string);
    merges.dedup();
    assert_eq!(merges.len(), 3, "each merge is shown once");
    badly_asked(&manager, "/api/pems/merges").await;
}

/// As many conflicts of one record as one call does not decide.
const CONFLICTS: &str = r#"
    WITH person AS (SELECT id FROM users WHERE username = 'manager'),
    record AS (
      SELECT r.organisation_id, r.pfa_id FROM pfa_mirror r JOIN organisations o ON o.id = r.organisation_id
      WHERE o.code = 'RIO' ORDER BY r.pfa_id LIMIT 1),
    job AS (
      INSERT INTO sync_jobs (organisation_id, kind, trigger, state, finished_at)
      SELECT organisation_id, 'write', 'commit', 'completed', now() FROM record RETURNING id),
    changes AS (
      INSERT INTO pfa_modification (organisation_id, pfa_id, user_id, operation, state, base_version, base_values,
                                    changes, committed_at, committed_by, job_id)
      SELECT r.organisation_id, r.pfa_id, p.id, 'UPDATE', 'conflict', 1, '{"contract": "A"}', '{"contract": "B"}',
             now(), p.id, j.id
      FROM record r, person p, job j, generate_series(1, 1001) RETURNING *),
    items AS (
      INSERT INTO pfa_write_queue (organisation_id, modification_id, job_id, pfa_id, operation, payload, base_values,
                                   base_version, modified_by, status, completed_at)
      SELECT organisation_id, id, job_id, pfa_id, 'UPDATE', changes, base_values, 1, 'manager', 'superseded', now()
      FROM changes RETURNING *)
    INSERT INTO pfa_sync_conflict (organisation_id, modification_id, queue_item_id, pfa_id, cause, local_version,
                                   pems_version, base_data, local_data, pems_data, pems_updated_by, pems_updated_at)
    SELECT organisation_id, modification_id, id, pfa_id, 'both_changed', 1, 2, base_values, payload,
           '{"contract": "C"}', 'pems.jansen', now()
    FROM items"#;

#[tokio::test]
async fn deciding_many_conflicts_says_how_many_are_left_and_goes_on() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    sqlx::query(CONFLICTS).execute(app.pool()).await.unwrap();
    let decide = async |cursor: Option<&Value>| {
        let body = json!({ "resolution": "use_pems", "filter": {}, "dryRun": true, "cursor": cursor });
        manager.post("/api/pems/conflicts/resolve-bulk", body).await
    };
    let first = decide(None).await.ok();
    assert_eq!((&first["total"], &first["remaining"]), (&json!(1001), &json!(1)), "{first}");
    let mut decided = first["results"].as_array().unwrap().clone();
    assert_eq!(decided.len(), 1000);
    let second = decide(Some(&first["nextCursor"])).await.ok();
    assert_eq!((&second["total"], &second["remaining"]), (&json!(1), &json!(0)), "{second}");
    assert_eq!(second["nextCursor"], Value::Null);
    decided.extend(second["results"].as_array().unwrap().clone());
    let mut ids: Vec<_> = decided.iter().map(|one| one["conflictId"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1001, "each conflict comes once");
    let listed = manager.get("/api/pems/conflicts?status=unresolved").await.ok();
    assert_eq!((&listed["total"], listed["conflicts"].as_array().map(Vec::len)), (&json!(1001), Some(1000)));
    let path =
        format!("/api/pems/conflicts?status=unresolved&cursor={}", listed["nextCursor"].as_str().unwrap());
    let rest = manager.get(&path).await.ok();
    assert_eq!((&rest["total"], &rest["nextCursor"]), (&json!(1001), &Value::Null));
    let id = rest["conflicts"][0]["id"].to_string();
    assert!(ids.contains(&id) && !listed["conflicts"].to_string().contains(&id), "the last one comes once");
    badly_asked(&manager, "/api/pems/conflicts").await;
    for wrong in [json!("nonsense"), json!(Uuid::new_v4())] {
        let refused = decide(Some(&wrong)).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
    }
}

/// 101 requests for a rollback and 101 merges of one record, a minute apart. The oldest of each is marked.
const LONG_LISTS: &str = r#"
    WITH person AS (SELECT id FROM users WHERE username = 'manager'),
    record AS (
      SELECT r.organisation_id, r.pfa_id FROM pfa_mirror r JOIN organisations o ON o.id = r.organisation_id
      WHERE o.code = 'RIO' ORDER BY r.pfa_id LIMIT 1),
    rollback AS (
      INSERT INTO rollbacks (organisation_id, pfa_id, to_version, reason, requested_by, preview_hash, requested_at)
      SELECT r.organisation_id, r.pfa_id, n, CASE n WHEN 101 THEN 'the oldest request' ELSE 'a later one' END, p.id,
             repeat('0', 64), now() - n * interval '1 minute'
      FROM record r, person p, generate_series(1, 101) n),
    job AS (
      INSERT INTO sync_jobs (organisation_id, kind, trigger, state, finished_at)
      SELECT organisation_id, 'write', 'commit', 'completed', now() FROM record RETURNING id),
    change AS (
      INSERT INTO pfa_modification (organisation_id, pfa_id, user_id, operation, state, base_version, base_values,
                                    changes, committed_at, committed_by, job_id, synced_at, synced_version)
      SELECT r.organisation_id, r.pfa_id, p.id, 'UPDATE', 'synced', 1, '{"contract": "A"}', '{"contract": "B"}',
             now(), p.id, j.id, now(), 2
      FROM record r, person p, job j RETURNING *),
    item AS (
      INSERT INTO pfa_write_queue (organisation_id, modification_id, job_id, pfa_id, operation, payload, base_values,
                                   base_version, modified_by, status, completed_at)
      SELECT organisation_id, id, job_id, pfa_id, 'UPDATE', changes, base_values, 1, 'manager', 'completed', now()
      FROM change RETURNING *)
    INSERT INTO merge_journal (organisation_id, modification_id, queue_item_id, pfa_id, from_version, onto_version,
                               ours_before, ours, theirs_before, theirs, pems_updated_by, merged_at)
    SELECT organisation_id, modification_id, id, pfa_id, 1, n + 1, base_values, payload, '{"model": "A"}',
           '{"model": "B"}', CASE n WHEN 101 THEN 'the oldest merge' ELSE 'pems.jansen' END,
           now() - n * interval '1 minute'
    FROM item, generate_series(1, 101) n"#;

#[tokio::test]
async fn what_is_beyond_a_pages_first_hundred_rows_is_reached_by_a_plain_link() {
    let app = TestApp::start().await;
    sqlx::query(LONG_LISTS).execute(app.pool()).await.unwrap();
    let visitor = Visitor::of(&app.server);
    let cookie = visitor.log_in("manager", "vanguard-demo").await.cookie_to_send();
    let open = async |path: &str| {
        let page = visitor.get(path, &[("cookie", &cookie), ("accept", "text/html")]).await;
        assert_eq!(page.status, 200, "{path}");
        page.text
    };
    for (path, older, oldest) in [
        ("/o/RIO/conflicts/merged", "/o/RIO/conflicts/merged?page=2", "by the oldest merge"),
        ("/o/RIO/rollbacks", "/o/RIO/rollbacks?page=2", "the oldest request"),
        ("/o/RIO/rollbacks?show=all", "/o/RIO/rollbacks?show=all&amp;page=2", "the oldest request"),
    ] {
        let first = open(path).await;
        assert!(first.contains("1 to 100 of 101") && !first.contains(oldest), "{path}");
        assert!(first.contains(&format!("href=\"{older}\"")), "{older}");
        let second = open(&older.replace("&amp;", "&")).await;
        assert!(second.contains("101 to 101 of 101") && second.contains(oldest), "{older}");
        assert!(second.contains(&format!("href=\"{}\"", path.replace('&', "&amp;"))), "back to {path}");
        let beyond = open(&older.replace("&amp;", "&").replace("page=2", "page=9")).await;
        assert!(beyond.contains("The list ends before this page"), "{older}");
    }
    let merges = open("/o/RIO/conflicts/merged?page=2").await;
    assert!(
        merges.contains("/o/RIO/conflicts/merged?page=2&amp;undo="),
        "the question comes over the same page"
    );
}

/// 101 failed writes with their dead letters, each of a run of its own, a minute apart. The oldest of each is marked.
const LONG_SYNC_LISTS: &str = r#"
    WITH person AS (SELECT id FROM users WHERE username = 'manager'),
    record AS (
      SELECT r.organisation_id, r.pfa_id FROM pfa_mirror r JOIN organisations o ON o.id = r.organisation_id
      WHERE o.code = 'RIO' ORDER BY r.pfa_id LIMIT 1),
    jobs AS (
      INSERT INTO sync_jobs (id, organisation_id, kind, trigger, state, started_at, finished_at, error)
      SELECT md5('job ' || n)::uuid, organisation_id, 'write', 'commit', 'failed', now() - n * interval '1 minute', now(),
             CASE n WHEN 101 THEN 'the oldest run' END
      FROM record, generate_series(1, 101) n),
    changes AS (
      INSERT INTO pfa_modification (id, organisation_id, pfa_id, user_id, operation, state, base_version, base_values,
                                    changes, committed_at, committed_by, job_id)
      SELECT md5('change ' || n)::uuid, r.organisation_id, r.pfa_id, p.id, 'UPDATE', 'sync_error', 1, '{"contract": "A"}',
             '{"contract": "B"}', now(), p.id, md5('job ' || n)::uuid
      FROM record r, person p, generate_series(1, 101) n),
    items AS (
      INSERT INTO pfa_write_queue (id, organisation_id, modification_id, job_id, pfa_id, operation, payload, base_values,
                                   base_version, modified_by, status, completed_at, last_error, last_error_code)
      SELECT md5('item ' || n)::uuid, organisation_id, md5('change ' || n)::uuid, md5('job ' || n)::uuid, pfa_id, 'UPDATE',
             '{"contract": "B"}', '{"contract": "A"}', 1, 'manager', 'failed', now(),
             CASE n WHEN 101 THEN 'the oldest write' ELSE 'a later one' END, 'invalid'
      FROM record, generate_series(101, 1, -1) n)
    INSERT INTO pfa_write_queue_dlq (organisation_id, queue_item_id, modification_id, pfa_id, error_code, error, attempts,
                                     created_at)
    SELECT organisation_id, md5('item ' || n)::uuid, md5('change ' || n)::uuid, pfa_id, 'invalid',
           CASE n WHEN 101 THEN 'the oldest failure' ELSE 'a later one' END, '[]', now() - n * interval '1 minute'
    FROM record, generate_series(1, 101) n"#;

#[tokio::test]
async fn every_page_of_queue_dead_letters_and_history_is_reached_by_a_plain_link() {
    let app = TestApp::start().await;
    sqlx::query(LONG_SYNC_LISTS).execute(app.pool()).await.unwrap();
    let visitor = Visitor::of(&app.server);
    let cookie = visitor.log_in("manager", "vanguard-demo").await.cookie_to_send();
    let open = async |path: &str| {
        let page = visitor.get(path, &[("cookie", &cookie), ("accept", "text/html")]).await;
        assert_eq!(page.status, 200, "{path}");
        page.text
    };
    for (path, oldest) in [
        ("/o/RIO/sync/queue?status=failed&cause=invalid", "the oldest write"),
        ("/o/RIO/sync/dead-letters?search=manager", "the oldest failure"),
        ("/o/RIO/sync/history?kind=write", "the oldest run"),
    ] {
        let first = open(path).await;
        assert!(first.contains("1 to 100 of 101") && !first.contains(oldest), "{path}");
        let older = format!("{path}&page=2");
        assert!(first.contains(&format!("href=\"{}\"", older.replace('&', "&amp;"))), "{older}");
        let second = open(&older).await;
        assert!(second.contains("101 to 101 of 101") && second.contains(oldest), "{older}");
        assert!(second.contains(&format!("href=\"{}\"", path.replace('&', "&amp;"))), "back to {path}");
        assert!(open(&format!("{path}&page=9")).await.contains("The list ends before this page"), "{path}");
    }
}
