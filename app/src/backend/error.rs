//! What can go wrong at a port, in a form that both the pages and the JSON API can show.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::permission::Permission;
use vanguard_domain::validation::FieldError;

/// Every variant says what the user can do. Causes inside the server are logged under an id, never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum BackendError {
    #[error("Please log in.")]
    NotLoggedIn,
    #[error("User name or password is wrong.")]
    WrongCredentials,
    #[error("This needs the permission {permission}. Ask an administrator for it.")]
    Forbidden { permission: Permission },
    #[error("There is no such {what}.")]
    NotFound { what: String },
    /// The request itself is at fault.
    #[error("{message}")]
    Invalid { message: String, errors: Vec<FieldError> },
    /// The thing is no longer in a state in which this makes sense.
    #[error("{message}")]
    WrongState { message: String },
    #[error("Too many tries. Wait {seconds} s and try again.")]
    TooMany { seconds: u64 },
    /// PEMS could not be reached or did not answer as it should.
    #[error("{message}")]
    Upstream { message: String },
    #[error("Something failed on our side. Nothing was changed. Please tell an administrator this id: {id}")]
    Internal { id: Uuid },
    /// The server could not be reached, or its answer could not be read.
    #[error("The server could not be reached: {message}. Check your connection and try again.")]
    Connection { message: String },
}

impl BackendError {
    pub fn not_found(what: &str) -> Self {
        Self::NotFound { what: what.to_owned() }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), errors: Vec::new() }
    }

    pub fn wrong_state(message: impl Into<String>) -> Self {
        Self::WrongState { message: message.into() }
    }

    /// Errors at one field of the request.
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let error = FieldError { field: field.to_owned(), code: code.to_owned(), message: message.clone() };
        Self::Invalid { message, errors: vec![error] }
    }
}

impl FromServerFnError for BackendError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Connection { message: error.to_string() }
    }
}
