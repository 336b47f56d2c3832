//! From the body of a write to the orders in it, checked strictly: PEMS refuses what it does not know.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::journal::{Origin, WriteOperation};
use crate::refusal::Refusal;
use crate::store::WriteOrder;

pub(super) const MOST_IN_A_BATCH: usize = 100;
const LONGEST_USER: usize = 100;
const LONGEST_REASON: usize = 1000;
const LONGEST_ID: usize = 30;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Update {
    pfa_id: String,
    organization_code: String,
    changes: Map<String, Value>,
    version: u64,
    modified_by: String,
    change_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Delete {
    pfa_id: Option<String>,
    organization_code: String,
    version: u64,
    modified_by: String,
    change_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Batch {
    organization_code: String,
    updates: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    operation: WriteOperation,
    pfa_id: String,
    changes: Option<Map<String, Value>>,
    version: u64,
    modified_by: String,
    change_reason: Option<String>,
}

/// Whose request it is: the organisation of the header and the id in the journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender<'a> {
    pub(super) organization: &'a str,
    pub(super) origin: Origin,
}

impl Sender<'_> {
    pub(super) fn update(self, path_id: &str, body: &Value) -> Result<WriteOrder, Refusal> {
        let update: Update = read(body)?;
        self.check(&update.organization_code)?;
        if update.pfa_id != path_id {
            return Err(invalid("pfaId differs from the one in the path"));
        }
        self.order(Item {
            operation: WriteOperation::Update,
            pfa_id: update.pfa_id,
            changes: Some(update.changes),
            version: update.version,
            modified_by: update.modified_by,
            change_reason: update.change_reason,
        })
    }

    pub(super) fn delete(self, path_id: &str, body: &Value) -> Result<WriteOrder, Refusal> {
        let delete: Delete = read(body)?;
        self.check(&delete.organization_code)?;
        if delete.pfa_id.is_some_and(|id| id != path_id) {
            return Err(invalid("pfaId differs from the one in the path"));
        }
        self.order(Item {
            operation: WriteOperation::Delete,
            pfa_id: path_id.to_owned(),
            changes: None,
            version: delete.version,
            modified_by: delete.modified_by,
            change_reason: delete.change_reason,
        })
    }

    /// The orders of a batch, each readable or not by itself.
    pub(super) fn batch(self, body: &Value) -> Result<Vec<Result<WriteOrder, Refusal>>, Refusal> {
        let batch: Batch = read(body)?;
        self.check(&batch.organization_code)?;
        if batch.updates.len() > MOST_IN_A_BATCH {
            return Err(invalid("a batch holds at most 100 updates"));
        }
        Ok(batch.updates.iter().map(|item| self.order(read(item)?)).collect())
    }

    /// The organisation asked for has to be the one of the header: otherwise one would see another's data.
    pub(super) fn check(self, requested: &str) -> Result<(), Refusal> {
        if requested == self.organization {
            return Ok(());
        }
        Err(Refusal::Unauthorized("the organization requested is not the one in the header"))
    }

    fn order(self, item: Item) -> Result<WriteOrder, Refusal> {
        let changes = item.changes.unwrap_or_default();
        match item.operation {
            WriteOperation::Update if changes.is_empty() => return Err(invalid("changes are missing")),
            WriteOperation::Delete if !changes.is_empty() => {
                return Err(invalid("a DELETE carries no changes"));
            }
            WriteOperation::Update | WriteOperation::Delete => {}
        }
        if item.version == 0 {
            return Err(invalid("version begins at 1"));
        }
        if item.pfa_id.is_empty() || item.pfa_id.chars().count() > LONGEST_ID {
            return Err(invalid("pfaId has 1 to 30 characters"));
        }
        if item.modified_by.trim().is_empty() || item.modified_by.chars().count() > LONGEST_USER {
            return Err(invalid("modifiedBy has 1 to 100 characters"));
        }
        if item.change_reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
            return Err(invalid("changeReason has at most 1000 characters"));
        }
        Ok(WriteOrder {
            organization: self.organization.to_owned(),
            pfa_id: item.pfa_id,
            operation: item.operation,
            changes,
            version: Some(item.version),
            modified_by: item.modified_by,
            change_reason: item.change_reason,
            origin: self.origin,
        })
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a Value) -> Result<T, Refusal> {
    // The message may repeat what was sent, which may be megabytes.
    T::deserialize(body)
        .map_err(|error| Refusal::InvalidRequest(error.to_string().chars().take(300).collect()))
}

fn invalid(message: &str) -> Refusal {
    Refusal::InvalidRequest(message.to_owned())
}
