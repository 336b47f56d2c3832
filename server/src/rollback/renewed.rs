//! What differs from the preview before: pure.

use std::collections::BTreeMap;

use uuid::Uuid;
use vanguard_app::backend::Overwrites;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::rollback::{FieldPlan, RecordPlan};
use vanguard_domain::validation::FieldError;

/// A record of a preview, with what the preview before it showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Previewed {
    pub(super) plan: RecordPlan,
    /// If the record moved since.
    pub(super) previous_version: Option<i64>,
    /// What fields held then, where that was something else.
    pub(super) previous: FieldMap,
    /// What became of it, once approved.
    pub(super) fate: Option<Fate>,
}

/// What became of a record's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) modification_id: Uuid,
    pub(super) state: ModificationState,
    pub(super) error: Option<String>,
    pub(super) conflict_id: Option<Uuid>,
}

impl Previewed {
    /// Of a first preview.
    pub(super) fn first(plan: RecordPlan) -> Self {
        Self { plan, previous_version: None, previous: FieldMap::new(), fate: None }
    }
}

/// The fields that whoever asked chose to overwrite.
pub(super) fn choices(previewed: &[Previewed]) -> Overwrites {
    let chosen = |one: &Previewed| {
        one.plan.fields.iter().filter(|field| field.chosen).map(|field| field.field).collect()
    };
    previewed.iter().map(|one| (one.plan.pfa_id.clone(), chosen(one))).collect()
}

/// The new plans beside what the preview before showed. A field that holds its earlier value again stays listed: that,
/// too, is something that the approver has not seen.
pub(super) fn renewed(before: &[Previewed], plans: Vec<RecordPlan>) -> Vec<Previewed> {
    let before: BTreeMap<&str, &RecordPlan> =
        before.iter().map(|one| (one.plan.pfa_id.as_str(), &one.plan)).collect();
    plans
        .into_iter()
        .map(|mut plan| {
            let Some(earlier) = before.get(plan.pfa_id.as_str()) else { return Previewed::first(plan) };
            let mut previous = FieldMap::new();
            for field in &plan.fields {
                match earlier.fields.iter().find(|then| then.field == field.field) {
                    Some(then) if then.current != field.current => {
                        previous.set(field.field, then.current.clone());
                    }
                    Some(_) => {}
                    // It was not listed, so it held what is to be restored.
                    None => previous.set(field.field, field.restored.clone().unwrap_or(Value::Empty)),
                }
            }
            for then in &earlier.fields {
                let is_listed = plan.fields.iter().any(|field| field.field == then.field);
                if let (false, Some(restored)) = (is_listed, &then.restored) {
                    previous.set(then.field, then.current.clone());
                    plan.fields.push(there_again(then.field, restored));
                }
            }
            plan.fields.sort_by_key(|field| field.field);
            let previous_version = (earlier.version != plan.version).then_some(earlier.version);
            Previewed { plan, previous_version, previous, fate: None }
        })
        .collect()
}

fn there_again(field: Field, value: &Value) -> FieldPlan {
    let refusal = FieldError {
        field: field.name().to_owned(),
        code: "alreadyThere".to_owned(),
        message: format!("{} holds this value again.", field.label()),
    };
    FieldPlan {
        field,
        current: value.clone(),
        restored: Some(value.clone()),
        changed_since: false,
        chosen: false,
        last_change: None,
        refusal: Some(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.into())
    }

    fn field(field: Field, current: &str, restored: &str) -> FieldPlan {
        let (current, restored) = (text(current), Some(text(restored)));
        let (changed_since, chosen, last_change, refusal) = (false, false, None, None);
        FieldPlan { field, current, restored, changed_since, chosen, last_change, refusal }
    }

    fn plan(version: i64, fields: Vec<FieldPlan>) -> RecordPlan {
        RecordPlan { pfa_id: "RIO-1".into(), version, fields, refusals: Vec::new() }
    }

    #[test]
    fn what_moved_is_shown_beside_what_was_seen() {
        let before = plan(4, vec![field(Field::Model, "B", "A"), field(Field::Contract, "2", "1")]);
        let now = plan(5, vec![field(Field::Model, "C", "A"), field(Field::Manufacturer, "Y", "X")]);
        let shown = renewed(&[Previewed::first(before)], vec![now]).remove(0);
        assert_eq!(shown.previous_version, Some(4));
        let listed: Vec<Field> = shown.plan.fields.iter().map(|field| field.field).collect();
        assert_eq!(listed, [Field::Manufacturer, Field::Model, Field::Contract]);
        assert_eq!(shown.previous.get(Field::Model), Some(&text("B")));
        assert_eq!(shown.previous.get(Field::Manufacturer), Some(&text("X")), "it was what it shall be");
        assert_eq!(shown.previous.get(Field::Contract), Some(&text("2")), "it is what it shall be");
        assert_eq!(shown.plan.change().len(), 2);
    }

    #[test]
    fn nothing_moved_is_nothing_to_show() {
        let same = plan(4, vec![field(Field::Model, "B", "A")]);
        let before = Previewed::first(same.clone());
        let before = std::slice::from_ref(&before);
        assert_eq!(renewed(before, vec![same]), before);
    }
}
