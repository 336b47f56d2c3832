//! Logging in and out.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{BackendError, Caller, UserView};

/// Where a request comes from, in the request's extensions: an IPv4 address, or the /64 network of an IPv6 address,
/// which is what one subscriber has. `None` if nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub Option<IpAddr>);

/// What somebody typed, and from where.
#[derive(Clone)]
pub struct LoginAttempt {
    pub username: String,
    pub password: String,
    pub user_agent: String,
    pub address: ClientAddress,
}

impl fmt::Debug for LoginAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginAttempt").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A session that was opened.
#[derive(Clone)]
pub struct OpenedSession {
    /// The JWT, for scripts.
    pub token: String,
    pub expires_at: DateTime<Utc>,
    pub user: UserView,
    /// The `Set-Cookie` header for browsers.
    pub set_cookie: String,
}

impl fmt::Debug for OpenedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedSession").field("user", &self.user.username).finish_non_exhaustive()
    }
}

/// Logging in and out. Who is logged in is found by the server's middleware, which puts the [`Caller`] into the
/// request's extensions.
#[async_trait]
pub trait AccountsPort: Send + Sync {
    /// Rate limited.
    async fn log_in(&self, attempt: LoginAttempt) -> Result<OpenedSession, BackendError>;
    /// Ends the session; answers with the `Set-Cookie` header that clears the cookie.
    async fn log_out(&self, caller: &Caller) -> Result<String, BackendError>;
}
