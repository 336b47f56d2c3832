//! Where a cell's change stands: an icon, a word, and a tooltip with what, who, when and why.

use leptos::prelude::*;
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;

use crate::backend::OpenChange;
use crate::components::icon::Glyph;
use crate::components::sync_state::{SyncState, meaning};
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::session::use_organization;

use super::cell::Mark;
use super::columns::Column;

pub fn mark_view(mark: Mark, column: Column) -> AnyView {
    match mark {
        Mark::Wrong(reason) => tag(Tone::Bad, Glyph::Warning, "Error", reason),
        Mark::NotSaved => {
            let detail = "The server could not be reached. It is being tried again; nothing is lost.";
            tag(Tone::Warn, Glyph::Plug, "Not saved yet", detail.to_owned())
        }
        Mark::Saving => tag(Tone::Neutral, Glyph::Clock, "Saving", "Being saved as a draft.".to_owned()),
        Mark::Synced => view! { <SyncState state=ModificationState::Synced /> }.into_any(),
        Mark::Change(change) => {
            let detail = change_title(&change, column);
            let state = view! { <SyncState state=change.state detail /> };
            match conflict_link(&change) {
                // Reached with Enter from its cell, like everything in the grid.
                Some(href) => {
                    view! { <a class="grid-conflict" href=href tabindex="-1">{state}</a> }.into_any()
                }
                None => state.into_any(),
            }
        }
    }
}

fn tag(tone: Tone, glyph: Glyph, label: &'static str, detail: String) -> AnyView {
    view! { <Tag tone glyph label detail /> }.into_any()
}

fn conflict_link(change: &OpenChange) -> Option<String> {
    let id = change.conflict_id?;
    Some(format!("/o/{}/conflicts/{id}", use_organization().code))
}

/// What, who, when, why. The time is absolute: server and browser must write the same.
fn change_title(change: &OpenChange, column: Column) -> String {
    let what = match (change.operation, column) {
        (Operation::Delete, _) => "Discontinue the record".to_owned(),
        (Operation::Update, Column::Field(field)) => format!("{} changed", field.label()),
        (Operation::Update, _) => {
            let fields: Vec<&str> = change.fields.iter().map(|field| field.label()).collect();
            format!("{} changed", fields.join(", "))
        }
    };
    let mut title = format!(
        "{what} by {}, {} UTC. {}",
        change.author,
        change.since.format("%Y-%m-%d %H:%M"),
        meaning(change.state)
    );
    if let Some(error) = &change.error {
        title.push(' ');
        title.push_str(error);
    }
    title
}

/// PEMS changed the field since the draft was begun.
pub fn pems_changed_view(column: Column) -> AnyView {
    let title = format!(
        "PEMS changed {} since you began this draft. On commit, changes of different fields are merged; a change \
         of the same field becomes a conflict for you to decide.",
        column.label()
    );
    view! { <Tag tone=Tone::Info glyph=Glyph::ArrowDown label="PEMS changed" detail=title icon_only=true /> }
        .into_any()
}
