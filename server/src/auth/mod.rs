//! Who somebody is.
//!
//! A login compares the password ([`password`]), opens a row in `sessions` and hands out a token that names it
//! ([`token`]), as JSON for scripts and as a cookie for browsers ([`cookie`]). Each request's token is looked up
//! anew ([`Sessions`]): a session that was revoked, has expired, or whose user was deactivated is none.

mod accounts;
pub mod cookie;
mod delay;
mod housekeeping;
pub mod password;
mod sessions;
mod store;
pub mod token;
pub mod username;

pub use accounts::AccountsService;
pub use housekeeping::keep_clean;
pub use sessions::{Credential, Sessions};
pub use store::revoke_sessions_of;
