//! What pages see of the live connection.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use uuid::Uuid;

use super::source::Source;
use super::{EventKind, LiveEvent};

/// Events that arrive within this time are announced as one.
const JOIN: Duration = Duration::from_millis(150);
/// After the server refused the connection, try again then.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Also before the page is hydrated.
    Connecting,
    Live,
    /// Lost; it is being tried again.
    Offline,
    /// By the user.
    Paused,
}

/// What happened lately of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Channel {
    version: u64,
    /// Of the last announcement; empty: many records, or unknown ones.
    records: Vec<String>,
}

/// Records that an announcement in the making is about.
#[derive(Debug, Clone)]
enum Gathered {
    Some(BTreeSet<String>),
    Many,
}

/// The app's live connection. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct LiveEvents {
    channels: [RwSignal<Channel>; EventKind::ALL.len()],
    gathered: [StoredValue<Option<Gathered>>; EventKind::ALL.len()],
    connection: RwSignal<Connection>,
    organization: StoredValue<Option<Uuid>>,
    /// Only ever opened in the browser, where there is one thread.
    source: StoredValue<Option<SendWrapper<Source>>>,
}

/// Puts the (not yet connected) client into context.
pub fn provide_events() {
    provide_context(LiveEvents {
        channels: std::array::from_fn(|_| RwSignal::new(Channel::default())),
        gathered: std::array::from_fn(|_| StoredValue::new(None)),
        connection: RwSignal::new(Connection::Connecting),
        organization: StoredValue::new(None),
        source: StoredValue::new(None),
    });
}

/// The app's live connection.
pub fn use_events() -> LiveEvents {
    use_context().expect("App provides the live events")
}

impl LiveEvents {
    /// Counts up with every announcement of `kind`: the source of a resource that is to be fetched again then.
    /// Reactive.
    pub fn version(self, kind: EventKind) -> u64 {
        self.channels[kind as usize].with(|channel| channel.version)
    }

    /// The records of the last announcement of `kind`; empty when there were many. Reactive.
    pub fn records(self, kind: EventKind) -> Vec<String> {
        self.channels[kind as usize].with(|channel| channel.records.clone())
    }

    /// How the connection stands. Reactive.
    pub fn connection(self) -> Connection {
        self.connection.get()
    }

    /// Follows `organization_id` from now on, unless paused. Only in the browser: call it in an effect.
    pub fn follow(self, organization_id: Uuid) {
        self.organization.set_value(Some(organization_id));
        if self.connection.get_untracked() != Connection::Paused {
            self.open();
        }
    }

    /// Stops following: nothing is announced until [`Self::resume`].
    pub fn pause(self) {
        self.connection.set(Connection::Paused);
        self.source.set_value(None);
    }

    /// Follows again, and announces everything once: something may have been missed.
    pub fn resume(self) {
        self.open();
    }

    fn open(self) {
        let Some(organization_id) = self.organization.get_value() else { return };
        self.connection.set(Connection::Connecting);
        let source = Source::open(
            organization_id,
            move || self.opened(),
            move |closed| self.lost(closed),
            move |event| self.received(event),
        );
        self.source.set_value(source.map(SendWrapper::new));
    }

    fn opened(self) {
        self.connection.set(Connection::Live);
        // Whatever happened between rendering the page, or losing the connection, and now.
        for kind in EventKind::ALL {
            self.gather(kind, Vec::new());
        }
    }

    /// The browser tries again by itself, unless the server answered with an error: then `closed`.
    fn lost(self, closed: bool) {
        self.connection.set(Connection::Offline);
        if closed {
            set_timeout(
                move || {
                    if self.connection.try_get_untracked() == Some(Connection::Offline) {
                        self.open();
                    }
                },
                TRY_AGAIN,
            );
        }
    }

    fn received(self, event: LiveEvent) {
        if self.organization.get_value() == Some(event.organization_id) {
            self.gather(event.kind, event.pfa_ids);
        }
    }

    fn gather(self, kind: EventKind, records: Vec<String>) {
        let place = self.gathered[kind as usize];
        let first = place.with_value(Option::is_none);
        place.update_value(|gathered| {
            *gathered = Some(match gathered.take() {
                _ if records.is_empty() => Gathered::Many,
                None => Gathered::Some(records.into_iter().collect()),
                Some(Gathered::Many) => Gathered::Many,
                Some(Gathered::Some(mut all)) => {
                    all.extend(records);
                    Gathered::Some(all)
                }
            });
        });
        if first {
            set_timeout(move || self.announce(kind), JOIN);
        }
    }

    fn announce(self, kind: EventKind) {
        let Some(gathered) = self.gathered[kind as usize].try_update_value(Option::take).flatten() else {
            return;
        };
        if self.connection.try_get_untracked().is_none_or(|connection| connection == Connection::Paused) {
            return;
        }
        self.channels[kind as usize].update(|channel| {
            channel.version += 1;
            channel.records = match gathered {
                Gathered::Some(records) => records.into_iter().collect(),
                Gathered::Many => Vec::new(),
            };
        });
    }
}
