//! An act on one row: at once, or after a question; disabled, with the reason, where its state does not allow it.

use leptos::prelude::*;
use uuid::Uuid;

use super::acting::use_acting;
use crate::components::place_inputs::PlaceInputs;
use crate::server_fns::many_writes::WriteAct;

/// A button that does it at once.
#[component]
pub fn AtOnce(
    act: WriteAct,
    id: Uuid,
    label: &'static str,
    /// What it is done to, for screen readers: the record's key.
    #[prop(into)]
    of: String,
    /// Why not; `None` if it can be done.
    #[prop(optional_no_strip)]
    why_not: Option<String>,
    /// The path within the organisation to go back to.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let name = format!("{label} {of}");
    if why_not.is_some() {
        return view! { <Disabled label name why_not /> }.into_any();
    }
    let decide = use_acting().decide;
    let pending = decide.pending();
    view! {
        <ActionForm action=decide>
            <PlaceInputs back />
            <input type="hidden" name="act" value=act.name() />
            <input type="hidden" name="ids" value=id.to_string() />
            <button class="button button-small" type="submit" aria-label=name disabled=move || pending.get()>
                {label}
            </button>
        </ActionForm>
    }
    .into_any()
}

/// A link that asks first.
#[component]
pub fn AfterAsking(
    label: &'static str,
    #[prop(into)] of: String,
    #[prop(optional_no_strip)] why_not: Option<String>,
    /// The address with the question.
    href: String,
) -> impl IntoView {
    let name = format!("{} {of} …", label.trim_end_matches(" …"));
    if why_not.is_some() {
        return view! { <Disabled label name why_not /> }.into_any();
    }
    view! {
        <a class="button button-small" href=href data-noscroll="true" aria-label=name>
            {label}
        </a>
    }
    .into_any()
}

#[component]
fn Disabled(label: &'static str, name: String, why_not: Option<String>) -> impl IntoView {
    let explained = why_not.as_ref().map(|why_not| format!("{name}: {why_not}"));
    view! {
        <button class="button button-small" type="button" disabled=true title=why_not aria-label=explained>
            {label}
        </button>
    }
    .into_any()
}
