//! The live connection: the server says what has changed, pages fetch it again.
//!
//! One client for the whole app. An event says what to look at, never what it holds. Events that come close together
//! are joined, so that a thousand confirmed writes are a few refetches. While paused, nothing is counted up, so
//! nothing is fetched; resuming counts everything up once.
//!
//! ```ignore
//! let events = use_events();
//! let status = fetched(move || events.version(EventKind::Sync), move |_| sync_status(organization_id));
//! ```

mod client;
mod source;

pub use client::{Connection, LiveEvents, provide_events, use_events};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which part of the interface is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A change moved on, or a record has a new version.
    Modification,
    Queue,
    Conflict,
    /// A read run progressed, or the health changed.
    Sync,
    Notification,
    /// A rollback was asked for, decided, or has ended.
    Rollback,
}

impl EventKind {
    pub const ALL: [Self; 6] =
        [Self::Modification, Self::Queue, Self::Conflict, Self::Sync, Self::Notification, Self::Rollback];

    /// The name of the server-sent event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modification => "modification",
            Self::Queue => "queue",
            Self::Conflict => "conflict",
            Self::Sync => "sync",
            Self::Notification => "notification",
            Self::Rollback => "rollback",
        }
    }
}

/// One thing that changed, as the server sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveEvent {
    pub organization_id: Uuid,
    pub kind: EventKind,
    /// The records concerned; empty when there are many.
    #[serde(default)]
    pub pfa_ids: Vec<String>,
}
