//! The program's other commands, and what stops its start.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::without_records;
use crate::app::{Client, MailStandIn, SlackStandIn};

#[tokio::test]
async fn an_intact_log_is_proved_from_the_command_line() {
    let app = without_records().start().await;
    app.user("admin").await;
    let output = app.server.command(&["audit", "verify"]).await;
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "HOL: intact, 1 rows\nRIO: intact, 1 rows\n");
    assert!(!app.server.command(&["audit", "verify", "--organization", "NONE"]).await.status.success());
}

#[tokio::test]
async fn the_first_administrator_is_made_from_the_command_line() {
    let app = without_records().start().await;
    let mut child = app
        .server
        .prepared(&[
            "user",
            "create",
            "--username",
            "chief",
            "--email",
            "c@example.com",
            "--organization",
            "NEW:New one",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a long password\n").await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success());
    let chief = Client::log_in_with(&app.server, "chief", "a long password", "NEW").await;
    assert_eq!(chief.user["role"], "Administrator");
    assert_eq!(chief.get("/api/admin/users").await.ok()["users"][0]["username"], "chief");
}

#[tokio::test]
async fn a_test_alert_goes_to_every_channel_and_says_what_came_of_it() {
    let (slack, mail) = (SlackStandIn::start().await, MailStandIn::start().await);
    let test = async |settings: &[(&str, String)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vanguard-server"));
        command.args(["alert", "test"]).env_clear().envs(settings.iter().cloned());
        let output = command.output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!log.contains("/services/secret") && !told.contains("/services/secret"), "{told} {log}");
        (output.status.success(), told)
    };
    let (done, _) = test(&[]).await;
    assert!(!done, "without a channel there is nothing to test");

    let settings = [
        ("SLACK_WEBHOOK_URL", slack.webhook()),
        ("SMTP_URL", mail.url()),
        ("ALERT_EMAIL_TO", "ops@example.com, Boss <boss@example.com>".to_owned()),
        ("ALERT_EMAIL_FROM", "vanguard@example.com".to_owned()),
    ];
    assert_eq!(test(&settings).await, (true, "slack: sent\nemail: sent\n".to_owned()));
    assert!(slack.texts()[0].contains("This is a test"));
    assert_eq!(mail.mails()[0].to, ["ops@example.com", "boss@example.com"]);

    slack.always_answer(404);
    let told = "slack: FAILED: refused: HTTP 404, told to fail by a test\nemail: sent\n";
    assert_eq!(test(&settings).await, (false, told.to_owned()));
}

#[tokio::test]
async fn every_wrong_setting_is_named_and_the_start_stops() {
    let output = Command::new(env!("CARGO_BIN_EXE_vanguard-server"))
        .arg("serve")
        .env_clear()
        .env("DATABASE_URL", "postgres://u:hush@localhost/x")
        .env("ENCRYPTION_KEY", "abc")
        .env("PEMS_WRITE_SYNC_SCHEDULE", "sometimes")
        .env("VANGUARD_DEMO", "true")
        .env("LEPTOS_SITE_ADDR", "0.0.0.0:0")
        .output()
        .await
        .unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    for name in ["ENCRYPTION_KEY", "JWT_SECRET", "PEMS_WRITE_SYNC_SCHEDULE = \"sometimes\"", "VANGUARD_DEMO"]
    {
        assert!(told.contains(name), "{name}: {told}");
    }
    assert!(
        told.contains("openssl rand -hex 32") && !told.contains("hush") && !told.contains("abc"),
        "{told}"
    );
}

#[tokio::test]
async fn the_readme_lists_the_settings_as_they_are() {
    let output = Command::new(env!("CARGO_BIN_EXE_vanguard-server")).arg("settings").output().await.unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    assert!(
        readme.contains(&table),
        "put the output of `vanguard-server settings` into the README:\n{table}"
    );
}
