//! Conflicts and merges: found by the worker, decided by people, or by a rule that an administrator made.

mod bulk;
mod found;
mod resolve;
mod ruled;
mod service;
mod store;
mod undo;

pub use found::{FoundConflict, FoundMerge, record_conflicts, record_merges};
pub use ruled::{FoundRuling, record_rulings};
pub use service::ConflictsService;
