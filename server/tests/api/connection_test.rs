//! Trying an API server before it is saved.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::without_records;
use crate::app::{Client, TestApp};

fn server(app: &TestApp, base_url: &str) -> Value {
    let credentials = app.pems.credentials();
    json!({
        "name": "Tried", "baseUrl": base_url, "tenant": credentials.tenant, "username": credentials.user,
        "password": credentials.password,
    })
}

async fn tested(admin: &Client, server: Value) -> Value {
    admin.post("/api/admin/api-servers/test", json!({ "server": server })).await.ok()
}

#[tokio::test]
async fn tests_take_their_requests_from_the_rate_budget() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    for _ in 0..12 {
        let answer = tested(&admin, server(&app, &app.pems.base_url())).await;
        assert_eq!(answer["success"], true, "{answer}");
    }
    let user = &app.pems.credentials().user;
    let burst = app.pems.journal().smallest_burst(user, 10.0);
    assert!(burst <= 10.0, "I5: a bucket of {burst} would have been needed");
}

/// A service that is not PEMS, and answers everything with this.
async fn neighbour(status: &str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            // The request is of no interest, and whether anybody reads the answer is his affair.
            drop(connection.read(&mut request).await);
            drop(connection.write_all(answer.as_bytes()).await);
        }
    });
    format!("http://{address}/api/pems")
}

#[tokio::test]
async fn a_test_shows_nothing_of_a_service_that_is_not_pems() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    for (status, body) in [
        ("200 OK", "a neighbour's secret"),
        ("200 OK", r#"{"password": "a neighbour's secret"}"#),
        ("200 OK", r#"{"success": false, "error": "OTHER", "message": "a neighbour's secret"}"#),
        ("400 Bad Request", r#"{"message": "a neighbour's secret"}"#),
        ("401 Unauthorized", r#"{"message": "a neighbour's secret"}"#),
        ("500 Internal Server Error", r#"{"error": "a neighbour's secret"}"#),
    ] {
        let answer = tested(&admin, server(&app, &neighbour(status, body).await)).await;
        assert_eq!(answer["success"], false, "{status} {body}: {answer}");
        assert!(!answer.to_string().contains("secret"), "{status} {body}: {answer}");
    }
}

#[tokio::test]
async fn what_pems_itself_says_is_shown() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let mut wrong = server(&app, &app.pems.base_url());
    wrong["password"] = json!("wrong");
    let answer = tested(&admin, wrong).await;
    let message = answer["message"].as_str().unwrap();
    assert!(message.starts_with("PEMS refused our credentials: "), "{answer}");
}
