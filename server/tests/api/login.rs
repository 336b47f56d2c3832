//! Logging in and out.

use futures::future::join_all;
use serde_json::json;

use super::without_records;
use crate::app::{Reply, Visitor, eventually};

const PASSWORD: &str = "vanguard-demo";

#[tokio::test]
async fn a_login_opens_a_session_for_scripts_and_browsers() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let reply = visitor.log_in(" Manager ", PASSWORD).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    assert_eq!(body["user"]["role"], "PortfolioManager");
    assert_eq!(body["user"]["organizations"].as_array().map(Vec::len), Some(2));
    let permissions = body["user"]["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!("Sync")) && !permissions.contains(&json!("ManageUsers")));
    let cookie = reply.session_cookie().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
    }
    // Secure would keep a browser on plain loopback HTTP from sending it.
    assert!(!cookie.contains("Secure"), "{cookie}");

    let token = format!("Bearer {}", body["token"].as_str().unwrap());
    let by_token = visitor.get("/api/auth/me", &[("authorization", &token)]).await.json();
    let by_cookie = visitor.get("/api/auth/me", &[("cookie", &reply.cookie_to_send())]).await.json();
    assert_eq!(by_token, body["user"]);
    assert_eq!(by_cookie, body["user"]);
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let app = without_records().setting("COOKIE_SECURE", "true").start().await;
    let reply = Visitor::of(&app.server).log_in("viewer", PASSWORD).await;
    assert!(reply.session_cookie().unwrap().ends_with("; Secure"));
}

#[tokio::test]
async fn after_logging_out_neither_token_nor_cookie_is_good() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let login = visitor.log_in("viewer", PASSWORD).await;
    let token = format!("Bearer {}", login.json()["token"].as_str().unwrap());
    let cookie = login.cookie_to_send();
    let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let out = visitor.post("/api/auth/logout", &headers, &json!({})).await;
    assert_eq!(out.status, 204);
    assert!(out.session_cookie().unwrap().contains("Max-Age=0"));
    visitor.get("/api/auth/me", &[("authorization", &token)]).await.problem(401);
    visitor.get("/api/auth/me", &[("cookie", &cookie)]).await.problem(401);
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_are_told_alike() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    sqlx::query("UPDATE users SET is_active = false WHERE username = 'editor'")
        .execute(app.pool())
        .await
        .unwrap();
    let mut answers = Vec::new();
    for (name, password) in
        [("viewer", "wrong"), ("nobody", PASSWORD), ("editor", PASSWORD), ("", ""), ("viewer", "")]
    {
        let reply = visitor.log_in(name, password).await;
        assert!(reply.session_cookie().is_none(), "{name:?}");
        answers.push(reply.problem(401));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn ten_failures_from_an_address_stop_a_name_there_and_no_other() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for _ in 0..10 {
        visitor.log_in("viewer", "guess").await.problem(401);
    }
    let stopped = visitor.log_in("viewer", PASSWORD).await;
    stopped.problem(429);
    let seconds: u64 = stopped.header("retry-after").parse().unwrap();
    assert!((800..=900).contains(&seconds), "{seconds}");
    assert_eq!(visitor.log_in("editor", PASSWORD).await.status, 200);
    // Another replica knows of it.
    let replica = app.replica().await;
    Visitor::of(&replica).log_in("viewer", PASSWORD).await.problem(429);
}

/// Behind a proxy, so that a test can come from several addresses.
async fn from(visitor: &Visitor, address: &str, name: &str, password: &str) -> Reply {
    let body = json!({ "username": name, "password": password });
    visitor.post("/api/auth/login", &[("x-forwarded-for", address)], &body).await
}

#[tokio::test]
async fn a_stranger_who_guesses_cannot_keep_the_right_one_out() {
    let app = without_records().setting("TRUSTED_PROXIES", "1").start().await;
    let visitor = Visitor::of(&app.server);
    for _ in 0..10 {
        from(&visitor, "192.0.2.66", "admin", "guess").await.problem(401);
    }
    from(&visitor, "192.0.2.66", "admin", PASSWORD).await.problem(429);
    assert_eq!(from(&visitor, "192.0.2.1", "admin", PASSWORD).await.status, 200);
    // And that he got in does not give the stranger new guesses.
    from(&visitor, "192.0.2.66", "admin", "guess").await.problem(429);
}

#[tokio::test]
async fn a_failed_login_is_answered_before_it_is_written_down() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    // Something was written to every log already.
    assert_eq!(visitor.log_in("viewer", PASSWORD).await.status, 200);
    let mut busy = app.pool().begin().await.unwrap();
    sqlx::query("SELECT * FROM audit_chain_heads FOR UPDATE").execute(&mut *busy).await.unwrap();
    // Whoever waited for the log would wait until the request runs out of time.
    visitor.log_in("viewer", "guess").await.problem(401);
    visitor.log_in("nobody", "guess").await.problem(401);
    busy.rollback().await.unwrap();
    eventually("the failure is in the log", async || {
        let failures: i64 =
            sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE event_type = 'login.failed'")
                .fetch_one(app.pool())
                .await
                .unwrap();
        (failures == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_success_forgets_the_failures_before_it() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for _ in 0..2 {
        for _ in 0..9 {
            visitor.log_in("viewer", "guess").await.problem(401);
        }
        assert_eq!(visitor.log_in("viewer", PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn one_address_cannot_try_without_end() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let names: Vec<String> = (0..60).map(|number| format!("name{number}")).collect();
    let replies = join_all(names.iter().map(|name| visitor.log_in(name, "guess"))).await;
    let refused =
        replies.into_iter().find(|reply| reply.status == 429).expect("60 tries at once are too many");
    refused.problem(429);
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1));
}

#[tokio::test]
async fn a_session_ends_when_it_is_revoked_or_over_or_its_user_deactivated() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for sql in [
        "UPDATE sessions SET revoked_at = now()",
        "UPDATE sessions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 s'",
        "UPDATE users SET is_active = false WHERE username = 'viewer'",
    ] {
        let login = visitor.log_in("viewer", PASSWORD).await;
        let token = format!("Bearer {}", login.json()["token"].as_str().unwrap());
        assert_eq!(visitor.get("/api/auth/me", &[("authorization", &token)]).await.status, 200);
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(app.pool()).await.unwrap();
        visitor.get("/api/auth/me", &[("authorization", &token)]).await.problem(401);
    }
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let login = visitor.log_in("viewer", PASSWORD).await.json();
    let good = login["token"].as_str().unwrap();
    let (head, rest) = good.split_once('.').unwrap();
    let (claims, _) = rest.split_once('.').unwrap();
    for authorization in [
        "Bearer".to_owned(),
        "Bearer x".to_owned(),
        "Basic dmlld2VyOnZhbmd1YXJkLWRlbW8=".to_owned(),
        format!("Bearer {head}.{claims}."),
        format!("Bearer {good}x"),
    ] {
        let reply = visitor.get("/api/auth/me", &[("authorization", &authorization)]).await;
        reply.problem(401);
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    visitor.get("/api/auth/me", &[]).await.problem(401);
    visitor.get("/api/auth/me", &[("cookie", "vanguard_session=nonsense")]).await.problem(401);
}
