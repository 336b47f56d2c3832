//! Errors of our own making, on their way to a user: the cause is logged under an id, the user sees the id.

use std::error::Error;

use uuid::Uuid;
use vanguard_app::backend::BackendError;

/// Turns a cause that users cannot mend into an opaque id.
pub trait OrInternal<T> {
    fn or_internal(self) -> Result<T, BackendError>;
}

impl<T, E: Error> OrInternal<T> for Result<T, E> {
    fn or_internal(self) -> Result<T, BackendError> {
        self.map_err(|cause| internal(&cause))
    }
}

/// Logs `cause` with its own causes, and answers with the id under which it was logged.
pub fn internal(cause: &dyn Error) -> BackendError {
    let id = Uuid::new_v4();
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(deeper) = source {
        text = format!("{text}: {deeper}");
        source = deeper.source();
    }
    tracing::error!(%id, cause = %text, "internal error");
    BackendError::Internal { id }
}
