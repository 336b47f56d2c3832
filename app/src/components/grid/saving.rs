//! Saving drafts: at once, in order, together where several wait, and again until the server has them.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::FieldMap;

use crate::backend::{BackendError, DraftInput, OpenChange, RecordRow, SaveOutcome, SavedDraft};
use crate::server_fns::drafts::{count_drafts, save_drafts};

use super::browser;
use super::draft::RecordDraft;
use super::ledger::Ledger;
use super::state::Grid;

/// How saving stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    Idle,
    Busy,
    /// The server could not be reached; it is being tried again.
    Waiting,
    /// The server could not do it; the next edit, or the user, tries again.
    Stopped(BackendError),
}

/// What the saver is at.
#[derive(Debug, Default)]
pub struct Saver {
    /// One request at a time: saves of a record stay in order, and edits that come meanwhile go together.
    is_busy: bool,
    /// Tries that did not reach the server, in a row.
    failures: u32,
    /// What waits until everything is saved.
    afterwards: Vec<Callback<()>>,
}

/// How long to wait after the `failures`-th failure in a row: 1, 2, 4, 8, then 15 s.
fn pause(failures: u32) -> Duration {
    Duration::from_secs(1_u64.checked_shl(failures.saturating_sub(1)).unwrap_or(15).min(15))
}

impl Grid {
    /// Sends what waits to be sent, unless a request is under way: then it goes afterwards.
    pub fn save(self) {
        let may_start =
            self.saver.try_update_value(|saver| !std::mem::replace(&mut saver.is_busy, true)) == Some(true);
        if !may_start {
            return;
        }
        let batch = self.ledger.try_update_value(Ledger::take_batch).unwrap_or_default();
        if batch.is_empty() {
            self.set_saving(Saving::Idle);
            let afterwards = self.saver.try_update_value(|saver| {
                saver.is_busy = false;
                std::mem::take(&mut saver.afterwards)
            });
            for then in afterwards.unwrap_or_default() {
                // What it belonged to may be gone meanwhile.
                then.try_run(());
            }
            return;
        }
        self.set_saving(Saving::Busy);
        let drafts = batch.iter().map(|(pfa_id, delta)| update(pfa_id, delta)).collect();
        let records: Vec<String> = batch.into_iter().map(|(pfa_id, _)| pfa_id).collect();
        spawn_local(async move {
            let answer = save_drafts(self.input.organization_id, drafts).await;
            // Nobody is there any more if the user has left the page meanwhile.
            if self.saver.try_update_value(|saver| saver.is_busy = false).is_some() {
                match answer {
                    Ok(outcome) => self.saved(&records, outcome),
                    Err(error) => self.not_saved(&records, error),
                }
            }
        });
    }

    /// Does something once everything typed so far is saved.
    pub fn after_saving(self, then: Callback<()>) {
        self.saver.update_value(|saver| saver.afterwards.push(then));
        self.save();
    }

    fn saved(self, records: &[String], outcome: SaveOutcome) {
        self.saver.update_value(|saver| saver.failures = 0);
        for saved in &outcome.modifications {
            self.ledger.update_value(|ledger| ledger.saved(&saved.pfa_id));
            self.amend_saved(saved);
        }
        for refusal in &outcome.errors {
            self.ledger.update_value(|ledger| ledger.refused(&refusal.pfa_id, &refusal.errors));
        }
        let is_answered = |pfa_id: &String| {
            outcome.modifications.iter().any(|saved| saved.pfa_id == *pfa_id)
                || outcome.errors.iter().any(|refusal| refusal.pfa_id == *pfa_id)
        };
        for pfa_id in records.iter().filter(|pfa_id| !is_answered(pfa_id)) {
            // Neither saved nor refused: to send it again at once could go on for ever.
            self.ledger.update_value(|ledger| ledger.refused(pfa_id, &[]));
        }
        self.redraw_records(records);
        self.count_drafts();
        self.save();
    }

    fn not_saved(self, records: &[String], error: BackendError) {
        for pfa_id in records {
            self.ledger.update_value(|ledger| ledger.not_sent(pfa_id));
        }
        self.redraw_records(records);
        if !matches!(error, BackendError::Connection { .. }) {
            self.set_saving(Saving::Stopped(error));
            return;
        }
        let failures = self.saver.try_update_value(|saver| {
            saver.failures += 1;
            saver.failures
        });
        self.set_saving(Saving::Waiting);
        set_timeout(move || self.save(), pause(failures.unwrap_or(1)));
    }

    fn redraw_records(self, records: &[String]) {
        self.unsaved.update(|count| *count += 1);
        for pfa_id in records {
            self.redraw_record(pfa_id);
        }
    }

    fn set_saving(self, saving: Saving) {
        if self.saving.try_get_untracked().is_some_and(|before| before != saving) {
            self.saving.set(saving);
        }
    }

    /// What the server just said of a draft, in the row that is held, until the row is fetched again.
    fn amend_saved(self, saved: &SavedDraft) {
        let is_kept = saved.sync_state == ModificationState::Draft;
        self.selection
            .update(|selection| selection.refresh(&saved.pfa_id, is_kept.then_some(saved.modification_id)));
        let author = self.viewer.with_value(|viewer| viewer.username.clone());
        self.ledger.with_value(|ledger| {
            let Some(draft) = ledger.get(&saved.pfa_id) else { return };
            self.cache.update_value(|cache| {
                cache.amend(&saved.pfa_id, |row| amend(row, draft, saved, author));
            });
        });
    }

    /// Asks how much is drafted, for the bar below the grid.
    pub fn count_drafts(self) {
        spawn_local(async move {
            // A count that could not be fetched stays as it was; the next event asks again.
            if let Ok(summary) = count_drafts(self.input.organization_id).await
                && self.drafts.try_get_untracked().is_some_and(|before| before != summary)
            {
                self.drafts.set(summary);
            }
        });
    }
}

/// The record's complete delta: the server replaces the draft by it.
fn update(pfa_id: &str, delta: &FieldMap) -> DraftInput {
    let changes = delta.iter().map(|(field, value)| (field.name().to_owned(), value.to_json())).collect();
    DraftInput { pfa_id: pfa_id.to_owned(), operation: None, changes, reason: None }
}

fn amend(row: &mut RecordRow, draft: &RecordDraft, saved: &SavedDraft, author: String) {
    let acknowledged = draft.acknowledged();
    let before = row.changes.iter().position(|change| change.state == ModificationState::Draft);
    if let Some(before) = before {
        for field in row.changes.remove(before).fields {
            if let Some(value) = draft.value(field, row).cloned() {
                row.fields.set(field, value);
            }
        }
    }
    row.fields.overlay(acknowledged);
    if saved.sync_state == ModificationState::Draft {
        row.changes.push(OpenChange {
            modification_id: saved.modification_id,
            state: ModificationState::Draft,
            operation: Operation::Update,
            author,
            fields: acknowledged.fields().collect(),
            since: browser::now(),
            error: None,
            conflict_id: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_up_to_a_quarter_of_a_minute() {
        let seconds: Vec<u64> = [1, 2, 3, 4, 5, 6, 200].map(|failures| pause(failures).as_secs()).into();
        assert_eq!(seconds, [1, 2, 4, 8, 15, 15, 15]);
    }
}
