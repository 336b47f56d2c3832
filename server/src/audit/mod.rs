//! The audit log: append-only, hash-chained per organisation.
//!
//! [`append`] runs in the transaction of what it records, so that neither can happen without the other.
//! Appending locks the end of the organisation's chain until that transaction ends: append last.

mod event;
mod log;
mod store;
mod verify;

pub use event::{AuditEvent, EventType};
pub use log::AuditService;
pub use store::{Chain, append, chains};
pub use verify::{ChainBreak, verify};
