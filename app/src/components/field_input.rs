//! An input for a value of a record's field, by the kind of the field.

use leptos::prelude::*;
use serde_json::Value as Json;
use vanguard_domain::record::{Field, FieldKind, Value, ValueError};

/// An input that fits the field: text, choice, yes/no, day, amount.
///
/// It holds text, as forms do; [`read`] makes a value of it.
#[component]
pub fn FieldInput(
    field: Field,
    /// The name in the form.
    #[prop(into)]
    name: String,
    #[prop(into)] id: String,
    text: RwSignal<String>,
    /// For screen readers; there is a visible label elsewhere or this is it.
    #[prop(into)]
    label: String,
    /// The id of the element that says what is wrong.
    #[prop(into)]
    described_by: String,
    #[prop(into)] invalid: Signal<bool>,
    /// Called when the user touches it.
    #[prop(into)]
    on_touch: Callback<()>,
) -> impl IntoView {
    let typed = move |event| {
        on_touch.run(());
        text.set(event_target_value(&event));
    };
    let is_invalid = move || invalid.get().then_some("true");
    let options: Vec<(&str, &str)> = match field.spec().kind {
        FieldKind::Choice(choices) => choices.iter().map(|choice| (*choice, *choice)).collect(),
        FieldKind::Flag => vec![("true", "Yes"), ("false", "No")],
        FieldKind::Text { .. } | FieldKind::Date | FieldKind::Money => Vec::new(),
    };
    if options.is_empty() {
        let (kind, mode, length) = match field.spec().kind {
            FieldKind::Date => ("date", None, None),
            FieldKind::Money => ("text", Some("decimal"), Some(16)),
            FieldKind::Text { max } => ("text", None, Some(max)),
            FieldKind::Choice(_) | FieldKind::Flag => ("text", None, None),
        };
        let initial = text.get_untracked();
        view! {
            <input
                class="input"
                type=kind
                inputmode=mode
                maxlength=length.map(|length| length.to_string())
                name=name
                id=id
                value=initial
                prop:value=move || text.get()
                aria-label=label
                aria-describedby=described_by
                aria-invalid=is_invalid
                on:input=typed
            />
        }
        .into_any()
    } else {
        let offered = options
            .into_iter()
            .map(|(value, word)| {
                let chosen = text.get_untracked() == value;
                view! { <option value=value selected=chosen>{word}</option> }
            })
            .collect_view();
        view! {
            <select
                class="input"
                name=name
                id=id
                prop:value=move || text.get()
                aria-label=label
                aria-describedby=described_by
                aria-invalid=is_invalid
                on:change=typed
            >
                {offered}
            </select>
        }
        .into_any()
    }
}

/// What an input shows for a value.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        other => other.to_string(),
    }
}

/// The text of an input in the form of the API's JSON.
pub fn json_of(field: Field, text: &str) -> Json {
    match (field.spec().kind, text) {
        (FieldKind::Flag, "true") => Json::Bool(true),
        (FieldKind::Flag, "false") => Json::Bool(false),
        (_, text) => Json::String(text.to_owned()),
    }
}

/// The value that the text of an input stands for.
pub fn read(field: Field, text: &str) -> Result<Value, ValueError> {
    field.parse(&json_of(field, text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_input_shows_is_read_back_as_the_same_value() {
        for (field, json) in [
            (Field::IsFundsTransferable, json!(false)),
            (Field::ForecastEnd, json!("2026-03-31")),
            (Field::ForecastEnd, json!(null)),
            (Field::MonthlyRate, json!("5500.00")),
            (Field::Source, json!("Rental")),
            (Field::Description, json!("Crane 50 t")),
        ] {
            let value = field.parse(&json).unwrap();
            assert_eq!(read(field, &text_of(&value)), Ok(value), "{field}");
        }
    }
}
