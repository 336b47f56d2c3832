//! Users and their administration.

use reqwest::Method;
use serde_json::{Value, json};

use super::without_records;
use crate::app::{Client, TestApp, Visitor};

const PASSWORD: &str = "a long password";

async fn add(client: &Client, username: &str, organizations: &[&str]) -> Value {
    let user = json!({
        "username": username, "email": format!("{username}@example.com"), "role": "Viewer",
        "password": PASSWORD, "organizationIds": organizations,
    });
    client.post("/api/admin/users", json!({ "user": user })).await.ok()
}

async fn change(client: &Client, user: &Value, change: Value) -> crate::app::Answer {
    let path = format!("/api/admin/users/{}", user["id"].as_str().unwrap());
    client.send(Method::PATCH, &path, Some(&change)).await
}

async fn admins(app: &TestApp) -> (Client, Client) {
    (app.user("admin").await, Client::log_in(&app.server, "admin", "HOL").await)
}

#[tokio::test]
async fn a_user_is_added_changed_and_sent_away() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let user = add(&admin, "Anna", &[]).await;
    assert_eq!((user["username"].as_str(), user["isActive"].as_bool()), (Some("anna"), Some(true)));
    assert_eq!(user["organizations"].as_array().map(Vec::len), Some(1));
    let anna = Client::log_in_with(&app.server, "anna", PASSWORD, "RIO").await;
    assert_eq!(anna.post("/api/pfa-data/save-draft", json!({ "drafts": [] })).await.status, 403);

    change(&admin, &user, json!({ "role": "Editor", "email": "a@example.org" })).await.ok();
    assert_ne!(anna.post("/api/pfa-data/save-draft", json!({ "drafts": [] })).await.status, 403, "at once");

    change(&admin, &user, json!({ "password": "another long one" })).await.ok();
    assert_eq!(anna.get("/api/auth/me").await.status, 401, "a new password ends the sessions");
    Visitor::of(&app.server).log_in("anna", PASSWORD).await.problem(401);
    let anna = Client::log_in_with(&app.server, "anna", "another long one", "RIO").await;

    change(&admin, &user, json!({ "isActive": false })).await.ok();
    assert_eq!(anna.get("/api/auth/me").await.status, 401);
    Visitor::of(&app.server).log_in("anna", "another long one").await.problem(401);

    let log = admin.get("/api/audit?eventType=user.changed").await.ok();
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(4));
    let text = log.to_string();
    assert!(!text.contains("long") && !text.contains("argon2"), "no password in the log: {text}");
}

#[tokio::test]
async fn every_mistake_in_a_user_is_named() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let user = json!({ "username": "no spaces", "email": "nowhere", "role": "Viewer", "password": "short" });
    let answer = admin.post("/api/admin/users", json!({ "user": user })).await;
    assert_eq!(answer.status, 422);
    let fields: Vec<_> =
        answer.body["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["username", "email", "password"]);
    add(&admin, "anna", &[]).await;
    let again =
        json!({ "username": "anna", "email": "a@example.com", "role": "Viewer", "password": PASSWORD });
    let answer = admin.post("/api/admin/users", json!({ "user": again })).await;
    assert_eq!((answer.status.as_u16(), &answer.body["errors"][0]["code"]), (422, &json!("taken")));
}

#[tokio::test]
async fn an_administrator_cannot_leave_the_house_empty() {
    let app = without_records().start().await;
    let (admin, hol) = admins(&app).await;
    let myself = json!({ "id": admin.user["id"] });
    for resignation in [
        json!({ "isActive": false }),
        json!({ "role": "Viewer" }),
        json!({ "organizationIds": [hol.organization_id] }),
    ] {
        let path = format!(
            "/api/admin/users/{}?organizationId={}",
            myself["id"].as_str().unwrap(),
            admin.organization_id
        );
        assert_eq!(admin.send(Method::PATCH, &path, Some(&resignation)).await.status, 409, "{resignation}");
    }
}

#[tokio::test]
async fn an_administrator_rules_his_own_organisations_only() {
    let app = without_records().start().await;
    let (admin, hol) = admins(&app).await;
    let both = add(&admin, "both", &[&hol.organization_id]).await;
    assert_eq!(both["organizations"].as_array().map(Vec::len), Some(2));
    let elsewhere = add(&hol, "elsewhere", &[]).await;
    let ruler = json!({
        "username": "rioruler", "email": "r@example.com", "role": "Administrator", "password": PASSWORD
    });
    admin.post("/api/admin/users", json!({ "user": ruler })).await.ok();
    let ruler = Client::log_in_with(&app.server, "rioruler", PASSWORD, "RIO").await;

    let seen = ruler.get("/api/admin/users").await.ok();
    let names: Vec<_> =
        seen["users"].as_array().unwrap().iter().map(|user| user["username"].clone()).collect();
    assert!(names.contains(&json!("both")) && !names.contains(&json!("elsewhere")), "{names:?}");
    let shown = seen["users"].as_array().unwrap().iter().find(|user| user["username"] == "both").unwrap();
    assert_eq!(shown["organizations"].as_array().map(Vec::len), Some(1), "the other one is not told");

    assert_eq!(change(&ruler, &elsewhere, json!({ "isActive": false })).await.status, 404);
    for everywhere in
        [json!({ "isActive": false }), json!({ "role": "Editor" }), json!({ "password": PASSWORD })]
    {
        assert_eq!(change(&ruler, &both, everywhere.clone()).await.status, 409, "{everywhere}");
    }
    let foreign = json!({ "organizationIds": [ruler.organization_id, hol.organization_id] });
    assert_eq!(change(&ruler, &both, foreign).await.status, 404);
    change(&ruler, &both, json!({ "organizationIds": [] })).await.ok();
    assert_eq!(change(&ruler, &both, json!({})).await.status, 404, "he has left");
    let still = Visitor::of(&app.server).log_in("both", PASSWORD).await.json();
    assert_eq!(still["user"]["organizations"][0]["code"], "HOL", "the other membership was not touched");
}

#[tokio::test]
async fn nobody_is_left_without_any_organisation() {
    let app = without_records().start().await;
    let (admin, _) = admins(&app).await;
    let only_here = add(&admin, "onlyhere", &[]).await;
    let answer = change(&admin, &only_here, json!({ "organizationIds": [] })).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["errors"][0]["field"]),
        (422, &json!("organizationIds"))
    );
    let seen = admin.get("/api/admin/users").await.ok();
    let names: Vec<_> = seen["users"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert!(names.contains(&&json!("onlyhere")), "{names:?}");
}
