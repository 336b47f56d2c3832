//! How a conflict was decided.

use leptos::prelude::*;
use vanguard_domain::conflict::ConflictStatus;

use super::words;
use crate::backend::ConflictView;
use crate::components::banner::Banner;
use crate::components::relative_time::RelativeTime;
use crate::components::tone::Tone;

/// Who decided what, and when.
#[component]
pub fn Outcome(conflict: ConflictView) -> impl IntoView {
    let who = match (conflict.resolved_by, conflict.status) {
        (Some(user), _) => user,
        (None, ConflictStatus::ResolvedAuto) => "An ownership rule".to_owned(),
        (None, _) => "Somebody".to_owned(),
    };
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
