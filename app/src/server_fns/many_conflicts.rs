//! Many conflicts at once: how many there are of a kind, what giving them to one side would do, and doing it.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::conflict::Resolution;
use vanguard_domain::record::Field;
use vanguard_domain::three_way::ConflictCause;

use crate::backend::{BackendError, ConflictGroup};

/// What would be decided, as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decidable {
    pub conflict_id: Uuid,
    /// The record's version that was looked at.
    pub version: i64,
    /// Whether something goes to PEMS.
    pub sends: bool,
}

/// What cannot be decided, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub conflict_id: Uuid,
    pub pfa_id: String,
    pub reason: String,
    /// The rules that it breaks, if that is why.
    pub faults: Vec<String>,
}

/// What giving a selection to one side would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPreview {
    /// How many conflicts are selected; more than were looked at if there are more than one call takes.
    pub total: i64,
    pub decidable: Vec<Decidable>,
    pub refused: Vec<Refused>,
    /// The other fields that are decided with the one that the selection is about: in how many of the decidable.
    pub beside: Vec<(Field, usize)>,
}

/// What became of one conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkFate {
    pub conflict_id: Uuid,
    /// Empty if it is not known.
    pub pfa_id: String,
    /// Whether something is on its way to PEMS.
    pub sent: bool,
    /// Why it was not decided.
    pub error: Option<String>,
}

/// The open conflicts by field and cause.
#[server(prefix = "/fn", endpoint = "conflicts/groups", input = GetUrl)]
pub async fn conflict_groups(organization_id: Uuid) -> Result<Vec<ConflictGroup>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.conflicts.groups(&access).await
}

/// What giving conflicts to one side would do; changes nothing.
#[server(prefix = "/fn", endpoint = "conflicts/preview-many", input = GetUrl)]
pub async fn preview_many(
    organization_id: Uuid,
    resolution: Resolution,
    #[server(default)] field: Option<Field>,
    #[server(default)] cause: Option<ConflictCause>,
    /// Only these, separated by spaces; without it, all that match.
    #[server(default)]
    ids: Option<String>,
) -> Result<BulkPreview, BackendError> {
    use std::collections::BTreeMap;

    use crate::backend::{BulkResolution, BulkSelection};

    let ids = match ids {
        Some(ids) => Some(ids.split_whitespace().map(read_id).collect::<Result<Vec<_>, _>>()?),
        None => None,
    };
    let access = super::access(organization_id)?;
    let selection = BulkSelection { ids, field, cause, cursor: None };
    let request = BulkResolution { selection, resolution, dry_run: true, seen: std::iter::empty().collect() };
    let outcome = super::backend()?.conflicts.resolve_bulk(&access, request).await?;
    let (mut decidable, mut refused) = (Vec::new(), Vec::new());
    let mut beside: BTreeMap<Field, usize> = BTreeMap::new();
    for result in outcome.results {
        let conflict_id = result.conflict_id;
        if let Some(reason) = result.error {
            let faults = result.errors.into_iter().map(|error| error.message).collect();
            refused.push(Refused { conflict_id, pfa_id: result.pfa_id, reason, faults });
        } else {
            let sends = !result.applied_changes.is_empty();
            for other in result.fields.into_iter().filter(|other| field.is_some_and(|field| field != *other))
            {
                *beside.entry(other).or_default() += 1;
            }
            decidable.push(Decidable { conflict_id, version: result.record_version, sends });
        }
    }
    Ok(BulkPreview { total: outcome.total, decidable, refused, beside: beside.into_iter().collect() })
}

/// Gives conflicts to one side: those that were looked at, as far as they still are as they were.
#[server(prefix = "/fn", endpoint = "conflicts/decide-many")]
pub async fn decide_many(
    organization_id: Uuid,
    resolution: Resolution,
    /// What was looked at, by [`as_seen`].
    seen: String,
    #[server(default)] back: String,
) -> Result<Vec<BulkFate>, BackendError> {
    use std::collections::BTreeMap;

    use crate::backend::{BulkResolution, BulkSelection};
    use crate::components::notice::Notice;

    let seen: BTreeMap<Uuid, i64> = seen.split_whitespace().map(read_seen).collect::<Result<_, _>>()?;
    let ids: Vec<Uuid> = seen.keys().copied().collect();
    let access = super::access(organization_id)?;
    let selection = BulkSelection { ids: Some(ids), ..BulkSelection::default() };
    let request = BulkResolution { selection, resolution, dry_run: false, seen };
    let outcome = super::backend()?.conflicts.resolve_bulk(&access, request).await?;
    let fates: Vec<BulkFate> = outcome
        .results
        .into_iter()
        .map(|result| BulkFate {
            conflict_id: result.conflict_id,
            pfa_id: result.pfa_id,
            sent: !result.applied_changes.is_empty(),
            error: result.error,
        })
        .collect();
    if super::wants_page()
        && let failed @ 1.. = fates.iter().filter(|fate| fate.error.is_some()).count()
    {
        // A page that says "done" would hide them.
        return Err(BackendError::wrong_state(told_without_scripts(&fates, failed)));
    }
    super::answer_page(&back, Notice::ManyDecided);
    Ok(fates)
}

#[cfg(feature = "ssr")]
fn told_without_scripts(fates: &[BulkFate], failed: usize) -> String {
    let reasons: Vec<String> = fates
        .iter()
        .filter_map(|fate| Some(format!("{}: {}", fate.pfa_id, fate.error.as_ref()?)))
        .take(20)
        .collect();
    format!(
        "{} of {} were decided. Not decided, and still in the list: {}",
        fates.len() - failed,
        fates.len(),
        reasons.join(" ")
    )
}

/// What was looked at, as [`decide_many`] reads it: `id@version`, separated by spaces.
pub fn as_seen(decidable: &[Decidable]) -> String {
    let seen: Vec<String> =
        decidable.iter().map(|one| format!("{}@{}", one.conflict_id, one.version)).collect();
    seen.join(" ")
}

#[cfg(feature = "ssr")]
fn read_seen(text: &str) -> Result<(Uuid, i64), BackendError> {
    let unreadable = || BackendError::field("seen", "malformed", "This is not what a preview gave out.");
    let (id, version) = text.split_once('@').ok_or_else(unreadable)?;
    Ok((read_id(id)?, version.parse().map_err(|_| unreadable())?))
}

#[cfg(feature = "ssr")]
fn read_id(text: &str) -> Result<Uuid, BackendError> {
    text.parse().map_err(|_| BackendError::field("ids", "malformed", "This is no conflict's id."))
}
