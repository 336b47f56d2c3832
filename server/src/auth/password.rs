//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// No password is longer, in bytes.
pub const LONGEST: usize = 1000;
/// No new password is shorter, in characters.
pub const SHORTEST: usize = 12;

/// Hashing takes 19 MiB each: more at once than this would let a flood of logins eat the memory.
static PLACES: Semaphore = Semaphore::const_new(4);

/// Verified when the user is unknown, so that the time taken tells nothing.
static NOBODY: LazyLock<Result<String, PasswordError>> =
    LazyLock::new(|| hash_now("nobody has this password"));

/// Why a password could not be hashed or compared.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PasswordError {
    #[error("the password could not be hashed: {0}")]
    NotHashed(argon2::password_hash::Error),
    #[error("the stored password hash cannot be read: {0}")]
    Unreadable(argon2::password_hash::Error),
    #[error("the hashing task ended early")]
    Interrupted,
}

/// The hash in PHC string format, to be stored.
pub async fn hash(password: SecretString) -> Result<String, PasswordError> {
    on_a_blocking_thread(move || hash_now(password.expose_secret())).await
}

/// Whether `password` is the one behind `stored`; without a `stored` hash it takes as long and says no.
pub async fn verify(password: SecretString, stored: Option<String>) -> Result<bool, PasswordError> {
    on_a_blocking_thread(move || {
        if let Some(stored) = stored {
            return verify_now(password.expose_secret(), &stored);
        }
        let nobody = NOBODY.as_ref().map_err(PasswordError::clone)?;
        verify_now(password.expose_secret(), nobody).map(|_| false)
    })
    .await
}

async fn on_a_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let place = PLACES.acquire().await.map_err(|_| PasswordError::Interrupted)?;
    let result = tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Interrupted)?;
    drop(place);
    result
}

fn hash_now(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(PasswordError::NotHashed)
}

fn verify_now(password: &str, stored: &str) -> Result<bool, PasswordError> {
    use argon2::password_hash::Error;
    let stored = PasswordHash::new(stored).map_err(|error| PasswordError::Unreadable(error.into()))?;
    match Argon2::default().verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError::Unreadable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn only_the_right_password_fits_and_no_two_hashes_are_alike() {
        let stored = hash(password("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify(password("correct horse"), Some(stored.clone())).await.unwrap());
        assert!(!verify(password("Correct horse"), Some(stored.clone())).await.unwrap());
        assert_ne!(hash(password("correct horse")).await.unwrap(), stored);
    }

    #[tokio::test]
    async fn nobody_can_log_in_as_nobody() {
        assert!(!verify(password("nobody has this password"), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_not_a_wrong_password() {
        assert!(verify(password("x"), Some("$argon2id$nonsense".to_owned())).await.is_err());
    }
}
