//! What a change does to a record: each field's value before and after.

use leptos::prelude::*;
use serde_json::Value as Json;
use vanguard_domain::record::{Field, FieldMap};

use super::field_value::FieldValue;
use crate::backend::FieldChange;

/// The fields of a change, each before → after.
#[component]
pub fn ChangeList(before: FieldMap, after: FieldMap) -> impl IntoView {
    let rows = after
        .iter()
        .map(|(field, value)| {
            view! {
                <div class="change">
                    <dt>{field.label()}</dt>
                    <dd>
                        <FieldValue field value=before.get(field).cloned() />
                        <span aria-hidden="true">" → "</span>
                        <span class="visually-hidden">" becomes "</span>
                        <strong>
                            <FieldValue field value=Some(value.clone()) />
                        </strong>
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="change-list">{rows}</dl> }.into_any()
}

/// The fields that a JSON object of the port holds; what is no field of ours is left out.
pub fn fields_of(json: &Json) -> FieldMap {
    let Json::Object(object) = json else { return FieldMap::new() };
    object
        .iter()
        .filter_map(|(name, value)| {
            let field: Field = name.parse().ok()?;
            Some((field, field.parse(value).ok()?))
        })
        .collect()
}

/// The values before and after of the port's changes.
pub fn sides(changes: &[FieldChange]) -> (FieldMap, FieldMap) {
    let side = |value: fn(&FieldChange) -> &Json| {
        changes
            .iter()
            .filter_map(|change| Some((change.field, change.field.parse(value(change)).ok()?)))
            .collect()
    };
    (side(|change| &change.before), side(|change| &change.after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_strange_name_does_not_hide_the_others() {
        let fields = fields_of(&json!({"model": "B", "colour": "red", "forecastEnd": null}));
        assert_eq!(fields.fields().collect::<Vec<_>>(), [Field::ForecastEnd, Field::Model]);
    }
}
