//! Server functions: thin. Who is asking, may they, call the port.
//!
//! All have the prefix `/fn`, because `/api` belongs to the JSON API: `#[server(prefix = "/fn")]`. Those that plain
//! forms post to take the page to return to and answer a browser without scripts with a redirect.

pub mod alerts;
pub mod api_servers;
pub mod audit;
pub mod conflicts;
pub mod deck;
pub mod drafts;
pub mod history;
pub mod many_conflicts;
pub mod many_writes;
pub mod notifications;
pub mod organization_settings;
pub mod ownership;
pub mod proposals;
pub mod queue;
pub mod records;
pub mod rollbacks;
pub mod session;
pub mod sync;
pub mod timeline;
pub mod users;
pub mod views;

#[cfg(feature = "ssr")]
mod asking;

#[cfg(feature = "ssr")]
pub use asking::{access, answer_page, backend, caller, client_address, header, wants_page};
