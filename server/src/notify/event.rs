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
    /// More records than this are announced as "many": whoever shows them fetches the page anew anyway.
    const MOST_IDS: usize = 100;
    /// PostgreSQL refuses a NOTIFY of 8,000 bytes or more, and with it the change that is announced.
    const MOST_BYTES: usize = 7_999;

    pub fn new(organization_id: Uuid, kind: EventKind, pfa_ids: Vec<String>) -> Self {
        let event = Self { organization_id, kind, pfa_ids };
        if event.pfa_ids.len() > Self::MOST_IDS || event.payload().len() > Self::MOST_BYTES {
            return Self { pfa_ids: Vec::new(), ..event };
        }
        event
    }

    /// The text that goes through the database.
    pub(super) fn payload(&self) -> String {
        serde_json::to_string(self).expect("an event always serialises")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(pfa_ids: Vec<String>) -> String {
        Event::new(Uuid::nil(), EventKind::Modification, pfa_ids).payload()
    }

    #[test]
    fn no_event_is_longer_than_postgresql_takes_whatever_the_keys_are_made_of() {
        for letter in ["a", "ü", "𝔄", "\"", "\u{1}"] {
            for length in [1, 10, 19, 30] {
                for count in [1, 50, 99, 100, 101] {
                    let text = payload(vec![letter.repeat(length); count]);
                    assert!(text.len() < 8_000, "{count} keys of {length} {letter:?}: {} bytes", text.len());
                }
            }
        }
    }

    #[test]
    fn as_many_keys_as_fit_are_named() {
        assert!(payload(vec!["RIO-000001".to_owned(); 100]).contains("RIO-000001"));
    }
}
