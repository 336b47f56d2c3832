//! The filters: one input for each field that can be filtered by. They stand in the toolbar's form.

use leptos::prelude::*;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::{Field, FieldKind};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement};

use crate::components::grid::list::{ListView, SEARCH, STATE};
use crate::components::grid::state::use_grid;

use super::steering::{Steering, use_steering};

/// The fields that are offered, in the order in which planners narrow a list down.
const FIELDS: [Field; 12] = [
    Field::Category,
    Field::Class,
    Field::AreaSilo,
    Field::Source,
    Field::Dor,
    Field::IsActualized,
    Field::IsDiscontinued,
    Field::IsFundsTransferable,
    Field::Manufacturer,
    Field::Model,
    Field::Contract,
    Field::Equipment,
];

/// The states that a record's open change can be in; `synced` stands for: no open change.
const STATES: [(ModificationState, &str); 7] = [
    (ModificationState::Draft, "Draft"),
    (ModificationState::PendingSync, "Waiting"),
    (ModificationState::Queued, "Queued"),
    (ModificationState::Syncing, "Sending"),
    (ModificationState::Conflict, "Conflict"),
    (ModificationState::SyncError, "Failed"),
    (ModificationState::Synced, "No open change"),
];

/// The name that a state goes by among the filters.
pub fn state_label(state: ModificationState) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or(state.label(), |(_, label)| label)
}

/// A panel that unfolds; the number of filters in use stands on it.
#[component]
pub fn FilterFields() -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let list = grid.input.list;
    let in_use = move || list.with(|list| list.filter.len() + usize::from(list.state.is_some()));
    let title = move || match in_use() {
        0 => "Filters".to_owned(),
        number => format!("Filters ({number})"),
    };
    let inputs: Vec<AnyView> = FIELDS
        .into_iter()
        .map(|field| match offered(field) {
            Some(options) => select(steering, list, field, options),
            None => text(steering, field),
        })
        .collect();
    view! {
        <details class="records-filters">
            <summary class="button">{title}</summary>
            <div class="records-filter-panel">
                {state_select(steering, list)}
                {inputs}
                <div class="button-row">
                    <button type="submit" class="button button-primary">"Apply"</button>
                    <a class="button" href=move || list.with(|list| list.unfiltered().link()) data-noscroll="true">
                        "Clear filters"
                    </a>
                </div>
            </div>
        </details>
    }
    .into_any()
}

/// The choices of a field that has no others: value and word.
fn offered(field: Field) -> Option<Vec<(&'static str, &'static str)>> {
    match field.spec().kind {
        FieldKind::Choice(choices) => Some(choices.iter().map(|choice| (*choice, *choice)).collect()),
        FieldKind::Flag => Some(vec![("true", "Yes"), ("false", "No")]),
        FieldKind::Text { .. } | FieldKind::Date | FieldKind::Money => None,
    }
}

fn select(
    steering: Steering,
    list: Signal<ListView>,
    field: Field,
    options: Vec<(&'static str, &'static str)>,
) -> AnyView {
    let now = Memo::new(move |_| list.with(|list| list.filter.get(&field).cloned().unwrap_or_default()));
    let change = move |event| {
        let value = event_target_value(&event);
        steering.show(list.with_untracked(|list| list.filtered(field, &value)));
    };
    labelled(field.name(), field.label(), choice(field.name(), options, now, change))
}

fn state_select(steering: Steering, list: Signal<ListView>) -> AnyView {
    let now = Memo::new(move |_| {
        list.with(|list| list.state.map(|state| state.as_str().to_owned())).unwrap_or_default()
    });
    let change = move |event| {
        let state = event_target_value(&event).parse().ok();
        steering.show(ListView { state, ..list.get_untracked() });
    };
    let options = STATES.iter().map(|(state, label)| (state.as_str(), *label)).collect();
    labelled(STATE, "State", choice(STATE, options, now, change))
}

fn choice(
    name: &'static str,
    options: Vec<(&'static str, &'static str)>,
    now: Memo<String>,
    change: impl Fn(leptos::ev::Event) + 'static,
) -> AnyView {
    let first = now.get_untracked();
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, word)| view! { <option value=value selected={first == value}>{word}</option> })
        .collect();
    view! {
        <select
            class="input"
            id=format!("filter-{name}")
            name=name
            prop:value=move || now.get()
            on:change=change
        >
            <option value="">"Any"</option>
            {options}
        </select>
    }
    .into_any()
}

/// A text is matched as a whole; values of rows at hand are offered.
fn text(steering: Steering, field: Field) -> AnyView {
    let grid = use_grid();
    let list = grid.input.list;
    let now = Memo::new(move |_| list.with(|list| list.filter.get(&field).cloned().unwrap_or_default()));
    let known = RwSignal::new(Vec::<String>::new());
    let id = format!("filter-{}", field.name());
    let offered = format!("values-{}", field.name());
    let input = view! {
        <input
            class="input"
            type="text"
            id=id
            name=field.name()
            list=offered.clone()
            autocomplete="off"
            value=now.get_untracked()
            prop:value=move || now.get()
            on:focus=move |_| known.set(grid.values_at_hand(field))
            on:change=move |event| {
                let value = event_target_value(&event);
                steering.show(list.with_untracked(|list| list.filtered(field, value.trim())));
            }
        />
        <datalist id=offered>
            {move || known.get().into_iter().map(|value| view! { <option value=value></option> }).collect_view()}
        </datalist>
    };
    labelled(field.name(), field.label(), input.into_any())
}

fn labelled(name: &'static str, label: &'static str, input: AnyView) -> AnyView {
    view! {
        <div class="field">
            <label for=format!("filter-{name}")>{label}</label>
            {input}
        </div>
    }
    .into_any()
}

/// What the form asks for; the order stays as it is.
pub fn read_form(form: &HtmlFormElement, shown: &ListView) -> ListView {
    let value = |name: &str| {
        let input = form.query_selector(&format!("[name='{name}']")).ok().flatten();
        let input = input.and_then(|input| input.dyn_into::<HtmlElement>().ok());
        // `value` of inputs and selects alike.
        input
            .and_then(|input| js_sys::Reflect::get(&input, &"value".into()).ok())
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    let mut list = ListView { search: value(SEARCH), state: value(STATE).parse().ok(), ..shown.clone() };
    for field in FIELDS {
        list = list.filtered(field, value(field.name()).trim());
    }
    list
}
