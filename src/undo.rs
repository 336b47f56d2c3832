//! Where the undoing of a merge stands: it follows from the change that was made for it.

use serde::{Deserialize, Serialize};

use crate::modification::ModificationState;

/// How far the undoing of a merge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoState {
    /// Its change is on its way to PEMS.
    OnItsWay,
    /// Its change met a conflict or failed: a person decides what becomes of it.
    Undecided,
    /// Its change is in PEMS.
    Undone,
    /// Its change was given up: PEMS holds what it held before, and the merge can be undone again.
    GivenUp,
}

impl UndoState {
    /// What the state of its change says.
    pub const fn of(change: ModificationState) -> Self {
        use ModificationState as S;
        match change {
            S::Draft | S::PendingSync | S::Queued | S::Syncing => Self::OnItsWay,
            S::Conflict | S::SyncError => Self::Undecided,
            S::Synced => Self::Undone,
            S::Discarded => Self::GivenUp,
        }
    }

    /// Whether the merge may be undone (again).
    pub const fn may_be_asked_again(self) -> bool {
        matches!(self, Self::GivenUp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_up_is_undone_again() {
        for state in ModificationState::ALL {
            let again = UndoState::of(state).may_be_asked_again();
            assert_eq!(again, state == ModificationState::Discarded, "{state}");
        }
    }

    #[test]
    fn a_merge_is_undone_only_once_pems_has_it() {
        for state in ModificationState::ALL {
            let is_undone = UndoState::of(state) == UndoState::Undone;
            assert_eq!(is_undone, state == ModificationState::Synced, "{state}");
        }
    }
}
