//! A rollback on its way from request to result.
//!
//! ```text
//! requested ─approve→ running ─complete→ completed
//!     ├reject→ rejected  ├complete partly→ partly
//!     └cancel→ cancelled └fail→ failed
//! ```
//! It runs until each of its changes has ended: one that waits for somebody's decision may still reach PEMS.
//! As with changes, [`RollbackStatus::after`] is the only way on, and statements bind [`RollbackStep::sources`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::modification::UnknownState;

/// Where a rollback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RollbackStatus {
    /// It waits for another administrator.
    Requested,
    /// Approved: its changes are on their way to PEMS, or wait for somebody's decision.
    Running,
    /// Every change that was approved is in PEMS.
    Completed,
    /// Some are; the others were given up after a conflict or a failure, or taken back.
    Partly,
    /// None is.
    Failed,
    /// Another administrator refused it.
    Rejected,
    /// Taken back before anybody decided.
    Cancelled,
}

/// What can happen to a rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RollbackStep {
    Approve,
    Reject,
    Cancel,
    Complete,
    CompletePartly,
    Fail,
}

/// A step that is not possible from a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rollback that is {from} cannot {step:?}")]
pub struct ImpossibleRollbackStep {
    pub from: RollbackStatus,
    pub step: RollbackStep,
}

impl RollbackStep {
    /// How a rollback ends of whose `changes` so many are `restored`.
    pub const fn ending(changes: usize, restored: usize) -> Self {
        match (changes, restored) {
            (_, 0) => Self::Fail,
            (changes, restored) if restored < changes => Self::CompletePartly,
            _ => Self::Complete,
        }
    }

    /// The names of the statuses that this step is possible from: what a statement that takes it binds.
    pub fn sources(self) -> Vec<String> {
        RollbackStatus::ALL
            .into_iter()
            .filter(|status| status.after(self).is_ok())
            .map(|status| status.as_str().to_owned())
            .collect()
    }

    /// The status that it leads to.
    pub const fn target(self) -> RollbackStatus {
        match self {
            Self::Approve => RollbackStatus::Running,
            Self::Reject => RollbackStatus::Rejected,
            Self::Cancel => RollbackStatus::Cancelled,
            Self::Complete => RollbackStatus::Completed,
            Self::CompletePartly => RollbackStatus::Partly,
            Self::Fail => RollbackStatus::Failed,
        }
    }
}

impl RollbackStatus {
    pub const ALL: [Self; 7] = [
        Self::Requested,
        Self::Running,
        Self::Completed,
        Self::Partly,
        Self::Failed,
        Self::Rejected,
        Self::Cancelled,
    ];

    /// The status after `step`.
    pub const fn after(self, step: RollbackStep) -> Result<Self, ImpossibleRollbackStep> {
        use RollbackStep as S;
        match (self, step) {
            (Self::Requested, S::Approve | S::Reject | S::Cancel)
            | (Self::Running, S::Complete | S::CompletePartly | S::Fail) => Ok(step.target()),
            (from, step) => Err(ImpossibleRollbackStep { from, step }),
        }
    }

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Partly => "partly",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word that people see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Requested => "To approve",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Partly => "Partly done",
            Self::Failed => "Failed",
            Self::Rejected => "Refused",
            Self::Cancelled => "Cancelled",
        }
    }
}

impl fmt::Display for RollbackStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RollbackStatus {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [RollbackStep; 6] = [
        RollbackStep::Approve,
        RollbackStep::Reject,
        RollbackStep::Cancel,
        RollbackStep::Complete,
        RollbackStep::CompletePartly,
        RollbackStep::Fail,
    ];

    #[test]
    fn only_a_request_is_decided_and_only_once() {
        for step in [RollbackStep::Approve, RollbackStep::Reject, RollbackStep::Cancel] {
            assert_eq!(step.sources(), ["requested"]);
        }
    }

    #[test]
    fn nothing_leaves_an_end() {
        for status in RollbackStatus::ALL {
            let goes_on = matches!(status, RollbackStatus::Requested | RollbackStatus::Running);
            assert_eq!(STEPS.into_iter().any(|step| status.after(step).is_ok()), goes_on, "{status}");
        }
    }

    #[test]
    fn it_is_completed_only_if_everything_is_in_pems() {
        assert_eq!(RollbackStep::ending(3, 3).target(), RollbackStatus::Completed);
        assert_eq!(RollbackStep::ending(3, 2).target(), RollbackStatus::Partly);
        assert_eq!(RollbackStep::ending(3, 0).target(), RollbackStatus::Failed);
    }

    #[test]
    fn every_status_is_found_by_its_name() {
        for status in RollbackStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
    }
}
