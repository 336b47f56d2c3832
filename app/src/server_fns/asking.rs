//! What a server function needs to know about its request. Server only.

use http::HeaderName;
use http::header::ACCEPT;
use http::request::Parts;
use leptos::prelude::use_context;
use uuid::Uuid;

use crate::backend::{Access, Backend, BackendError, Caller, ClientAddress};
use crate::components::notice::Notice;
use crate::{paths, respond};

/// The ports.
pub fn backend() -> Result<Backend, BackendError> {
    use_context().ok_or_else(|| BackendError::Connection { message: "no backend is set up".to_owned() })
}

/// Whoever is logged in: the server's middleware put him into the request's extensions.
pub fn caller() -> Result<Caller, BackendError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Caller>().cloned())
        .ok_or(BackendError::NotLoggedIn)
}

/// Where the request comes from, by the server's middleware.
pub fn client_address() -> ClientAddress {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<ClientAddress>().copied())
        .unwrap_or(ClientAddress(None))
}

/// The caller's way into an organisation, for the ports.
pub fn access(organization_id: Uuid) -> Result<Access, BackendError> {
    caller()?.enter(organization_id)
}

/// A header of the request; `None` if it is missing or no text.
pub fn header(name: &HeaderName) -> Option<String> {
    use_context::<Parts>()?.headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Whether a browser without scripts posted a form and wants a page for an answer, rather than our own code data.
pub fn wants_page() -> bool {
    header(&ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// After a plain form was carried out: leads to `back`, which says `notice`. Does nothing for our own code.
pub fn answer_page(back: &str, notice: Notice) {
    if wants_page()
        && let Some(path) = paths::on_this_site(back)
    {
        respond::redirect(&notice.at(&path));
    }
}
