//! The user name that was typed when a plain form was refused. Server only.
//!
//! It travels in a cookie of a minute that only the login page gets, not in the address: people do type passwords
//! into the wrong field, and addresses end up in logs and histories.

use http::header::COOKIE;
use leptos_router::location::Url;

use crate::respond;
use crate::server_fns::header;

const NAME: &str = "vanguard_login_name";
const SECONDS: u32 = 60;
const LONGEST: usize = 100;

/// Remembers `username` for the page that is about to say what went wrong.
pub fn keep(username: &str) {
    let name: String = username.chars().take(LONGEST).collect();
    respond::set_cookie(&cookie(&Url::escape(&name), SECONDS));
}

/// Forgets it.
pub fn forget() {
    respond::set_cookie(&cookie("", 0));
}

/// What was remembered.
pub fn read() -> Option<String> {
    let cookies = header(&COOKIE)?;
    let value = cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == NAME && !value.is_empty())
        .map(|(_, value)| value)?;
    Some(Url::unescape(value))
}

fn cookie(value: &str, seconds: u32) -> String {
    format!("{NAME}={value}; Path=/login; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}
