//! Rolling back: what would take a record back, what somebody changed since, what cannot be taken back.
//!
//! A rollback is a new change, never a blind overwrite. [`Intent`] says what the fields held at the time to go back to,
//! which of them somebody else changed since, and who did; [`RecordPlan`] says what of it can be done. A field that was changed
//! since is left alone unless somebody chose it after seeing it. What cannot be restored stays in the plan, with its
//! reason. Two people see the plan: whoever asks and whoever approves; [`fingerprint`] tells whether it is the same one.
//!
//! | module | what it knows |
//! |---|---|
//! | [`status`] | a rollback on its way from request to result |
//! | [`intent`] | what a version, or the time before a write, asks for |
//! | [`plan`] | what of that can be done |

pub mod intent;
pub mod plan;
pub mod status;

pub use intent::{Change, Intent, Version, Write};
pub use plan::{FieldPlan, RecordPlan, fingerprint};
pub use status::{ImpossibleRollbackStep, RollbackStatus, RollbackStep};
