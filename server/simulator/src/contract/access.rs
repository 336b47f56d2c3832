//! Who is asking, and may they: Basic credential, tenant, organisation, then the rate limit.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::refusal::Refusal;
use crate::world::World;

/// What the headers say, before anybody has judged it.
#[derive(Debug, Default)]
pub(super) struct Caller {
    pub(super) user: Option<String>,
    password: String,
    tenant: Option<String>,
    pub(super) organization: Option<String>,
}

/// How a request fared at the door.
#[derive(Debug)]
pub(super) enum Admission {
    Admitted,
    Refused(Refusal),
    /// With the time until the next token.
    Limited(Duration),
}

impl Caller {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (user, password) = text(header::AUTHORIZATION.as_str()).and_then(|value| basic(&value)).unzip();
        Self {
            user,
            password: password.unwrap_or_default(),
            tenant: text("tenant"),
            organization: text("organization"),
        }
    }

    /// An unknown caller takes no token: the bucket belongs to a credential.
    pub(super) fn admit(&self, world: &mut World, now: Duration) -> Admission {
        let known =
            self.user.as_ref().filter(|user| world.settings.passwords.get(*user) == Some(&self.password));
        let Some(user) = known else {
            return Admission::Refused(Refusal::Unauthorized("wrong or missing credentials"));
        };
        if self.tenant.as_ref() != Some(&world.settings.tenant) {
            return Admission::Refused(Refusal::Unauthorized("wrong or missing tenant"));
        }
        if !self.organization.as_ref().is_some_and(|code| world.store.knows(code)) {
            return Admission::Refused(Refusal::Unauthorized("wrong or missing organization"));
        }
        world.take_token(user, now).map_or_else(Admission::Limited, |()| Admission::Admitted)
    }
}

/// User and password of a Basic header.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}
