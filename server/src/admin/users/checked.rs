//! What may be asked for about users.

use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, NewUser, UserChange};
use vanguard_domain::permission::{Permission, Role};
use vanguard_domain::validation::FieldError;

use crate::auth::{password, username};

/// The user to be, with a tidy name; every mistake at once.
pub(super) fn new_user(mut user: NewUser) -> Result<NewUser, BackendError> {
    let mut errors = Vec::new();
    user.username = user.username.trim().to_lowercase();
    if !username::is_valid(&user.username) {
        let message = "A user name has 1 to 30 lower-case letters, digits, dots, dashes and underscores, \
                       and begins with a letter or digit.";
        errors.push(error("username", message));
    }
    email(&user.email, &mut errors);
    new_password(&user.password.0, &mut errors);
    all_or(errors)?;
    Ok(user)
}

/// Whether the change makes sense, and leaves the asker in office: so there is always somebody left.
pub(super) fn change(access: &Access, user_id: Uuid, change: &UserChange) -> Result<(), BackendError> {
    let mut errors = Vec::new();
    if let Some(text) = &change.email {
        email(text, &mut errors);
    }
    if let Some(new) = &change.password {
        new_password(&new.0, &mut errors);
    }
    all_or(errors)?;
    if user_id != access.user_id() {
        return Ok(());
    }
    let resigns = change.role.is_some_and(|role: Role| !role.grants(Permission::ManageUsers));
    let leaves =
        change.organization_ids.as_ref().is_some_and(|wanted| !wanted.contains(&access.organization_id()));
    if change.is_active == Some(false) || resigns || leaves {
        return Err(BackendError::wrong_state(
            "You cannot deactivate yourself, take your own role away, or leave the organisation that you administer. \
             Ask another administrator.",
        ));
    }
    Ok(())
}

fn email(text: &str, errors: &mut Vec<FieldError>) {
    let plausible = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let clean = !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if !plausible || !clean || text.chars().count() > 254 {
        errors.push(error("email", "This is no e-mail address."));
    }
}

fn new_password(text: &str, errors: &mut Vec<FieldError>) {
    if text.chars().count() < password::SHORTEST || text.len() > password::LONGEST {
        let message = format!(
            "A password has at least {} characters, and at most {}.",
            password::SHORTEST,
            password::LONGEST
        );
        errors.push(error("password", &message));
    }
}

fn error(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), code: "invalid".to_owned(), message: message.to_owned() }
}

fn all_or(errors: Vec<FieldError>) -> Result<(), BackendError> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(BackendError::Invalid { message: "The user is not valid.".to_owned(), errors })
    }
}
