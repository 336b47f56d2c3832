//! The Leptos interface of Vanguard.
//!
//! | module | what it holds |
//! |---|---|
//! | [`backend`] | the ports that the server implements, with the data that crosses them |
//! | [`server_fns`] | who is asking, may they, call the port: one file an area |
//! | [`shell`] | the HTML document around the app |
//! | [`routes`] | which path shows which page |
//! | [`session`] | who is logged in, and the organisation that the page is about |
//! | [`parts`] | which pages' code the browser fetches when |
//! | [`layout`] | what stands around every page: top bar, navigation, toasts |
//! | [`pages`] | one routed page a file |
//! | [`components`] | one reusable widget a file |
//! | [`events`] | the live connection: what has changed on the server |
//! | [`fetched`] | data of the server, and how it travels with the page |
//! | [`focus`] | keeping it while things are drawn anew |
//! | [`clock`], [`hydration`] | what only the browser knows: the time, and whether scripts run |
//! | [`respond`] | status code and redirect of the page being rendered |
//! | [`paths`] | addresses within the app, and which may be followed |
//! | [`error`] | how a failure is shown |
// Views are types, and nest as deep as the pages do.
#![recursion_limit = "512"]

pub mod backend;
pub mod clock;
pub mod components;
pub mod error;
pub mod events;
pub mod fetched;
pub mod focus;
pub mod hydration;
pub mod layout;
pub mod pages;
pub mod parts;
pub mod paths;
pub mod respond;
pub mod routes;
pub mod server_fns;
pub mod session;
pub mod shell;

/// Called by the script that the shell includes: takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    js_sys::futures::spawn_local(hydration::take_over());
}
