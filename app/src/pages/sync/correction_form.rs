//! Edit and retry: the values of a failed change in a form, checked as they are typed.

use std::collections::BTreeMap;

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{EditRule, Field, FieldMap};
use vanguard_domain::validation::FieldError;

use super::correction;
use crate::backend::DeadLetterDetail;
use crate::components::change_list::fields_of;
use crate::components::field_input::{self, FieldInput};
use crate::components::field_value::FieldValue;
use crate::components::place_inputs::PlaceInputs;
use crate::components::table_frame::TableFrame;
use crate::server_fns::queue::CorrectLetter;
use crate::session::{may, use_organization, use_user};

/// What was typed so far. Outlives refetches of the letter. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    /// Reference-counted, because the inputs that ask for them first are gone with the next refetch.
    texts: StoredValue<BTreeMap<Field, ArcRwSignal<String>>>,
    reason: RwSignal<String>,
}

impl Typed {
    #[expect(
        clippy::new_without_default,
        reason = "it makes signals, which belong to the component that calls it"
    )]
    pub fn new() -> Self {
        Self { texts: StoredValue::new(BTreeMap::new()), reason: RwSignal::new(String::new()) }
    }

    /// The text of a field; it begins as what the change had, or what PEMS has.
    fn text(self, field: Field, failed: &FieldMap, record: &FieldMap) -> ArcRwSignal<String> {
        if let Some(text) = self.texts.with_value(|texts| texts.get(&field).cloned()) {
            return text;
        }
        let value = failed.get(field).or_else(|| record.get(field));
        let text = ArcRwSignal::new(value.map(field_input::text_of).unwrap_or_default());
        self.texts.update_value(|texts| {
            texts.insert(field, text.clone());
        });
        text
    }
}

/// The fields that `?fields=` adds to those of the change.
fn added() -> Vec<Field> {
    use_query_map().with_untracked(|query| {
        let words =
            [query.get("fields"), query.get("add")].into_iter().flatten().collect::<Vec<_>>().join(",");
        words.split(',').filter_map(|name| name.parse().ok()).collect()
    })
}

/// Whether the user may give the field a value.
fn may_type(field: Field) -> bool {
    match field.spec().edit {
        EditRule::ReadOnly => false,
        EditRule::Needs(permission) => {
            may(permission) && (!field.is_money() || may(Permission::ViewFinancials))
        }
    }
}

/// The section.
#[component]
pub fn CorrectionForm(
    detail: DeadLetterDetail,
    typed: Typed,
    correct: ServerAction<CorrectLetter>,
) -> impl IntoView {
    let DeadLetterDetail { letter, record_version, record, next_item_id: _ } = detail;
    let (before, failed) = (fields_of(&letter.before), fields_of(&letter.payload));
    let mut fields: Vec<Field> = failed.fields().collect();
    for field in added() {
        if !fields.contains(&field) && may_type(field) {
            fields.push(field);
        }
    }
    let texts: Vec<(Field, ArcRwSignal<String>)> =
        fields.iter().map(|field| (*field, typed.text(*field, &failed, &record))).collect();
    let permissions = use_user().map(|user| user.permissions).unwrap_or_default();
    let (watched, now) = (texts.clone(), record.clone());
    let faults = Memo::new(move |_| {
        let values: Vec<(Field, String)> = watched.iter().map(|(field, text)| (*field, text.get())).collect();
        correction::faults(&now, &values, &permissions)
    });
    let rows = texts
        .into_iter()
        .map(|(field, text)| {
            let (before, now) = (before.get(field).cloned(), record.get(field).cloned());
            view! { <Row field before now text=RwSignal::from(text) faults /> }
        })
        .collect_view();
    let others: Vec<Field> =
        Field::ALL.into_iter().filter(|field| !fields.contains(field) && may_type(*field)).collect();
    let pending = correct.pending();
    let path = format!("sync/dead-letters/{}", letter.id);
    let (back, shown, kept) = (path.clone(), fields.clone(), fields);
    view! {
        <section aria-labelledby="edit" class="panel">
            <h2 id="edit" tabindex="-1">
                "Edit and retry"
            </h2>
            <p class="field-hint">
                "What you send is based on what PEMS has now. A field that you give PEMS's value is left alone."
            </p>
            <ActionForm action=correct>
                <PlaceInputs back />
                <input type="hidden" name="letter_id" value=letter.id.to_string() />
                <input type="hidden" name="seen_version" value=record_version.to_string() />
                <Columns>{rows}</Columns>
                <div class="field correction-reason">
                    <label for="correction-reason">"Reason, sent to PEMS (optional)"</label>
                    <input
                        class="input"
                        id="correction-reason"
                        name="reason"
                        maxlength="500"
                        prop:value=move || typed.reason.get()
                        on:input=move |event| typed.reason.set(event_target_value(&event))
                    />
                </div>
                <Faults faults fields=shown />
                <div class="button-row">
                    <button
                        class="button button-primary"
                        type="submit"
                        disabled=move || pending.get() || faults.with(|faults| !faults.is_empty())
                    >
                        "Send these values"
                    </button>
                </div>
            </ActionForm>
            <AddField path others fields=kept />
        </section>
    }
    .into_any()
}

#[component]
fn Columns(children: Children) -> impl IntoView {
    view! {
        <TableFrame label="Values of the failed change">
            <table class="table correction-table">
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        <th scope="col">"Before"</th>
                        <th scope="col">"In PEMS now"</th>
                        <th scope="col">"To send"</th>
                    </tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(
    field: Field,
    #[prop(optional_no_strip)] before: Option<vanguard_domain::record::Value>,
    #[prop(optional_no_strip)] now: Option<vanguard_domain::record::Value>,
    text: RwSignal<String>,
    faults: Memo<Vec<FieldError>>,
) -> impl IntoView {
    let error_id = format!("correction-error-{}", field.name());
    let fault = Memo::new(move |_| {
        faults.with(|faults| {
            faults.iter().find(|fault| fault.field == field.name()).map(|fault| fault.message.clone())
        })
    });
    // A field that was not part of the change was what PEMS has.
    let before = before.or_else(|| now.clone());
    view! {
        <tr>
            <th scope="row">{field.label()}</th>
            <td>
                <FieldValue field value=before />
            </td>
            <td>
                <FieldValue field value=now />
            </td>
            <td class="correction-input">
                <FieldInput
                    field
                    name=format!("value[{}]", field.name())
                    id=format!("correction-{}", field.name())
                    text
                    label=field.label()
                    described_by=error_id.clone()
                    invalid=Signal::derive(move || fault.with(Option::is_some))
                    on_touch=move |()| ()
                />
                <p id=error_id class="field-error" role="status">
                    {fault}
                </p>
            </td>
        </tr>
    }
    .into_any()
}

/// What is wrong with the values together, beside what stands at the fields.
#[component]
fn Faults(faults: Memo<Vec<FieldError>>, fields: Vec<Field>) -> impl IntoView {
    let elsewhere = move || {
        faults.with(|faults| {
            faults
                .iter()
                .filter(|fault| !fields.iter().any(|field| field.name() == fault.field))
                .map(|fault| view! { <li>{fault.message.clone()}</li> })
                .collect_view()
        })
    };
    view! {
        <ul class="decide-faults" role="status">
            {elsewhere}
        </ul>
    }
    .into_any()
}

/// Another field for the change: a plain form, so that the address says it.
#[component]
fn AddField(path: String, others: Vec<Field>, fields: Vec<Field>) -> impl IntoView {
    let action = format!("/o/{}/{path}", use_organization().code);
    let kept = fields.iter().map(|field| field.name()).collect::<Vec<_>>().join(",");
    let (navigate, chosen) = (use_navigate(), NodeRef::<html::Select>::new());
    let (page, shown) = (action.clone(), kept.clone());
    // Without leaving the page: what was typed stays.
    let add = move |event: SubmitEvent| {
        if let Some(select) = chosen.get_untracked() {
            event.prevent_default();
            let address = format!("{page}?fields={shown}&add={}", select.value());
            navigate(&address, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    let options = others
        .into_iter()
        .map(|field| view! { <option value=field.name()>{field.label()}</option> })
        .collect_view();
    view! {
        <form method="get" action=action class="sync-search" on:submit=add>
            <input type="hidden" name="fields" value=kept />
            <label for="correction-add">"Another field"</label>
            <select class="input" id="correction-add" name="add" node_ref=chosen>
                {options}
            </select>
            <button class="button" type="submit">
                "Add"
            </button>
        </form>
    }
    .into_any()
}
