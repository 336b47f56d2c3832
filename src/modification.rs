//! A user's change of one record on its way to PEMS.
//!
//! ```text
//! draft ─commit→ pending_sync ─claim→ queued ─send→ syncing ─confirm→ synced
//!   └discard→ discarded            ↑    └────────────┴─ dispute→ conflict ─resolve→ queued | synced | discarded
//!                                  ├──────── wait ───┤
//!                                  └─ reprocess ── sync_error ←─ fail
//! ```
//! A move that is not on this picture is impossible by construction: [`ModificationState::after`] is the only
//! way on; statements bind the [`Step::sources`] of the step that they take.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModificationState {
    /// Saved, seen by its author alone.
    Draft,
    /// Committed; in the queue, not yet taken up by a worker.
    PendingSync,
    /// Taken up by a worker, or waiting for its next try.
    Queued,
    /// A request to PEMS is under way.
    Syncing,
    /// Confirmed by PEMS.
    Synced,
    /// PEMS changed the same field: a person has to decide.
    Conflict,
    /// Refused by PEMS, or out of retries: in the dead letters.
    SyncError,
    /// Taken back by a person before it reached PEMS.
    Discarded,
}

/// What can happen to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    Commit,
    Discard,
    Claim,
    Send,
    /// Back to waiting: a retry is due later, or the worker handed the item back.
    Wait,
    Confirm,
    Dispute,
    /// A resolution left something to send.
    Resolve,
    Fail,
    Reprocess,
}

/// A step that is not possible from a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a change that is {from} cannot {step:?}")]
pub struct ImpossibleStep {
    pub from: ModificationState,
    pub step: Step,
}

impl Step {
    /// The names of the states that this step is possible from: what a statement that takes it binds.
    pub fn sources(self) -> Vec<String> {
        ModificationState::ALL
            .into_iter()
            .filter(|state| state.after(self).is_ok())
            .map(|state| state.as_str().to_owned())
            .collect()
    }
}

impl ModificationState {
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::PendingSync,
        Self::Queued,
        Self::Syncing,
        Self::Synced,
        Self::Conflict,
        Self::SyncError,
        Self::Discarded,
    ];

    /// The state after `step`.
    pub const fn after(self, step: Step) -> Result<Self, ImpossibleStep> {
        use ModificationState as S;
        Ok(match (self, step) {
            (S::Draft, Step::Commit) => S::PendingSync,
            (S::Draft | S::PendingSync | S::Queued | S::Conflict | S::SyncError, Step::Discard) => {
                S::Discarded
            }
            // A worker that died held the item as queued or syncing; the next one claims it from there.
            (S::PendingSync | S::Queued | S::Syncing, Step::Claim | Step::Wait)
            | (S::Conflict, Step::Resolve)
            | (S::SyncError, Step::Reprocess) => S::Queued,
            (S::Queued | S::Syncing, Step::Send) => S::Syncing,
            // Queued → synced: PEMS turned out to have every value already.
            (S::Queued | S::Syncing | S::Conflict, Step::Confirm) => S::Synced,
            (S::Queued | S::Syncing, Step::Dispute) => S::Conflict,
            (S::Queued | S::Syncing, Step::Fail) => S::SyncError,
            (from, step) => return Err(ImpossibleStep { from, step }),
        })
    }

    /// Committed and not yet at its end: what the merged view shows to everybody.
    pub const fn is_committed_and_open(self) -> bool {
        matches!(self, Self::PendingSync | Self::Queued | Self::Syncing | Self::Conflict | Self::SyncError)
    }

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::PendingSync => "pending_sync",
            Self::Queued => "queued",
            Self::Syncing => "syncing",
            Self::Synced => "synced",
            Self::Conflict => "conflict",
            Self::SyncError => "sync_error",
            Self::Discarded => "discarded",
        }
    }

    /// The word that people see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::PendingSync => "Waiting",
            Self::Queued => "Queued",
            Self::Syncing => "Sending",
            Self::Synced => "Synced",
            Self::Conflict => "Conflict",
            Self::SyncError => "Failed",
            Self::Discarded => "Discarded",
        }
    }
}

impl fmt::Display for ModificationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is none of the known states.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown state {0:?}")]
pub struct UnknownState(pub String);

impl FromStr for ModificationState {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 10] = [
        Step::Commit,
        Step::Discard,
        Step::Claim,
        Step::Send,
        Step::Wait,
        Step::Confirm,
        Step::Dispute,
        Step::Resolve,
        Step::Fail,
        Step::Reprocess,
    ];

    #[test]
    fn nothing_leaves_synced_or_discarded() {
        for state in [ModificationState::Synced, ModificationState::Discarded] {
            for step in STEPS {
                assert!(state.after(step).is_err(), "{state} {step:?}");
            }
        }
    }

    #[test]
    fn nothing_becomes_a_draft_again() {
        for state in ModificationState::ALL {
            for step in STEPS {
                assert_ne!(state.after(step).ok(), Some(ModificationState::Draft));
            }
        }
    }

    #[test]
    fn a_change_on_its_way_to_pems_cannot_be_discarded_in_flight() {
        assert!(ModificationState::Syncing.after(Step::Discard).is_err());
    }

    #[test]
    fn a_step_starts_from_where_the_picture_says() {
        assert_eq!(Step::Commit.sources(), ["draft"]);
        assert_eq!(Step::Dispute.sources(), ["queued", "syncing"]);
    }

    #[test]
    fn every_state_is_found_by_its_name() {
        for state in ModificationState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
    }
}
