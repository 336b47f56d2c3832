//! Demonstration data: two organisations and a user of each kind, into an empty database only.

mod store;

use secrecy::SecretString;
use sqlx::PgPool;
use vanguard_domain::permission::Role;

use crate::auth::password::{self, PasswordError};

/// Code in PEMS, name.
const ORGANISATIONS: [(&str, &str); 2] = [("RIO", "Rio Refinery"), ("HOL", "Holland Terminal")];

const USERS: [(&str, Role); 6] = [
    ("admin", Role::Administrator),
    ("admin2", Role::Administrator),
    ("manager", Role::PortfolioManager),
    ("manager2", Role::PortfolioManager),
    ("editor", Role::Editor),
    ("viewer", Role::Viewer),
];

/// Why the data could not be put in.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demonstration password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("the demonstration data could not be stored")]
    Database(#[from] sqlx::Error),
}

/// Fills an empty database; leaves any other alone.
pub async fn fill(pool: &PgPool, password: &SecretString) -> Result<(), DemoError> {
    let mut tx = pool.begin().await?;
    // Several copies may start at once.
    store::lock(&mut tx).await?;
    if !store::is_empty(&mut tx).await? {
        return Ok(());
    }
    let mut organisations = Vec::new();
    for (code, name) in ORGANISATIONS {
        organisations.push(store::add_organisation(&mut tx, code, name).await?);
    }
    for (username, role) in USERS {
        let hash = password::hash(password.clone()).await?;
        store::add_user(&mut tx, username, role, &hash, &organisations).await?;
    }
    tx.commit().await?;
    tracing::info!("the database was empty; demonstration users were added");
    Ok(())
}
