//! What an administrator just did, told by the address after a plain form: `?notice=user-added`.
//!
//! As [`Notice`](crate::components::notice::Notice), but in this part of the app: no other page shows it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::banner::Banner;
use crate::components::tone::Tone;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// The connection was tried; nothing is saved yet.
    ConnectionWorks,
    ServerAdded,
    ServerChanged,
    ServerPaused,
    ServerResumed,
    WriteSyncOn,
    WriteSyncOff,
    UserAdded,
    UserChanged,
    UserDeactivated,
    UserActivated,
    TestAlertSent,
}

impl Done {
    const ALL: [Self; 12] = [
        Self::ConnectionWorks,
        Self::ServerAdded,
        Self::ServerChanged,
        Self::ServerPaused,
        Self::ServerResumed,
        Self::WriteSyncOn,
        Self::WriteSyncOff,
        Self::UserAdded,
        Self::UserChanged,
        Self::UserDeactivated,
        Self::UserActivated,
        Self::TestAlertSent,
    ];

    /// The code in the address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ConnectionWorks => "connection-works",
            Self::ServerAdded => "server-added",
            Self::ServerChanged => "server-changed",
            Self::ServerPaused => "server-paused",
            Self::ServerResumed => "server-resumed",
            Self::WriteSyncOn => "write-sync-on",
            Self::WriteSyncOff => "write-sync-off",
            Self::UserAdded => "user-added",
            Self::UserChanged => "user-changed",
            Self::UserDeactivated => "user-deactivated",
            Self::UserActivated => "user-activated",
            Self::TestAlertSent => "test-alert-sent",
        }
    }

    /// What people read.
    pub const fn text(self) -> &'static str {
        match self {
            Self::ConnectionWorks => {
                "PEMS answers and lets us in. Nothing is saved yet: type the password again, and save."
            }
            Self::ServerAdded => "The API server was added.",
            Self::ServerChanged => "The API server was saved. It is used from now on.",
            Self::ServerPaused => "The API server is paused. Nothing is sent or read through it.",
            Self::ServerResumed => "The API server is in use again.",
            Self::WriteSyncOn => "Changes are sent to PEMS again. What waited goes first.",
            Self::WriteSyncOff => "Nothing is sent to PEMS any more. Committed changes wait.",
            Self::UserAdded => "The user was added, and can log in now.",
            Self::UserChanged => "The user was saved.",
            Self::UserDeactivated => "The user can no longer log in.",
            Self::UserActivated => "The user can log in again.",
            Self::TestAlertSent => "A test was sent by every channel that is set up.",
        }
    }
}

/// After a plain form was carried out: leads to `page`, which says `done`. Does nothing for our own code.
#[cfg(feature = "ssr")]
pub fn answer(page: &str, done: Done) {
    if crate::server_fns::wants_page()
        && let Some(path) = crate::paths::on_this_site(page)
    {
        crate::respond::redirect(&crate::paths::with_query(&path, &format!("notice={}", done.code())));
    }
}

/// Says what the address tells, if it tells something of ours.
#[component]
pub fn DoneBanner() -> impl IntoView {
    let query = use_query_map();
    let done = Memo::new(move |_| {
        let code = query.with(|query| query.get("notice"))?;
        Done::ALL.into_iter().find(|done| done.code() == code)
    });
    move || {
        done.get().map(|done| {
            view! {
                <Banner tone=Tone::Ok role="status">
                    <p>{done.text()}</p>
                </Banner>
            }
        })
    }
}
