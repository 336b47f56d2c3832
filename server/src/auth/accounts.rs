//! Logging in and out.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{AccountsPort, BackendError, Caller, LoginAttempt, OpenedSession};

use super::store::Account;
use super::token::Tokens;
use super::{cookie, password, store, username};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;

/// How long a session lasts.
const SESSION_HOURS: i32 = 12;
/// Failed logins of one name …
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
}

impl AccountsService {
    pub const fn new(pool: PgPool, tokens: Arc<Tokens>, cookie_secure: bool) -> Self {
        Self { pool, tokens, cookie_secure }
    }

    /// The account, if the password is right and the user active.
    async fn authenticate(&self, username: &str, password: String) -> Result<Account, BackendError> {
        let account = store::account(&self.pool, username).await.or_internal()?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let fits = password::verify(SecretString::from(password), stored).await.or_internal()?;
        match account {
            Some(account) if fits && account.is_active => Ok(account),
            Some(account) => {
                let reason = if fits { "the user is not active" } else { "the password is wrong" };
                self.record(&account, EventType::LoginFailed, reason).await.or_internal()?;
                Err(BackendError::WrongCredentials)
            }
            None => Err(BackendError::WrongCredentials),
        }
    }

    async fn record(&self, account: &Account, event: EventType, outcome: &str) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let event = AuditEvent::by_user(event, account.id, &account.username).outcome(outcome);
        record_everywhere(&mut transaction, account.id, &event).await?;
        transaction.commit().await
    }

    async fn open(&self, account: &Account, user_agent: &str) -> Result<store::NewSession, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let user_agent: String = user_agent.chars().take(LONGEST_USER_AGENT).collect();
        let session = store::open_session(&mut transaction, account.id, &user_agent, SESSION_HOURS).await?;
        store::forget_failures(&mut transaction, &account.username).await?;
        let event = AuditEvent::by_user(EventType::LoginSucceeded, account.id, &account.username);
        record_everywhere(&mut transaction, account.id, &event).await?;
        transaction.commit().await?;
        Ok(session)
    }
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
        let noted = store::note_failure(&self.pool, &username, MOST_FAILURES, FAILURE_WINDOW_MINUTES)
            .await
            .or_internal()?;
        if noted.is_none() {
            let seconds = store::seconds_until_forgotten(&self.pool, &username, FAILURE_WINDOW_MINUTES)
                .await
                .or_internal()?;
            tracing::warn!(username, "too many failed logins");
            return Err(BackendError::TooMany { seconds: seconds.unsigned_abs() });
        }
        let account = self.authenticate(&username, attempt.password).await?;
        let session = self.open(&account, &attempt.user_agent).await.or_internal()?;
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
