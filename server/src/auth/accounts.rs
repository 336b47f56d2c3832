//! Logging in and out.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use sqlx::PgPool;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use vanguard_app::backend::{AccountsPort, BackendError, Caller, LoginAttempt, OpenedSession};

use super::delay::delay;
use super::store::Account;
use super::token::Tokens;
use super::{cookie, password, store, username};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;

/// How long a session lasts.
const SESSION_HOURS: i32 = 12;
/// Failed logins of one name from one address …
const MOST_FAILURES: i64 = 10;
/// … within this time.
const FAILURE_WINDOW_MINUTES: i32 = 15;
const LONGEST_USER_AGENT: usize = 300;

/// The accounts port.
#[derive(Debug, Clone)]
pub struct AccountsService {
    pool: PgPool,
    tokens: Arc<Tokens>,
    cookie_secure: bool,
    /// What is still being written down, to be waited for at the end.
    tasks: TaskTracker,
}

impl AccountsService {
    pub const fn new(pool: PgPool, tokens: Arc<Tokens>, cookie_secure: bool, tasks: TaskTracker) -> Self {
        Self { pool, tokens, cookie_secure, tasks }
    }

    /// The account, if the password is right and the user active. A failure takes as long whether there is such a
    /// user or not: without one a hash is compared all the same, and with one nobody waits for the audit log.
    async fn authenticate(&self, username: &str, password: String) -> Result<Account, BackendError> {
        let account = store::account(&self.pool, username).await.or_internal()?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let fits = password::verify(SecretString::from(password), stored).await.or_internal()?;
        match account {
            Some(account) if fits && account.is_active => Ok(account),
            Some(account) => {
                let reason = if fits { "the user is not active" } else { "the password is wrong" };
                self.record_failure(account, reason);
                Err(BackendError::WrongCredentials)
            }
            None => Err(BackendError::WrongCredentials),
        }
    }

    /// Off the answer's path.
    fn record_failure(&self, account: Account, reason: &'static str) {
        let pool = self.pool.clone();
        self.tasks.spawn(async move {
            let event = AuditEvent::by_user(EventType::LoginFailed, account.id, &account.username).outcome(reason);
            if let Err(error) = record(&pool, account.id, &event).await {
                tracing::error!(%error, username = account.username, reason, "a failed login could not be recorded");
            }
        });
    }

    async fn open(
        &self,
        account: &Account,
        user_agent: &str,
        address: &str,
    ) -> Result<store::NewSession, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let user_agent: String = user_agent.chars().take(LONGEST_USER_AGENT).collect();
        let session = store::open_session(&mut transaction, account.id, &user_agent, SESSION_HOURS).await?;
        store::forget_failures(&mut transaction, &account.username, address).await?;
        let event = AuditEvent::by_user(EventType::LoginSucceeded, account.id, &account.username);
        record_everywhere(&mut transaction, account.id, &event).await?;
        transaction.commit().await?;
        Ok(session)
    }
}

async fn record(pool: &PgPool, user_id: Uuid, event: &AuditEvent) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    record_everywhere(&mut transaction, user_id, event).await?;
    transaction.commit().await
}

/// Into the log of each of the user's organisations: a login opens all of them.
async fn record_everywhere(
    connection: &mut sqlx::PgConnection,
    user_id: Uuid,
    event: &AuditEvent,
) -> Result<(), sqlx::Error> {
    for organisation in store::organisations_of(connection, user_id).await? {
        audit::append(connection, organisation, std::slice::from_ref(event)).await?;
    }
    Ok(())
}

#[async_trait]
impl AccountsPort for AccountsService {
    async fn log_in(&self, attempt: LoginAttempt) -> Result<OpenedSession, BackendError> {
        let username = attempt.username.trim().to_lowercase();
        // Nobody can have such a name or password, so the quick answer tells nothing.
        if !username::is_valid(&username) || attempt.password.len() > password::LONGEST {
            return Err(BackendError::WrongCredentials);
        }
        let address = attempt.address.0.map(|address| address.to_string()).unwrap_or_default();
        let window = FAILURE_WINDOW_MINUTES;
        let noted = store::note_failure(&self.pool, &username, &address, MOST_FAILURES, window)
            .await
            .or_internal()?;
        if !noted.is_admitted {
            let seconds = store::seconds_until_forgotten(&self.pool, &username, &address, window)
                .await
                .or_internal()?;
            tracing::warn!(username, address, "too many failed logins");
            return Err(BackendError::TooMany { seconds: seconds.unsigned_abs() });
        }
        tokio::time::sleep(delay(noted.failures_of_name)).await;
        let account = self.authenticate(&username, attempt.password).await?;
        let session = self.open(&account, &attempt.user_agent, &address).await.or_internal()?;
        let caller = store::caller(&self.pool, session.id, account.id)
            .await
            .or_internal()?
            .ok_or(BackendError::WrongCredentials)?;
        let token = self
            .tokens
            .issue(account.id, session.id, session.created_at, session.expires_at)
            .or_internal()?;
        let seconds = (session.expires_at - session.created_at).num_seconds();
        let set_cookie = cookie::set(&token, seconds, self.cookie_secure);
        Ok(OpenedSession { token, expires_at: session.expires_at, user: caller.user, set_cookie })
    }

    async fn log_out(&self, caller: &Caller) -> Result<String, BackendError> {
        let mut transaction = self.pool.begin().await.or_internal()?;
        store::revoke_session(&mut transaction, caller.session_id).await.or_internal()?;
        let event = AuditEvent::by_user(EventType::LoggedOut, caller.user.id, &caller.user.username);
        record_everywhere(&mut transaction, caller.user.id, &event).await.or_internal()?;
        transaction.commit().await.or_internal()?;
        Ok(cookie::clear(self.cookie_secure))
    }
}
