//! What a forecast that is being moved would become.

use leptos::prelude::*;

use super::bars::extent;
use super::proposing::Proposal;
use super::state::{Timeline, use_timeline};
use crate::components::grid::window::ROW_HEIGHT;

/// The proposed bar over its row, with its dates.
#[component]
pub fn Ghost() -> impl IntoView {
    let timeline = use_timeline();
    move || {
        let proposal = timeline.proposal.get()?;
        untrack(|| ghost(&timeline, &proposal))
    }
}

fn ghost(timeline: &Timeline, proposal: &Proposal) -> Option<AnyView> {
    let scale = timeline.scale.get_untracked();
    let start = proposal.after.start.or(proposal.after.end)?.date_naive();
    let end = proposal.after.end.or(proposal.after.start)?.date_naive();
    let (left, right) = extent((start, end), scale);
    let top = proposal.number.saturating_mul(ROW_HEIGHT);
    let mut class = "timeline-ghost".to_owned();
    let centre = timeline.centre.get_value();
    for (name, applies) in [
        (" is-wrong", proposal.fault.is_some()),
        // What is said stands where there is room for it.
        (" is-below", proposal.number <= timeline.grid.first_in_view.get_untracked()),
        (" is-at-end", centre.is_some_and(|centre| start > centre)),
    ] {
        if applies {
            class.push_str(name);
        }
    }
    let place = format!(
        "left:calc(var(--timeline-record-width) + {left}px);\
         top:calc(var(--grid-heading-height) + {top}px);width:{}px",
        right - left
    );
    let fault = proposal.fault.clone().map(|fault| view! { <strong>{fault}</strong> });
    Some(
        view! {
            <div class=class style=place aria-hidden="true">
                <span class="timeline-ghost-label">
                    <span>{proposal.told()}</span>
                    {fault}
                </span>
            </div>
        }
        .into_any(),
    )
}
