//! Conflicts and merges: found by the worker, decided by people.

mod bulk;
mod found;
mod resolve;
mod service;
mod store;
mod undo;

pub use found::{FoundConflict, FoundMerge, record_conflicts, record_merges};
pub use service::ConflictsService;
