//! Telling browsers and workers, over PostgreSQL's NOTIFY, that something changed.
//!
//! [`publish`], [`wake_worker`] and [`wake_alerts`] run in the transaction of the change: what is rolled back is never announced.
//! Every replica listens ([`Hub`]) and passes events on to its own browsers and workers. A lost notification
//! costs nothing but time: the worker has its schedule, browsers refetch when they reconnect.

mod event;
mod hub;
mod inbox;
mod store;

pub use event::{Event, EventKind};
pub use hub::Hub;
pub use inbox::InboxService;
pub use store::{publish, wake_alerts, wake_worker};

/// The channel for browsers.
const EVENTS_CHANNEL: &str = "vanguard_events";
/// The channel for workers.
const QUEUE_CHANNEL: &str = "vanguard_queue";
/// The channel for whatever sends alerts.
const ALERTS_CHANNEL: &str = "vanguard_alerts";
