//! An administrator's input, checked: every mistake at once.

use secrecy::SecretString;
use uuid::Uuid;
use vanguard_app::backend::{Access, ApiServerInput, ApiServerView, BackendError};
use vanguard_domain::validation::FieldError;

use super::probe::Target;
use super::store::Row;
use crate::config::PemsUrl;
use crate::credentials::Sealed;
use crate::pems::limiter::Credential;

/// What can be stored.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    name: String,
    base_url: String,
    tenant: String,
    username: String,
    pub(super) password: Option<SecretString>,
    supports_batch: bool,
}

impl Checked {
    pub(super) fn new(input: ApiServerInput) -> Result<Self, BackendError> {
        let mut errors = Vec::new();
        let name = text("name", &input.name, 80, &mut errors);
        let tenant = text("tenant", &input.tenant, 80, &mut errors);
        let username = text("username", &input.username, 200, &mut errors);
        if username.contains(':') {
            // Basic authentication puts a colon between user name and password.
            errors.push(error("username", "invalid", "A user name cannot contain a colon."));
        }
        let base_url = match input.base_url.parse::<PemsUrl>() {
            Ok(url) => url.as_str().to_owned(),
            Err(problem) => {
                errors.push(error("baseUrl", "invalid", format!("The address won't do: {problem}.")));
                String::new()
            }
        };
        if input.password.as_ref().is_some_and(|password| password.0.is_empty() || password.0.len() > 1000) {
            errors.push(error("password", "invalid", "A password has 1 to 1000 characters."));
        }
        if errors.is_empty() {
            let password = input.password.map(|password| SecretString::from(password.0));
            Ok(Self { name, base_url, tenant, username, password, supports_batch: input.supports_batch })
        } else {
            Err(BackendError::Invalid { message: "The API server is not valid.".to_owned(), errors })
        }
    }

    /// A change of a stored server. A password is stored for one address and user: sent to another one, it would
    /// be told to whoever answers there.
    pub(super) fn changed(input: ApiServerInput, stored: &ApiServerView) -> Result<Self, BackendError> {
        let input = Self::new(input)?;
        let moved = input.base_url != stored.base_url
            || input.tenant != stored.tenant
            || input.username != stored.username;
        if moved && input.password.is_none() {
            let message = "Enter the password again: address, tenant or user name have changed.";
            return Err(BackendError::field("password", "required", message));
        }
        Ok(input)
    }

    pub(super) fn as_stored(stored: &ApiServerView) -> Self {
        Self {
            name: stored.name.clone(),
            base_url: stored.base_url.clone(),
            tenant: stored.tenant.clone(),
            username: stored.username.clone(),
            password: None,
            supports_batch: stored.supports_batch,
        }
    }

    pub(super) fn with_password(self) -> Result<(Self, SecretString), BackendError> {
        match self.password.clone() {
            Some(password) => Ok((self, password)),
            None => Err(BackendError::field("password", "required", "A new API server needs its password.")),
        }
    }

    /// What PEMS counts requests by.
    pub(super) fn credential(&self) -> Credential<'_> {
        Credential { base_url: &self.base_url, tenant: &self.tenant, username: &self.username }
    }

    pub(super) fn target(self, access: &Access, password: SecretString) -> Target {
        Target {
            base_url: self.base_url,
            tenant: self.tenant,
            organization: access.organization().code.clone(),
            username: self.username,
            password,
        }
    }

    pub(super) fn row<'a>(&'a self, id: Uuid, sealed: &'a Sealed, limiter_id: Uuid) -> Row<'a> {
        Row {
            id,
            name: &self.name,
            base_url: &self.base_url,
            tenant: &self.tenant,
            username: &self.username,
            sealed,
            supports_batch: self.supports_batch,
            limiter_id,
        }
    }
}

fn text(field: &str, value: &str, longest: usize, errors: &mut Vec<FieldError>) -> String {
    let value = value.trim();
    let length = value.chars().count();
    if length == 0 || length > longest {
        errors.push(error(field, "length", format!("{field} has 1 to {longest} characters.")));
    }
    if value.contains(char::is_control) {
        errors.push(error(field, "invalid", format!("{field} cannot contain control characters.")));
    }
    value.to_owned()
}

fn error(field: &str, code: &str, message: impl Into<String>) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), message: message.into() }
}
