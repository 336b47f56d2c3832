//! Many changes on top of what the caller sees: looked at, or saved as his drafts.
//!
//! A preview is the same work with the transaction given up, so that the two cannot differ.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde_json::Map;
use sqlx::{PgConnection, PgPool};
use vanguard_app::backend::{
    Access, BackendError, BulkEditRequest, DraftInput, FieldChange, MOST_PROPOSALS, Proposed, ProposedChange,
    RefusedProposal,
};
use vanguard_domain::delta::{applied, difference};
use vanguard_domain::permission::Permission;
use vanguard_domain::portfolio::Costs;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::validation::FieldError;

use super::save::save_in;
use crate::internal::OrInternal;
use crate::records::{Merged, merged_records};

/// How many changes and refusals an answer shows.
const MOST_SHOWN: usize = 100;
/// Records that are worked on at once.
const CHUNK: usize = 1_000;

/// New values for a record, or what is wrong with them.
pub(super) struct Proposal {
    /// Where in a file.
    pub(super) line: Option<u64>,
    pub(super) pfa_id: String,
    pub(super) wanted: Wanted,
}

/// What is wanted of a record.
pub(super) enum Wanted {
    Values(FieldMap),
    /// By the values that the record holds.
    Edit(vanguard_domain::bulk_edit::BulkEdit),
    Wrong(Vec<FieldError>),
}

pub(super) async fn bulk_edit(
    pool: &PgPool,
    access: &Access,
    request: BulkEditRequest,
) -> Result<Proposed, BackendError> {
    let BulkEditRequest { pfa_ids, edit, dry_run } = request;
    edit.check()
        .map_err(|error| BackendError::Invalid { message: error.message.clone(), errors: vec![error] })?;
    let proposals = pfa_ids
        .into_iter()
        .map(|pfa_id| Proposal { line: None, pfa_id, wanted: Wanted::Edit(edit.clone()) })
        .collect();
    propose(pool, access, proposals, dry_run).await
}

/// Saves them as drafts, all in one transaction, or only says what that would do.
pub(super) async fn propose(
    pool: &PgPool,
    access: &Access,
    proposals: Vec<Proposal>,
    dry_run: bool,
) -> Result<Proposed, BackendError> {
    access.require(Permission::SaveDraft)?;
    if proposals.len() > MOST_PROPOSALS {
        let message = format!(
            "At most {MOST_PROPOSALS} records at once; these are {}. Do it in parts.",
            proposals.len()
        );
        return Err(BackendError::field("records", "tooMany", message));
    }
    let mut tx = pool.begin().await.or_internal()?;
    let mut outcome = Outcome::new(access);
    let mut proposals = proposals.into_iter().peekable();
    while proposals.peek().is_some() {
        propose_some(&mut tx, access, proposals.by_ref().take(CHUNK).collect(), &mut outcome).await?;
    }
    outcome.proposed.refusals.sort_by_key(|refusal| refusal.line);
    if dry_run {
        outcome.proposed.saved.clear();
        tx.rollback().await.or_internal()?;
    } else {
        tx.commit().await.or_internal()?;
    }
    Ok(outcome.proposed)
}

async fn propose_some(
    tx: &mut PgConnection,
    access: &Access,
    proposals: Vec<Proposal>,
    outcome: &mut Outcome,
) -> Result<(), BackendError> {
    let pfa_ids: Vec<String> = proposals.iter().map(|proposal| proposal.pfa_id.clone()).collect();
    let records = merged_records(tx, access, &pfa_ids).await.or_internal()?;
    let mut inputs = Vec::new();
    let mut planned = HashMap::new();
    for Proposal { line, pfa_id, wanted } in proposals {
        let record = records.get(&pfa_id);
        let wanted = match (wanted, record) {
            (Wanted::Wrong(errors), _) => {
                outcome.refused(RefusedProposal { line, pfa_id, errors });
                continue;
            }
            (_, Some(record)) if record.is_being_discontinued => {
                outcome.refused(RefusedProposal { line, pfa_id, errors: vec![being_discontinued()] });
                continue;
            }
            (Wanted::Values(values), Some(record)) => difference(&record.fields, &values),
            (Wanted::Edit(edit), Some(record)) => edit.of(&record.fields),
            // Saving says that there is no such record.
            (Wanted::Values(values), None) => values,
            (Wanted::Edit(_), None) => FieldMap::new(),
        };
        if wanted.is_empty() && record.is_some() {
            outcome.proposed.unchanged += 1;
            continue;
        }
        inputs.push(input(&pfa_id, &wanted, record));
        planned.insert(pfa_id, (line, wanted));
    }
    let saved = save_in(tx, access, inputs).await?;
    for refusal in saved.errors {
        let line = planned.get(&refusal.pfa_id).and_then(|(line, _)| *line);
        outcome.refused(RefusedProposal { line, pfa_id: refusal.pfa_id, errors: refusal.errors });
    }
    for draft in saved.modifications {
        if let (Some(record), Some((_, wanted))) = (records.get(&draft.pfa_id), planned.get(&draft.pfa_id)) {
            outcome.changed(draft.pfa_id, record, wanted);
        }
    }
    Ok(())
}

/// Another draft in its place would bring it back.
fn being_discontinued() -> FieldError {
    FieldError {
        field: Field::IsDiscontinued.name().to_owned(),
        code: "discontinued".to_owned(),
        message: "Your draft discontinues this record. Discard that draft to edit it.".to_owned(),
    }
}

/// Saving replaces the caller's draft: what it changes besides goes along.
fn input(pfa_id: &str, wanted: &FieldMap, record: Option<&Merged>) -> DraftInput {
    let changes = record.map_or_else(|| wanted.clone(), |record| applied(&record.draft, wanted));
    let changes: Map<String, serde_json::Value> =
        changes.iter().map(|(field, value)| (field.name().to_owned(), value.to_json())).collect();
    DraftInput { pfa_id: pfa_id.to_owned(), operation: None, changes, reason: None }
}

/// What came of them so far.
struct Outcome {
    proposed: Proposed,
    shows_money: bool,
}

impl Outcome {
    fn new(access: &Access) -> Self {
        let shows_money = access.may(Permission::ViewFinancials);
        let cost = shows_money.then_some(Decimal::ZERO);
        Self { proposed: Proposed { cost, ..Proposed::default() }, shows_money }
    }

    fn refused(&mut self, refusal: RefusedProposal) {
        self.proposed.refused += 1;
        if self.proposed.refusals.len() < MOST_SHOWN {
            self.proposed.refusals.push(refusal);
        }
    }

    fn changed(&mut self, pfa_id: String, record: &Merged, wanted: &FieldMap) {
        self.proposed.changed += 1;
        if let Some(cost) = &mut self.proposed.cost {
            let after = Costs::of_record(&applied(&record.fields, wanted));
            *cost += after.forecast - Costs::of_record(&record.fields).forecast;
        }
        self.proposed.saved.push(pfa_id.clone());
        if self.proposed.examples.len() < MOST_SHOWN {
            let is_shown = |field: &Field| self.shows_money || !field.is_money();
            let changes = wanted
                .fields()
                .filter(is_shown)
                .map(|field| FieldChange::new(field, record.fields.get(field), wanted.get(field)))
                .collect();
            self.proposed.examples.push(ProposedChange { pfa_id, changes });
        }
    }
}
