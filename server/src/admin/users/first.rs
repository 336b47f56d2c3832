//! The first user of an installation, made from the command line: nobody can log in yet to make him.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sqlx::PgPool;
use sqlx::error::DatabaseError;
use uuid::Uuid;
use vanguard_app::backend::{BackendError, NewSecret, NewUser};
use vanguard_domain::permission::Role;

use super::{checked, store};
use crate::audit::{self, AuditEvent, EventType};
use crate::auth::password::{self, PasswordError};

/// Who he is, and where.
#[derive(Debug, Clone)]
pub struct FirstUser {
    pub username: String,
    pub email: String,
    pub role: Role,
    pub password: SecretString,
    /// Code and name; an organisation that isn't there yet is added.
    pub organisations: Vec<(String, String)>,
}

/// Why he could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstUserError {
    #[error("{0}")]
    Invalid(BackendError),
    #[error("there is a user {0} already")]
    Taken(String),
    #[error("{0:?} is no organisation code: use 1 to 15 capital letters, digits, dashes and underscores")]
    InvalidCode(String),
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// Adds the user, and the organisations that aren't there yet.
pub async fn create(pool: &PgPool, user: FirstUser) -> Result<Uuid, FirstUserError> {
    let checked = checked::new_user(NewUser {
        username: user.username,
        email: user.email,
        role: user.role,
        password: NewSecret(user.password.expose_secret().to_owned()),
        organization_ids: None,
    })
    .map_err(FirstUserError::Invalid)?;
    for (code, _) in &user.organisations {
        if !is_code(code) {
            return Err(FirstUserError::InvalidCode(code.clone()));
        }
    }
    let hash = password::hash(user.password).await?;
    let mut tx = pool.begin().await?;
    let id = match store::insert(&mut tx, &checked.username, &checked.email, checked.role, &hash).await {
        Ok(id) => id,
        Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
            return Err(FirstUserError::Taken(checked.username));
        }
        Err(error) => return Err(error.into()),
    };
    let mut organisations = Vec::new();
    for (code, name) in &user.organisations {
        organisations.push(store::organisation(&mut tx, code, name).await?);
    }
    organisations.sort_unstable();
    organisations.dedup();
    store::set_memberships(&mut tx, id, &organisations, &organisations).await?;
    let event = AuditEvent::by_system(EventType::UserChanged).after(
        json!({ "id": id, "username": checked.username, "role": checked.role, "madeBy": "command line" }),
    );
    for organisation in organisations {
        audit::append(&mut tx, organisation, std::slice::from_ref(&event)).await?;
    }
    tx.commit().await?;
    Ok(id)
}

fn is_code(code: &str) -> bool {
    (1..=15).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
}
