//! Logging in and out. Who is logged in travels with the page: see [`crate::session`].

use leptos::prelude::*;

use crate::backend::BackendError;

/// Opens a session. Answers with the path to go on at.
#[server(prefix = "/fn", endpoint = "session/log-in")]
pub async fn log_in(
    username: String,
    password: String,
    #[server(default)] next: String,
) -> Result<String, BackendError> {
    use crate::backend::LoginAttempt;
    use crate::pages::login::remembered_name as name;
    use crate::{paths, respond};

    let user_agent = super::header(&http::header::USER_AGENT).unwrap_or_default();
    let address = super::client_address();
    let attempt = LoginAttempt { username: username.clone(), password, user_agent, address };
    let session = match super::backend()?.accounts.log_in(attempt).await {
        Ok(session) => session,
        Err(error) => {
            if super::wants_page() {
                name::keep(&username);
            }
            return Err(error);
        }
    };
    respond::set_cookie(&session.set_cookie);
    let path = paths::on_this_site(&next).unwrap_or_else(|| "/".to_owned());
    if super::wants_page() {
        name::forget();
        respond::redirect(&path);
    }
    Ok(path)
}

/// Ends the session and leads to the login page.
#[server(prefix = "/fn", endpoint = "session/log-out")]
pub async fn log_out() -> Result<(), BackendError> {
    use crate::components::notice::Notice;
    use crate::respond;

    if let Ok(caller) = super::caller() {
        let set_cookie = super::backend()?.accounts.log_out(&caller).await?;
        respond::set_cookie(&set_cookie);
    }
    super::answer_page("/login", Notice::LoggedOut);
    Ok(())
}
