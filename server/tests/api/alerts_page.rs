//! What administrators are shown about alerts, and the test that they send.

use serde_json::{Value, json};

use super::without_records;
use crate::app::{Client, SlackStandIn, TestApp};

async fn overview(client: &Client) -> (u16, Value) {
    let path = format!("/fn/alerts/overview?organization_id={}", client.organization_id);
    let answer = client.get(&path).await;
    (answer.status.as_u16(), answer.body)
}

/// As a script would post the page's form.
async fn send_test(app: &TestApp, client: &Client) -> (u16, String) {
    let answer = reqwest::Client::new()
        .post(app.server.url("/fn/alerts/test"))
        .bearer_auth(client.token())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("organization_id={}", client.organization_id))
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn channels_and_what_became_of_alerts_are_shown_without_secrets() {
    let slack = SlackStandIn::start().await;
    let app = without_records()
        .setting("SLACK_WEBHOOK_URL", &slack.webhook())
        .setting("SMTP_URL", "smtp://somebody:very-secret@127.0.0.1:9")
        .setting("ALERT_EMAIL_TO", "ops@example.com, night@example.com")
        .setting("ALERT_EMAIL_FROM", "vanguard@example.com")
        .start()
        .await;
    let admin = app.user("admin").await;
    sqlx::query(
        "INSERT INTO alert_delivery (organisation_id, incident, channel, title, body, link, began_at, state,
                                     tries, ended_at, last_error)
         SELECT id, 'incident of ' || code, 'slack', 'It broke in ' || code, 'Mend it.', '/o/' || code || '/sync',
                now(), 'failed', 3, now(), 'refused: no_service'
         FROM organisations",
    )
    .execute(app.pool())
    .await
    .unwrap();

    let (status, shown) = overview(&admin).await;
    assert_eq!(status, 200, "{shown}");
    assert_eq!(
        shown["channels"],
        json!([
            { "name": "slack", "isConfigured": true, "recipients": [] },
            { "name": "email", "isConfigured": true, "recipients": ["ops@example.com", "night@example.com"] },
        ])
    );
    let titles: Vec<_> = shown["deliveries"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert_eq!(titles, ["It broke in RIO"], "another organisation's are its own");
    assert_eq!(shown["deliveries"][0]["lastError"], "refused: no_service");
    let text = shown.to_string();
    assert!(!text.contains("very-secret") && !text.contains(&slack.webhook()), "{text}");

    let manager = app.user("manager").await;
    assert_eq!(overview(&manager).await.0, 403);
    assert!(overview(&manager).await.1.to_string().contains("ConfigureAlerts"));
}

#[tokio::test]
async fn a_test_alert_goes_out_and_what_came_of_it_is_told_and_written_down() {
    let slack = SlackStandIn::start().await;
    let app = without_records().setting("SLACK_WEBHOOK_URL", &slack.webhook()).start().await;
    let admin = app.user("admin").await;

    let (status, text) = send_test(&app, &admin).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(slack.texts().len(), 1);
    assert!(slack.texts()[0].contains("This is a test"), "{:?}", slack.texts());

    slack.answer_next(&[404]);
    let (status, text) = send_test(&app, &admin).await;
    assert_eq!(status, 502, "{text}");
    assert!(text.contains("The test did not go out. Slack: refused"), "{text}");

    let log = admin.get("/api/audit?eventType=alert.tested").await.ok();
    let outcomes: Vec<_> = log["entries"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["failed", "success"], "{log}");
    let (status, text) = send_test(&app, &app.user("manager").await).await;
    assert!(status == 403 && text.contains("ConfigureAlerts"), "{status} {text}");
    assert_eq!(slack.texts().len(), 2, "whoever may not, sends nothing");
}

#[tokio::test]
async fn without_a_channel_there_is_nothing_to_test() {
    let app = without_records().start().await;
    let (status, text) = send_test(&app, &app.user("admin").await).await;
    assert!(status == 409 && text.contains("No channel is set up"), "{status} {text}");
}
