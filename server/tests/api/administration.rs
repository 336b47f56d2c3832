//! API servers and settings.

use reqwest::Method;
use serde_json::{Value, json};

use super::without_records;
use crate::app::{Answer, Client, TestApp};

fn server(app: &TestApp) -> Value {
    let credentials = app.pems.credentials();
    json!({
        "name": "PEMS", "baseUrl": app.pems.base_url(), "tenant": credentials.tenant,
        "username": credentials.user, "password": credentials.password,
    })
}

fn path(server: &Value, act: &str) -> String {
    format!("/api/admin/api-servers/{}{act}", server["id"].as_str().unwrap())
}

async fn create(admin: &Client, server: Value) -> Answer {
    admin.post("/api/admin/api-servers", json!({ "server": server })).await
}

#[tokio::test]
async fn a_server_is_tested_saved_and_its_password_never_shown() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let input = server(&app);
    let secret = "s3cret-unlikely-to-occur";
    let mut wrong = input.clone();
    wrong["password"] = json!(secret);

    let tested = admin.post("/api/admin/api-servers/test", json!({ "server": wrong })).await.ok();
    assert_eq!((&tested["success"], &tested["status"]), (&json!(false), &json!(401)), "{tested}");
    let created = create(&admin, wrong).await.ok();
    let tested = admin.send(Method::POST, &path(&created, "/test"), None).await.ok();
    assert_eq!(tested["success"], false, "{tested}");
    let tested = admin.send(Method::POST, &path(&created, "/test"), Some(&input)).await.ok();
    assert_eq!(tested["success"], true, "as it would be: {tested}");
    admin.send(Method::PUT, &path(&created, ""), Some(&input)).await.ok();
    let tested = admin.send(Method::POST, &path(&created, "/test"), None).await.ok();
    assert_eq!(tested["success"], true, "{tested}");

    let mut everything = admin.get("/api/admin/api-servers").await.ok().to_string();
    everything += &admin.get("/api/audit?limit=1000").await.ok().to_string();
    everything += &created.to_string();
    let stored: Vec<(Vec<u8>, String)> =
        sqlx::query_as("SELECT secret_ciphertext, secret_key_id FROM api_servers")
            .fetch_all(app.pool())
            .await
            .unwrap();
    for (ciphertext, key) in stored {
        everything += &String::from_utf8_lossy(&ciphertext);
        assert!(!"1".repeat(64).contains(&key), "the key's name is not part of the key");
    }
    assert!(!everything.contains(secret), "{everything}");
    let log = admin.get("/api/audit?eventType=credential.changed").await.ok();
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(2), "{log}");
}

#[tokio::test]
async fn a_stored_password_is_not_sent_to_another_address() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let input = server(&app);
    let created = create(&admin, input.clone()).await.ok();
    for (field, value) in [("baseUrl", "http://127.0.0.1:9/evil"), ("username", "other"), ("tenant", "OTHER")]
    {
        let mut moved = input.clone();
        moved[field] = json!(value);
        moved.as_object_mut().unwrap().remove("password");
        for (method, act) in [(Method::PUT, ""), (Method::POST, "/test")] {
            let answer = admin.send(method, &path(&created, act), Some(&moved)).await;
            assert_eq!(answer.status, 422, "{field}: {}", answer.body);
            assert_eq!(answer.body["errors"][0]["field"], "password");
        }
    }
    let mut renamed = input;
    renamed["name"] = json!("Renamed");
    renamed.as_object_mut().unwrap().remove("password");
    let renamed = admin.send(Method::PUT, &path(&created, ""), Some(&renamed)).await.ok();
    assert_eq!(renamed["name"], "Renamed");
    let tested = admin.send(Method::POST, &path(&renamed, "/test"), None).await.ok();
    assert_eq!(tested["success"], true, "the password is still there: {tested}");
}

#[tokio::test]
async fn every_mistake_in_a_server_is_named() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let input = json!({ "name": " ", "baseUrl": "http://pems.example.com", "tenant": "a\nb", "username": "a:b", "password": "" });
    let answer = create(&admin, input).await;
    assert_eq!(answer.status, 422);
    let mut fields: Vec<_> = answer.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error["field"].as_str())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["baseUrl", "name", "password", "tenant", "username"]);
    create(&admin, server(&app)).await.ok();
    let taken = create(&admin, server(&app)).await;
    assert_eq!((taken.status.as_u16(), &taken.body["errors"][0]["code"]), (422, &json!("taken")));
}

#[tokio::test]
async fn the_server_from_the_settings_is_changed_there_only_but_can_be_paused() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let servers = admin.get("/api/admin/api-servers").await.ok();
    let managed = &servers["apiServers"][0];
    assert_eq!((&managed["isManaged"], &managed["name"]), (&json!(true), &json!("Default")));
    let changed = admin.send(Method::PUT, &path(managed, ""), Some(&server(&app))).await;
    assert_eq!(changed.status, 409, "{}", changed.body);

    let paused = admin.send(Method::POST, &path(managed, "/pause"), None).await.ok();
    assert_eq!((&paused["status"], &paused["pauseReason"]), (&json!("paused"), &json!("administrator")));
    assert_eq!(admin.status().await["health"], "paused");
    let resumed = admin.send(Method::POST, &path(managed, "/resume"), None).await.ok();
    assert_eq!(resumed["status"], "active");
    assert_eq!(admin.send(Method::POST, &path(managed, "/resume"), None).await.status, 200, "twice is once");
    let log = admin.get("/api/audit?eventType=server.resumed").await.ok();
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_settings_server_follows_the_settings_at_each_start() {
    let mut app = without_records().start().await;
    let admin = app.user("admin").await;
    app.set("PEMS_WRITE_PASSWORD", "a new one");
    app.set("PEMS_WRITE_TENANT", "OTHER");
    app.kill().await;
    app.restart().await;
    let admin = admin.at(&app.server);
    let servers = admin.get("/api/admin/api-servers").await.ok();
    assert_eq!(servers["apiServers"][0]["tenant"], "OTHER");
    assert_eq!(servers["apiServers"].as_array().map(Vec::len), Some(1));

    create(&admin, server(&app)).await.ok();
    for name in ["PEMS_WRITE_ENDPOINT", "PEMS_WRITE_USERNAME", "PEMS_WRITE_PASSWORD", "PEMS_WRITE_TENANT"] {
        app.set(name, "");
    }
    app.kill().await;
    app.restart().await;
    let servers = admin.at(&app.server).get("/api/admin/api-servers").await.ok();
    let names: Vec<_> =
        servers["apiServers"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["PEMS"], "without the settings, their server is gone");
}

#[tokio::test]
async fn a_rotated_key_still_opens_what_the_old_one_sealed() {
    let mut app = without_records().start().await;
    let admin = app.user("admin").await;
    let created = create(&admin, server(&app)).await.ok();
    app.set("ENCRYPTION_KEY", &"22".repeat(32));
    app.set("ENCRYPTION_KEY_OLD", &"11".repeat(32));
    app.kill().await;
    app.restart().await;
    let tested = admin.at(&app.server).send(Method::POST, &path(&created, "/test"), None).await.ok();
    assert_eq!(tested["success"], true, "{tested}");
}

#[tokio::test]
async fn an_organisations_settings_are_kept_and_recorded() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let path = format!("/api/admin/organizations/{}/settings", admin.organization_id);
    assert_eq!(admin.send(Method::GET, &path, None).await.ok(), json!({ "writeSyncEnabled": true }));
    for _ in 0..2 {
        admin.send(Method::PUT, &path, Some(&json!({ "writeSyncEnabled": false }))).await.ok();
    }
    assert_eq!(admin.send(Method::GET, &path, None).await.ok(), json!({ "writeSyncEnabled": false }));
    let log = admin.get("/api/audit?eventType=setting.changed").await.ok();
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "what changes nothing is no change");
    assert_eq!(entries[0]["before"], json!({ "writeSyncEnabled": true }));
}
