//! One field in conflict: what it was, what each side made of it, and which value shall hold.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{EditRule, Field};

use super::decision::Choice;
use super::picks::Picks;
use super::words;
use crate::backend::ConflictView;
use crate::components::compared_value::ComparedValue;
use crate::components::field_input::FieldInput;
use crate::components::field_value::FieldValue;
use crate::session::may;

/// A row of three columns; with radio buttons unless `readonly`.
#[component]
pub fn Dispute(conflict: ConflictView, field: Field, picks: Picks, readonly: bool) -> impl IntoView {
    let heading = format!("dispute-{}", field.name());
    let base = || conflict.base_data.get(field).cloned();
    let (before, under_yours, under_pems) = (base(), base(), base());
    let yours = conflict.local_data.get(field).cloned();
    let pems = conflict.pems_data.get(field).cloned();
    let own = !readonly && may_type(field);
    let ours = words::our_side(&conflict);
    view! {
        <div
            class="dispute"
            role=(!readonly).then_some("radiogroup")
            aria-labelledby=(!readonly).then(|| heading.clone())
        >
            <h3 id=heading.clone()>{field.label()}</h3>
            <div class="dispute-side">
                <span class="dispute-label">"Before"</span>
                <FieldValue field value=before />
            </div>
            <Side field picks readonly choice=Choice::Yours label=ours>
                <ComparedValue field value=yours from=under_yours />
            </Side>
            <Side field picks readonly choice=Choice::Pems label="PEMS".to_owned()>
                <ComparedValue field value=pems from=under_pems />
            </Side>
            {own.then(|| view! { <OwnValue conflict field picks /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Side(
    field: Field,
    picks: Picks,
    readonly: bool,
    choice: Choice,
    label: String,
    children: Children,
) -> impl IntoView {
    if readonly {
        return view! {
            <div class="dispute-side">
                <span class="dispute-label">{label}</span>
                {children()}
            </div>
        }
        .into_any();
    }
    view! {
        <label class="dispute-side dispute-choice">
            <Pick field picks choice />
            <span class="dispute-label">{label}</span>
            <span class="dispute-value">{children()}</span>
        </label>
    }
    .into_any()
}

#[component]
fn Pick(field: Field, picks: Picks, choice: Choice) -> impl IntoView {
    view! {
        <input
            type="radio"
            name=format!("choice[{}]", field.name())
            value=choice.name()
            prop:checked=move || picks.choice(field) == Some(choice)
            on:change=move |_| picks.choose(field, choice)
        />
    }
}

/// A value of neither side, checked as it is typed.
#[component]
fn OwnValue(conflict: ConflictView, field: Field, picks: Picks) -> impl IntoView {
    let text = RwSignal::from(picks.text(&conflict, field));
    let error_id = format!("own-error-{}", field.name());
    let fault = Memo::new(move |_| picks.fault(&conflict, field).map(|fault| fault.message));
    view! {
        <div class="dispute-side dispute-choice dispute-own">
            <label>
                <Pick field picks choice=Choice::Own />
                <span class="dispute-label">"Another value"</span>
            </label>
            <FieldInput
                field
                name=format!("own[{}]", field.name())
                id=format!("own-{}", field.name())
                text
                label=format!("Another value for {}", field.label())
                described_by=error_id.clone()
                invalid=Signal::derive(move || fault.with(Option::is_some))
                on_touch=move |()| picks.choose(field, Choice::Own)
            />
            <p id=error_id class="field-error" role="status">
                {fault}
            </p>
        </div>
    }
    .into_any()
}

/// Whether the user may give the field a value of his own; taking a side's value is another matter.
fn may_type(field: Field) -> bool {
    match field.spec().edit {
        EditRule::ReadOnly => false,
        EditRule::Needs(permission) => {
            may(permission) && (!field.is_money() || may(Permission::ViewFinancials))
        }
    }
}
