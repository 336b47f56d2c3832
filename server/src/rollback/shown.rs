//! A preview as the caller may see it.

use serde_json::Value as Json;
use vanguard_app::backend::{Access, RollbackField, RollbackPreview, RollbackRecord};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::Value;

use super::renewed::Previewed;
use crate::pems::in_our_words;

/// Amounts are left out for those who may not see them, and with them the preview's name, which depends on them.
pub(super) fn preview(access: &Access, previewed: Vec<Previewed>, hash: String) -> RollbackPreview {
    let may_see = access.may(Permission::ViewFinancials);
    let mut preview: Vec<RollbackField> = previewed.iter().flat_map(fields).collect();
    let mut records: Vec<RollbackRecord> = previewed.into_iter().map(record).collect();
    if !may_see {
        preview.iter_mut().filter(|shown| shown.field.is_money()).for_each(hide_amounts);
        for record in &mut records {
            record.error = record.error.as_deref().map(in_our_words);
            for rule in &mut record.refused {
                rule.message.clone_from(&rule.code);
            }
        }
    }
    RollbackPreview { preview, records, preview_hash: may_see.then_some(hash) }
}

fn fields(one: &Previewed) -> impl Iterator<Item = RollbackField> {
    let is_whole = one.plan.refusals.is_empty();
    one.plan.fields.iter().map(move |field| {
        let previous = one.previous.get(field.field);
        RollbackField {
            pfa_id: one.plan.pfa_id.clone(),
            field: field.field,
            current: field.current.to_json(),
            restored: field.restored.as_ref().map_or(Json::Null, Value::to_json),
            changed_since: field.changed_since,
            chosen: field.chosen,
            changed_by: field.last_change.as_ref().map(|change| change.by.clone()),
            changed_at: field.last_change.as_ref().map(|change| change.at),
            included: is_whole && field.is_included(),
            refused: field.refusal.clone(),
            moved: previous.is_some(),
            previous: previous.map_or(Json::Null, Value::to_json),
        }
    })
}

fn hide_amounts(shown: &mut RollbackField) {
    for value in [&mut shown.current, &mut shown.restored, &mut shown.previous] {
        *value = Json::Null;
    }
    if let Some(refused) = &mut shown.refused {
        refused.message.clone_from(&refused.code);
    }
}

fn record(one: Previewed) -> RollbackRecord {
    let Previewed { plan, previous_version, fate, .. } = one;
    let (modification_id, state, error, conflict_id) = match fate {
        Some(fate) => (Some(fate.modification_id), Some(fate.state), fate.error, fate.conflict_id),
        None => (None, None, None, None),
    };
    RollbackRecord {
        pfa_id: plan.pfa_id,
        version: plan.version,
        previous_version,
        refused: plan.refusals,
        modification_id,
        state,
        error,
        conflict_id,
    }
}
