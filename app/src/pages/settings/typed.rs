//! What was typed into a plain form that the server refused, or only tried out.
//!
//! It travels in a cookie of a minute that only these pages get, not in the address, which ends up in logs and
//! histories. Passwords are never among it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fetched::sent_along;

/// A form's inputs by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// Which form.
    form: String,
    inputs: BTreeMap<String, String>,
}

impl Typed {
    pub fn new(form: String) -> Self {
        Self { form, inputs: BTreeMap::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.inputs.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What an input holds.
    pub fn get(&self, name: &str) -> Option<String> {
        self.inputs.get(name).cloned()
    }
}

/// What was typed into this form just now, if it was a plain one.
pub fn typed_before(form: &str) -> Option<Typed> {
    sent_along(read).filter(|typed| typed.form == form)
}

#[cfg(not(feature = "ssr"))]
fn read() -> Option<Typed> {
    None
}

#[cfg(feature = "ssr")]
fn read() -> Option<Typed> {
    cookie::read()
}

#[cfg(feature = "ssr")]
pub use cookie::{forget, keep};

#[cfg(feature = "ssr")]
mod cookie {
    use http::header::COOKIE;
    use leptos_router::location::Url;

    use super::Typed;
    use crate::respond;
    use crate::server_fns::{header, wants_page};

    const NAME: &str = "vanguard_typed";
    const SECONDS: u32 = 60;
    /// Browsers drop longer cookies.
    const LONGEST: usize = 3_800;

    /// Keeps it for the page that is about to say what came of it. Does nothing for our own code.
    pub fn keep(organization: &str, typed: &Typed) {
        let json = serde_json::to_string(typed).expect("texts always serialise");
        let value = Url::escape(&json);
        if wants_page() && value.len() <= LONGEST {
            respond::set_cookie(&cookie(organization, &value, SECONDS));
        }
    }

    /// Forgets it.
    pub fn forget(organization: &str) {
        if wants_page() {
            respond::set_cookie(&cookie(organization, "", 0));
        }
    }

    pub(super) fn read() -> Option<Typed> {
        let cookies = header(&COOKIE)?;
        let value = cookies
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == NAME)
            .map(|(_, value)| Url::unescape(value))?;
        serde_json::from_slice(value.as_bytes()).ok()
    }

    fn cookie(organization: &str, value: &str, seconds: u32) -> String {
        let path = format!("/o/{}/settings", Url::escape(organization));
        format!("{NAME}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}")
    }
}
