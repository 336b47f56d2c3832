//! Status code and redirect of the page being rendered. In the browser there is no response to change: pages show
//! the same text there, and redirects are navigations.

/// Answers with 404: the address names nothing.
pub fn not_found() {
    #[cfg(feature = "ssr")]
    status(http::StatusCode::NOT_FOUND);
}

/// Answers with the status that fits `error`.
pub fn failed(error: &crate::backend::BackendError) {
    #[cfg(feature = "ssr")]
    {
        use crate::backend::BackendError as E;
        status(match error {
            E::NotLoggedIn | E::WrongCredentials => http::StatusCode::UNAUTHORIZED,
            E::Forbidden { .. } => http::StatusCode::FORBIDDEN,
            E::NotFound { .. } => http::StatusCode::NOT_FOUND,
            E::Invalid { .. } => http::StatusCode::BAD_REQUEST,
            E::WrongState { .. } => http::StatusCode::CONFLICT,
            E::TooMany { .. } => http::StatusCode::TOO_MANY_REQUESTS,
            E::Upstream { .. } => http::StatusCode::BAD_GATEWAY,
            E::Internal { .. } | E::Connection { .. } => http::StatusCode::INTERNAL_SERVER_ERROR,
        });
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}

/// Sends the visitor to another page of ours: a redirect from the server, a full page load in the browser, because
/// what was known about the visitor may no longer hold.
pub fn redirect(path: &str) {
    #[cfg(feature = "ssr")]
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && let Ok(location) = http::HeaderValue::from_str(path)
    {
        response.set_status(http::StatusCode::FOUND);
        response.insert_header(http::header::LOCATION, location);
    }
    #[cfg(not(feature = "ssr"))]
    {
        // Fails only for an address that is none.
        let _ = leptos::prelude::window().location().assign(path);
    }
}

#[cfg(feature = "ssr")]
fn status(status: http::StatusCode) {
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}

/// Adds a `Set-Cookie` header. Server only.
#[cfg(feature = "ssr")]
pub fn set_cookie(cookie: &str) {
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && let Ok(cookie) = http::HeaderValue::from_str(cookie)
    {
        response.append_header(http::header::SET_COOKIE, cookie);
    }
}

/// Names a part's file that the page will need, before the browser finds that out by itself. Server only.
#[cfg(feature = "ssr")]
pub fn preload(file: &str) {
    let link = format!("<{file}>; rel=preload; as=fetch; crossorigin");
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && let Ok(link) = http::HeaderValue::from_str(&link)
    {
        response.append_header(http::header::LINK, link);
    }
}
