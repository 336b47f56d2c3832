//! What a preview comes to: how much is restored, what is left alone, which rules stand against it.

use leptos::prelude::*;

use super::words;
use crate::backend::{RollbackField, RollbackPreview, RollbackRecord};
use crate::components::banner::Banner;
use crate::components::tone::Tone;

/// In a sentence, with the records that cannot be restored.
#[component]
pub fn Summary(preview: RollbackPreview) -> impl IntoView {
    let RollbackPreview { preview, records, .. } = preview;
    let text = sentence(&preview);
    view! {
        <p>{text}</p>
        <Refused records />
    }
    .into_any()
}

fn sentence(preview: &[RollbackField]) -> String {
    let number = |of: &dyn Fn(&&RollbackField) -> bool| {
        i64::try_from(preview.iter().filter(of).count()).unwrap_or(i64::MAX)
    };
    let included = number(&|field| field.included);
    let left = number(&|field| field.refused.is_none() && field.changed_since && !field.chosen);
    let mut ids: Vec<&str> =
        preview.iter().filter(|field| field.included).map(|field| field.pfa_id.as_str()).collect();
    ids.dedup();
    let records = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let mut text = if included == 0 {
        "Nothing would be restored.".to_owned()
    } else {
        format!(
            "{} of {} would be restored.",
            words::count(included, "field", "fields"),
            words::count(records, "record", "records")
        )
    };
    if left > 0 {
        text = format!(
            "{text} {} that somebody else changed since would be left alone.",
            words::count(left, "field", "fields")
        );
    }
    text
}

#[component]
fn Refused(records: Vec<RollbackRecord>) -> impl IntoView {
    let rules: Vec<_> = records
        .iter()
        .flat_map(|record| {
            record.refused.iter().map(move |rule| format!("{}: {}", record.pfa_id, rule.message))
        })
        .collect();
    (!rules.is_empty()).then(|| {
        view! {
            <Banner tone=Tone::Warn>
                <p>"With these values a record would break a rule. Nothing of it is restored:"</p>
                <ul>{rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view()}</ul>
            </Banner>
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;
    use vanguard_domain::record::Field;

    use super::*;

    fn field(pfa_id: &str, included: bool) -> RollbackField {
        RollbackField {
            pfa_id: pfa_id.into(),
            field: Field::Model,
            current: Json::Null,
            restored: Json::Null,
            changed_since: !included,
            chosen: false,
            changed_by: None,
            changed_at: None,
            included,
            refused: None,
            moved: false,
            previous: Json::Null,
        }
    }

    #[test]
    fn what_is_left_alone_is_said() {
        let preview = [field("A", true), field("A", true), field("B", true), field("C", false)];
        assert_eq!(
            sentence(&preview),
            "3 fields of 2 records would be restored. 1 field that somebody else changed since would be left alone."
        );
        assert_eq!(sentence(&[]), "Nothing would be restored.");
    }
}
