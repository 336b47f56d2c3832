//! A plain client of the contract, and the simulator that most tests start from.

use std::time::Duration;

use pems_simulator::{Builder, RateLimit, RunningSimulator, Simulator};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// The record that most tests write to: a rental, not actualised.
pub(crate) const RECORD: &str = "RIO-000001";

pub(crate) fn rental(pfa_id: &str) -> Value {
    json!({
        "organization": "RIO",
        "pfaId": pfa_id,
        "description": "Excavator for foundations",
        "source": "Rental",
        "monthlyRate": 5500.10,
        "originalStart": "2026-02-01T00:00:00Z",
        "originalEnd": "2026-05-01T00:00:00Z",
        "forecastStart": "2026-02-01T00:00:00Z",
        "forecastEnd": "2026-05-01T00:00:00Z",
    })
}

/// No generated records, no rate limit, and [`RECORD`].
pub(crate) fn builder() -> Builder {
    Simulator::builder().rate(RateLimit::UNLIMITED).record(rental(RECORD))
}

pub(crate) async fn simulator() -> RunningSimulator {
    builder().start().await.unwrap()
}

/// Speaks for one organisation.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    user: String,
    password: String,
    tenant: String,
    organization: &'static str,
}

impl Client {
    pub(crate) fn of(simulator: &RunningSimulator) -> Self {
        let credentials = simulator.credentials().clone();
        Self {
            http: reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap(),
            base: simulator.base_url(),
            user: credentials.user,
            password: credentials.password,
            tenant: credentials.tenant,
            organization: "RIO",
        }
    }

    pub(crate) fn for_organization(&self, organization: &'static str) -> Self {
        Self { organization, ..self.clone() }
    }

    pub(crate) fn giving_up_after(&self, timeout: Duration) -> Self {
        Self { http: reqwest::Client::builder().timeout(timeout).build().unwrap(), ..self.clone() }
    }

    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/{path}", self.base))
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .basic_auth(&self.user, Some(&self.password))
            .header("tenant", &self.tenant)
            .header("organization", self.organization)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<Response> {
        self.request(Method::GET, path).send().await
    }

    pub(crate) async fn list(&self, query: &[(&str, &str)]) -> Response {
        let request = self.request(Method::GET, "pfa").query(&[("organizationCode", self.organization)]);
        request.query(query).send().await.unwrap()
    }

    pub(crate) fn update_body(&self, pfa_id: &str, version: u64, changes: Value) -> Value {
        json!({
            "pfaId": pfa_id,
            "organizationCode": self.organization,
            "changes": changes,
            "version": version,
            "modifiedBy": "anna",
            "changeReason": "agreed with the site",
        })
    }

    pub(crate) async fn update(
        &self,
        pfa_id: &str,
        version: u64,
        changes: Value,
    ) -> reqwest::Result<Response> {
        let body = self.update_body(pfa_id, version, changes);
        self.request(Method::PUT, &format!("pfa/{pfa_id}")).json(&body).send().await
    }

    pub(crate) async fn delete(&self, pfa_id: &str, version: u64) -> reqwest::Result<Response> {
        let body = json!({
            "organizationCode": self.organization,
            "version": version,
            "modifiedBy": "anna",
            "changeReason": "not needed",
        });
        self.request(Method::DELETE, &format!("pfa/{pfa_id}")).json(&body).send().await
    }

    pub(crate) async fn batch(&self, updates: impl IntoIterator<Item = Value>) -> reqwest::Result<Response> {
        let updates: Vec<Value> = updates.into_iter().collect();
        let body = json!({ "organizationCode": self.organization, "updates": updates });
        self.request(Method::POST, "pfa/batch").json(&body).send().await
    }
}

/// One update of a batch.
pub(crate) fn item(pfa_id: &str, version: u64, changes: Value) -> Value {
    json!({
        "operation": "UPDATE",
        "pfaId": pfa_id,
        "changes": changes,
        "version": version,
        "modifiedBy": "anna",
        "changeReason": null,
    })
}

/// Status and JSON of an answer.
pub(crate) async fn read(answer: reqwest::Result<Response>) -> (u16, Value) {
    let answer = answer.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
