//! Where a cell's change stands: an icon, a word, and a tooltip with what, who, when and why.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_router::location::Url;
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
use super::state::{Grid, Way};

pub fn mark_view(grid: &Grid, mark: Mark, column: Column) -> AnyView {
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
            match change.conflict_id {
                Some(id) => link(grid, Way::Conflict(id), state.into_any()),
                None if column == Column::State => writes_of(&change, state.into_any()),
                None => state.into_any(),
            }
        }
    }
}

fn tag(tone: Tone, glyph: Glyph, label: &'static str, detail: String) -> AnyView {
    view! { <Tag tone glyph label detail /> }.into_any()
}

/// Leads to the writes of a committed change; a draft has none.
fn writes_of(change: &OpenChange, content: AnyView) -> AnyView {
    if change.state == ModificationState::Draft {
        return content;
    }
    let href = format!("/o/{}/sync/queue?search={}", use_organization().code, change.modification_id);
    view! { <a class="grid-way" href=href tabindex="-1">{content}</a> }.into_any()
}

/// Leads to a dialog over the grid. Reached with Enter from its cell, like everything in the grid.
fn link(grid: &Grid, way: Way, content: AnyView) -> AnyView {
    let code = use_organization().code;
    // For another tab, and without scripts.
    let href = match &way {
        Way::Conflict(id) => format!("/o/{code}/conflicts/{id}"),
        Way::Rebase(pfa_id) => {
            let pfa_id = Url::escape(pfa_id);
            format!("/o/{code}/records?focus={pfa_id}&dialog=rebase-{pfa_id}")
        }
    };
    let open = grid.input.open;
    let follow = move |event: MouseEvent| {
        if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            open.run(way.clone());
        }
    };
    view! { <a class="grid-way" href=href tabindex="-1" on:click=follow>{content}</a> }.into_any()
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
pub fn pems_changed_view(grid: &Grid, pfa_id: &str, column: Column) -> AnyView {
    let title = format!(
        "PEMS changed {} since you began this draft. On commit, changes of different fields are merged; a change \
         of the same field becomes a conflict for you to decide.",
        column.label()
    );
    let tag = view! { <Tag tone=Tone::Info glyph=Glyph::ArrowDown label="PEMS changed" detail=title icon_only=true /> };
    link(grid, Way::Rebase(pfa_id.to_owned()), tag.into_any())
}
