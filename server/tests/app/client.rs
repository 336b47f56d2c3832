//! A user of the JSON API.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ServerProcess, eventually, eventually_within};

/// A status with its JSON.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }
}

/// Somebody who is logged in, in one organisation.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    pub organization_id: String,
    pub user: Value,
}

impl Client {
    /// One of the demonstration users.
    pub async fn log_in(server: &ServerProcess, username: &str, organization: &str) -> Self {
        Self::log_in_with(server, username, "vanguard-demo", organization).await
    }

    pub async fn log_in_with(
        server: &ServerProcess,
        username: &str,
        password: &str,
        organization: &str,
    ) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .build()
            .expect("a client can be built");
        let login = json!({ "username": username, "password": password });
        let answer = http
            .post(server.url("/api/auth/login"))
            // A browser sends this; scripts need not, but then there is no cookie to protect either.
            .header("sec-fetch-site", "none")
            .json(&login)
            .send()
            .await
            .expect("the server answers");
        assert!(answer.status().is_success(), "login of {username}: {}", answer.status());
        let body: Value = answer.json().await.expect("a login answers with JSON");
        let organizations = body["user"]["organizations"].as_array().expect("a user has organisations");
        let organization_id = organizations
            .iter()
            .find(|one| one["code"] == organization)
            .and_then(|one| one["id"].as_str())
            .expect("the user belongs to it")
            .to_owned();
        let token = body["token"].as_str().expect("a login answers with a token").to_owned();
        Self { http, base: server.url(""), token, organization_id, user: body["user"].clone() }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// The same user, asking another replica.
    pub fn at(&self, server: &ServerProcess) -> Self {
        Self { base: server.url(""), ..self.clone() }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.try_send(method, path, body).await.expect("the server answers")
    }

    /// `Err` if the server did not answer.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    /// GET with the organisation in the query.
    pub async fn get(&self, path: &str) -> Answer {
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{joint}organizationId={}", self.organization_id);
        self.send(Method::GET, &path, None).await
    }

    /// POST with the organisation in the body.
    pub async fn post(&self, path: &str, mut body: Value) -> Answer {
        body["organizationId"] = json!(self.organization_id);
        self.send(Method::POST, path, Some(&body)).await
    }

    pub async fn record(&self, pfa_id: &str) -> Value {
        self.get(&format!("/api/pfa-data/{pfa_id}")).await.ok()
    }

    /// The state that the grid shows for the record.
    pub async fn state_of(&self, pfa_id: &str) -> String {
        let record = self.record(pfa_id).await;
        record["merged"]["syncState"].as_str().expect("a row has a state").to_owned()
    }

    pub async fn save_drafts(&self, drafts: Value) -> Value {
        self.post("/api/pfa-data/save-draft", json!({ "drafts": drafts })).await.ok()
    }

    /// Saves one draft; answers with the modification's id.
    pub async fn draft(&self, pfa_id: &str, changes: Value) -> String {
        let saved = self.save_drafts(json!([{ "pfaId": pfa_id, "changes": changes }])).await;
        assert_eq!(saved["success"], true, "{saved}");
        saved["modifications"][0]["modificationId"].as_str().expect("a saved draft has an id").to_owned()
    }

    /// Commits all of the user's drafts.
    pub async fn commit(&self) -> Value {
        self.post("/api/pfa-data/commit-drafts", json!({})).await.ok()
    }

    /// Drafts and commits one change.
    pub async fn change(&self, pfa_id: &str, changes: Value) -> String {
        let id = self.draft(pfa_id, changes).await;
        self.commit().await;
        id
    }

    pub async fn status(&self) -> Value {
        self.get("/api/pems/sync-status").await.ok()
    }

    pub async fn queue(&self) -> Vec<Value> {
        let page = self.get("/api/pems/queue?limit=1000").await.ok();
        page["items"].as_array().expect("a page has items").clone()
    }

    pub async fn conflicts(&self) -> Vec<Value> {
        let list = self.get("/api/pems/conflicts?status=unresolved").await.ok();
        list["conflicts"].as_array().expect("a list has conflicts").clone()
    }

    pub async fn resolve(&self, conflict: &Value, decision: Value) -> Answer {
        let id = conflict["id"].as_str().expect("a conflict has an id");
        self.post(&format!("/api/pems/conflicts/{id}/resolve"), decision).await
    }

    /// Reads from PEMS and waits until the run has ended well.
    pub async fn read_sync(&self) {
        let started = self.post("/api/pems/read-sync", json!({})).await.ok();
        let id = started["jobId"].as_str().expect("a run has an id").to_owned();
        eventually("the read run ends", async || {
            let job = self.get(&format!("/api/pems/sync-jobs/{id}")).await.ok();
            match job["job"]["state"].as_str() {
                Some("completed") => Some(()),
                Some("failed") => panic!("the read run failed: {job}"),
                _ => None,
            }
        })
        .await;
    }

    /// Waits until the record's row shows `state`.
    pub async fn wait_for(&self, pfa_id: &str, state: &str) {
        let mut last = String::new();
        let found =
            eventually_within(Duration::from_secs(30), &format!("{pfa_id} becomes {state}"), async || {
                last = self.state_of(pfa_id).await;
                (last == state || matches!(last.as_str(), "conflict" | "sync_error")).then(|| last.clone())
            })
            .await;
        assert_eq!(found, state, "{pfa_id}: {}", self.record(pfa_id).await);
    }

    /// Waits until nothing is on its way any more.
    pub async fn wait_until_idle(&self, patience: Duration) {
        eventually_within(patience, "the queue is worked off", async || {
            let status = self.status().await;
            (status["totalQueued"] == 0 && status["processing"] == 0).then_some(())
        })
        .await;
    }
}
