//! Commit & sync: what the user drafted goes on its way to PEMS, once.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use crate::backend::{BackendError, CommitOutcome, CommitRequest, JobView};
use crate::components::grid::browser::{now, random_key};
use crate::components::grid::saving::Saving;
use crate::components::grid::state::Grid;
use crate::events::{EventKind, use_events};
use crate::server_fns::drafts::{commit_drafts, commit_progress};

/// How far a commit has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was asked for.
    Idle,
    /// Edits that are still on their way to the server go first.
    WaitingForSaves,
    Committing,
    Failed(BackendError),
    Committed(Committed),
}

/// What was committed, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    pub changes: i64,
    /// Whole seconds until the last of them should be in PEMS, as estimated when it was committed.
    pub seconds: i64,
    pub progress: Option<Box<JobView>>,
    job_id: Option<Uuid>,
}

impl Committed {
    fn of(outcome: &CommitOutcome, now: DateTime<Utc>) -> Self {
        let seconds = (outcome.estimated_completion_time - now).num_seconds().max(1);
        Self { changes: outcome.committed, seconds, progress: None, job_id: outcome.job_id }
    }

    /// Whether every change has come to an end, of whatever kind.
    pub fn is_over(&self) -> bool {
        self.progress.as_ref().is_some_and(|job| {
            let ended = job.items_completed + job.items_failed + job.items_in_conflict + job.items_cancelled;
            ended >= job.items.max(self.changes)
        })
    }
}

/// The commit of the page. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    grid: Grid,
    pub stage: RwSignal<Stage>,
    /// The key of the act in progress. A retry of the same act, after a lost answer, has the same key, so that it
    /// commits once; a new act has a new one.
    key: StoredValue<Option<String>>,
}

/// The commit of the page around this component.
pub fn use_commit() -> Commit {
    use_context().expect("parts of the records page stand inside of it")
}

impl Commit {
    pub fn new(grid: Grid) -> Self {
        let commit = Self { grid, stage: RwSignal::new(Stage::Idle), key: StoredValue::new(None) };
        commit.follow();
        commit
    }

    /// Whether a click would start anything. Reactive.
    pub fn is_busy(self) -> bool {
        matches!(self.stage.get(), Stage::WaitingForSaves | Stage::Committing)
    }

    /// Commits every draft of the user, after what is still being saved.
    pub fn start(self) {
        if matches!(self.stage.get_untracked(), Stage::WaitingForSaves | Stage::Committing) {
            return;
        }
        if self.key.with_value(Option::is_none) {
            self.key.set_value(random_key());
        }
        self.stage.set(Stage::WaitingForSaves);
        self.grid.after_saving(Callback::new(move |()| self.send()));
    }

    pub fn dismiss(self) {
        self.stage.set(Stage::Idle);
    }

    fn send(self) {
        if self.stage.try_get_untracked() != Some(Stage::WaitingForSaves) {
            return;
        }
        self.stage.set(Stage::Committing);
        let request = CommitRequest { idempotency_key: self.key.get_value(), ..CommitRequest::default() };
        spawn_local(async move {
            let answer = commit_drafts(self.grid.input.organization_id, request).await;
            // Nobody is there any more if the user has left the page meanwhile.
            if self.stage.try_get_untracked().is_none() {
                return;
            }
            match answer {
                Ok(outcome) => self.committed(&outcome),
                Err(error) => self.not_committed(error),
            }
        });
    }

    fn committed(self, outcome: &CommitOutcome) {
        self.key.set_value(None);
        self.stage.set(Stage::Committed(Committed::of(outcome, now())));
        self.grid.was_committed(&outcome.modification_ids);
    }

    fn not_committed(self, error: BackendError) {
        // Whether it was done is unknown after a lost answer; then a retry is the same act.
        if !matches!(error, BackendError::Connection { .. } | BackendError::Internal { .. }) {
            self.key.set_value(None);
        }
        self.stage.set(Stage::Failed(error));
    }

    /// Follows the committed changes until all have come to an end, and gives up waiting when saving stops.
    fn follow(self) {
        let events = use_events();
        Effect::new(move || {
            events.version(EventKind::Modification);
            let job_id = self.stage.with_untracked(|stage| match stage {
                Stage::Committed(committed) if !committed.is_over() => committed.job_id,
                _ => None,
            });
            if let Some(job_id) = job_id {
                self.ask(job_id);
            }
        });
        Effect::new(move || {
            if let Saving::Stopped(error) = self.grid.saving.get()
                && self.stage.get_untracked() == Stage::WaitingForSaves
            {
                self.stage.set(Stage::Failed(error));
            }
        });
    }

    fn ask(self, job_id: Uuid) {
        spawn_local(async move {
            // Progress that could not be fetched is asked for again with the next event.
            let Ok(job) = commit_progress(self.grid.input.organization_id, job_id).await else { return };
            self.stage.try_update(|stage| {
                if let Stage::Committed(committed) = stage
                    && committed.job_id == Some(job_id)
                {
                    committed.progress = Some(Box::new(job));
                }
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(completed: i64, in_conflict: i64) -> JobView {
        JobView {
            id: Uuid::nil(),
            kind: "write".into(),
            trigger: "commit".into(),
            state: "running".into(),
            requested_by: None,
            started_at: DateTime::UNIX_EPOCH,
            finished_at: None,
            error: None,
            full: false,
            pages: 0,
            records_read: 0,
            records_changed: 0,
            records_rejected: 0,
            items: 3,
            items_completed: completed,
            items_failed: 0,
            items_in_conflict: in_conflict,
            items_cancelled: 0,
        }
    }

    #[test]
    fn a_commit_is_over_when_each_change_has_ended_somehow() {
        let committed = |progress| Committed { changes: 3, seconds: 4, progress, job_id: Some(Uuid::nil()) };
        assert!(!committed(None).is_over());
        assert!(!committed(Some(Box::new(job(2, 0)))).is_over());
        assert!(committed(Some(Box::new(job(2, 1)))).is_over());
    }
}
