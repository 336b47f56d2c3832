//! How a conflict was decided.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::conflict::ConflictStatus;

use super::words;
use crate::backend::ConflictView;
use crate::components::banner::Banner;
use crate::components::relative_time::RelativeTime;
use crate::components::tone::Tone;
use crate::session::use_organization;

/// Who decided what, and when; a rule is named.
#[component]
pub fn Outcome(conflict: ConflictView) -> impl IntoView {
    if let (ConflictStatus::ResolvedAuto, Some(rule)) = (conflict.status, &conflict.rule) {
        let text = format!("Decided by the rule: {rule}.");
        let merged = format!("/o/{}/conflicts/merged", use_organization().code);
        return view! {
            <Banner tone=Tone::Ok>
                <p>
                    <strong>{text}</strong>
                    {conflict.resolved_at.map(|at| view! { " " <RelativeTime at /> })}
                </p>
                <p>"It can be undone on " <A href=merged>"Merged"</A> "."</p>
            </Banner>
        }
        .into_any();
    }
    let who = conflict.resolved_by.unwrap_or_else(|| "Somebody".to_owned());
    let what = conflict.resolution.map_or("a decision", words::resolution);
    view! {
        <Banner tone=Tone::Ok>
            <p>
                <strong>{who}</strong>
                {format!(" chose {what}")}
                {conflict.resolved_at.map(|at| view! { " " <RelativeTime at /> })}
                "."
            </p>
        </Banner>
    }
    .into_any()
}

/// What rules have decided already of a change whose rest is for a person; nothing if they have not.
#[component]
pub fn DecidedBeside(conflict: ConflictView) -> impl IntoView {
    let rule = conflict.rule.filter(|_| conflict.status == ConflictStatus::Unresolved);
    rule.map(|rule| {
        let text = format!("Other fields of this change were decided by the rule: {rule}.");
        view! {
            <Banner tone=Tone::Info>
                <p>{text}</p>
            </Banner>
        }
    })
}
