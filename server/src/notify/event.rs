//! What browsers are told. An event says what to look at again, never what it holds now: the data comes through
//! the ports, which check permissions.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which part of the interface is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A change moved on, or the mirror has a new version.
    Modification,
    Queue,
    Conflict,
    /// A read run progressed, or the health changed.
    Sync,
    Notification,
}

impl EventKind {
    pub const ALL: [Self; 5] =
        [Self::Modification, Self::Queue, Self::Conflict, Self::Sync, Self::Notification];

    /// The name of the server-sent event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modification => "modification",
            Self::Queue => "queue",
            Self::Conflict => "conflict",
            Self::Sync => "sync",
            Self::Notification => "notification",
        }
    }
}

/// One thing that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub organization_id: Uuid,
    pub kind: EventKind,
    /// The records concerned; empty when there are many.
    pub pfa_ids: Vec<String>,
}

impl Event {
    /// More records than this are announced as "many": a NOTIFY payload has at most 8,000 bytes.
    const MOST_IDS: usize = 100;

    pub fn new(organization_id: Uuid, kind: EventKind, mut pfa_ids: Vec<String>) -> Self {
        if pfa_ids.len() > Self::MOST_IDS {
            pfa_ids = Vec::new();
        }
        Self { organization_id, kind, pfa_ids }
    }
}
