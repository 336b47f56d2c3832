//! Whoever talks to the server with headers and bodies of his own choosing: a stranger, a browser, a script.

use std::time::Duration;

use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::ServerProcess;

/// An answer with everything in it.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// The answer as a problem of this status, with all that belongs to one.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], status, "{problem}");
        for part in ["type", "title", "detail"] {
            assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{part}: {problem}");
        }
        problem
    }

    /// The session cookie's `Set-Cookie` header.
    pub fn session_cookie(&self) -> Option<String> {
        let cookies = self.headers.get_all(SET_COOKIE).into_iter();
        cookies
            .filter_map(|value| value.to_str().ok())
            .find(|it| it.starts_with("vanguard_session="))
            .map(str::to_owned)
    }

    /// What a browser would send back.
    #[track_caller]
    pub fn cookie_to_send(&self) -> String {
        let cookie = self.session_cookie().expect("a session cookie is set");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

#[derive(Debug, Clone)]
pub struct Visitor {
    http: reqwest::Client,
    base: String,
}

impl Visitor {
    pub fn of(server: &ServerProcess) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .redirect(Policy::none())
            .build()
            .expect("a client can be built");
        Self { http, base: server.url("") }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        Self::send(with(self.request(Method::GET, path), headers)).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        Self::send(with(self.request(Method::POST, path), headers).json(body)).await
    }

    pub async fn send(request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, text: response.text().await.expect("the answer can be read") }
    }

    pub async fn log_in(&self, username: &str, password: &str) -> Reply {
        self.post("/api/auth/login", &[], &json!({ "username": username, "password": password })).await
    }
}

fn with(request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> reqwest::RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}
