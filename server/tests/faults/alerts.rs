//! Whoever does not look at Vanguard is told outside of it.

use serde_json::json;

use crate::app::{MailStandIn, SlackStandIn, TestApp, Visitor, eventually};

#[tokio::test]
async fn when_the_password_expires_in_mid_run_slack_and_mail_get_exactly_one_alert() {
    let (slack, mail) = (SlackStandIn::start().await, MailStandIn::start().await);
    let app = TestApp::setup()
        .records(40)
        .setting("ENABLE_CRON_JOBS", "false")
        .setting("SLACK_WEBHOOK_URL", &slack.webhook())
        .setting("SMTP_URL", &mail.url())
        .setting("ALERT_EMAIL_TO", "ops@example.com")
        .setting("ALERT_EMAIL_FROM", "vanguard@example.com")
        .setting("PUBLIC_URL", "https://pfa.example/")
        .start()
        .await;
    let ids: Vec<String> = app.changeable().into_iter().take(6).collect();
    let manager = app.manager().await;
    manager.change(&ids[0], json!({ "contract": "BEFORE" })).await;
    manager.wait_for(&ids[0], "synced").await;

    let credentials = app.pems.credentials().clone();
    app.pems.set_password(&credentials.user, "another");
    for id in &ids[1..] {
        manager.change(id, json!({ "contract": "LATER" })).await;
    }
    eventually("both have got it", async || {
        (!slack.texts().is_empty() && !mail.mails().is_empty()).then_some(())
    })
    .await;
    let text = slack.texts().remove(0);
    for part in [
        "RIO: ",
        "PEMS refused its user name or password",
        "Correct the credential",
        "https://pfa.example/o/RIO/sync",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(mail.mails()[0].to, ["ops@example.com"]);

    // The administrator corrects it; everything goes through.
    app.pems.set_password(&credentials.user, &credentials.password);
    let admin = app.user("admin").await;
    let servers = admin.get("/api/admin/api-servers").await.ok();
    let server = servers["apiServers"][0]["id"].as_str().expect("there is one").to_owned();
    admin.post(&format!("/api/admin/api-servers/{server}/resume"), json!({})).await.ok();
    manager.wait_until_idle(std::time::Duration::from_secs(20)).await;

    // What is not in the outbox is never sent: two rows, each sent at the first try, are one alert a channel.
    eventually("that they were sent is recorded", async || {
        let rows: Vec<(String, i32)> =
            sqlx::query_as("SELECT state, tries FROM alert_delivery").fetch_all(app.pool()).await.unwrap();
        assert_eq!(rows.len(), 2, "{rows:?}");
        rows.iter().all(|row| *row == ("sent".to_owned(), 1)).then_some(())
    })
    .await;
    assert_eq!((slack.texts().len(), mail.mails().len()), (1, 1));
    let metrics = Visitor::of(&app.server).get("/metrics", &[]).await.text;
    for channel in ["slack", "email"] {
        let line = format!("vanguard_alerts_total{{channel=\"{channel}\",outcome=\"sent\"}} 1");
        assert!(metrics.contains(&line), "{metrics}");
    }
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}
