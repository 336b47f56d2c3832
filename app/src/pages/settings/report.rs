//! What the rules would have done, and the button that switches them on.

use leptos::html;
use leptos::prelude::*;
use vanguard_domain::ownership::OwnershipRules;
use vanguard_domain::what_if::Tally;

use super::examples::Examples;
use crate::backend::WhatIfReport;
use crate::components::field_value::grouped;
use crate::components::place_inputs::PlaceInputs;
use crate::server_fns::ownership::SetOwnership;

/// The report on `rules`.
#[component]
pub fn Report(
    report: WhatIfReport,
    rules: OwnershipRules,
    /// Whether something else was chosen since.
    changed: RwSignal<bool>,
    set: ServerAction<SetOwnership>,
) -> impl IntoView {
    let WhatIfReport { tally, is_cut, examples, seen } = report;
    let what = if rules.is_empty() {
        "A person would have decided every conflict.".to_owned()
    } else {
        format!("The rules: {}.", rules.words(rules.iter().map(|(field, _)| field)))
    };
    // It stands below the form that asked for it.
    let section = NodeRef::<html::Section>::new();
    Effect::new(move || {
        if let Some(section) = section.get() {
            section.scroll_into_view();
        }
    });
    view! {
        <section class="panel" node_ref=section aria-labelledby="what-if-heading">
            <h2 id="what-if-heading">"What it would have done"</h2>
            <p>{what}</p>
            <Counts tally is_cut />
            <Examples examples />
            <Switch rules seen changed set />
        </section>
    }
    .into_any()
}

#[component]
fn Counts(tally: Tally, is_cut: bool) -> impl IntoView {
    if tally.conflicts == 0 {
        return view! {
            <p>"There was no conflict yet in which both sides had changed a field, so there is nothing to compare with."</p>
        }
        .into_any();
    }
    let newest = if is_cut { "the newest " } else { "" };
    let looked_at = format!(
        "Looked at {newest}{} in which both sides had changed the same field:",
        counted(tally.conflicts, "conflict", "conflicts")
    );
    let rows = [
        ("decided, nobody would have been asked", tally.wholly),
        ("decided in part, a person would have been asked about fewer fields", tally.partly),
        ("left to a person, because the result would have broken a rule of validation", tally.unsound),
        ("not touched, a person would have decided as before", tally.not_at_all),
    ];
    let rows = rows.into_iter().map(|(label, count)| view! { <Count label count /> }).collect_view();
    let people = (tally.same + tally.different > 0).then(|| {
        view! {
            <p>"Of those that people decided themselves, they had chosen"</p>
            <ul class="counts">
                <Count label="the same as the rules" count=tally.same />
                <Count label="something else" count=tally.different />
            </ul>
        }
    });
    view! {
        <p>{looked_at}</p>
        <ul class="counts">{rows}</ul>
        {people}
    }
    .into_any()
}

#[component]
fn Count(label: &'static str, count: u32) -> impl IntoView {
    view! {
        <li>
            <strong>{grouped(&count.to_string())}</strong>
            " "
            {label}
        </li>
    }
    .into_any()
}

#[component]
fn Switch(
    rules: OwnershipRules,
    seen: String,
    changed: RwSignal<bool>,
    set: ServerAction<SetOwnership>,
) -> impl IntoView {
    let pending = set.pending();
    let label = if rules.is_empty() { "Switch all rules off" } else { "Switch on" };
    let hint = move || {
        if changed.get() {
            "You have chosen something else since: look first at what that would have done."
        } else {
            "They hold for conflicts that are found from then on. Open ones stay with people."
        }
    };
    let json = serde_json::to_string(&rules).unwrap_or_default();
    view! {
        <ActionForm action=set>
            <PlaceInputs back="settings" />
            <input type="hidden" name="rules" value=json />
            <input type="hidden" name="seen" value=seen />
            <div class="button-row">
                <button
                    class="button button-primary"
                    type="submit"
                    disabled=move || changed.get() || pending.get()
                >
                    {label}
                </button>
                <span class="field-hint" role="status">
                    {hint}
                </span>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// "1 conflict", "1,200 conflicts".
fn counted(count: u32, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(&count.to_string())) }
}
