//! The bar below the grid: how much is drafted, whether it is saved, and the way to PEMS.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;

use crate::components::grid::saving::Saving;
use crate::components::grid::state::{Grid, use_grid};
use crate::hydration::use_hydrated;

use super::address::Dialog;
use super::commit::{Stage, use_commit};
use super::commit_result::{CommitResult, plural};
use super::steering::use_steering;

/// The id of the reason why the commit button is disabled.
const REASON_ID: &str = "commit-reason";

#[component]
pub fn DraftBar() -> impl IntoView {
    let grid = use_grid();
    let address = use_steering().address;
    let has_drafts = Memo::new(move |_| grid.drafts.with(|drafts| drafts.records > 0));
    let link = move |dialog| address.with(|address| address.with_dialog(Some(dialog)).link());
    let counted = move || {
        let drafts = grid.drafts.get();
        match drafts.records {
            0 => "No drafts".to_owned(),
            records => {
                format!(
                    "{} of {} drafted",
                    plural(drafts.fields.into(), "field"),
                    plural(records.into(), "record")
                )
            }
        }
    };
    let outdated = move || {
        let outdated = grid.drafts.with(|drafts| drafts.outdated);
        (outdated > 0).then(|| {
            let records = plural(outdated.into(), "record");
            view! {
                <span class="draft-outdated">
                    {format!("PEMS has changed {records} since you began. Review before you commit.")}
                </span>
            }
        })
    };
    let reviewing = move || {
        has_drafts.get().then(|| {
            view! {
                <a class="button" href=move || link(Dialog::Review) data-noscroll="true">"Review"</a>
                <a class="button" href=move || link(Dialog::DiscardAll) data-noscroll="true">"Discard all…"</a>
            }
        })
    };
    view! {
        <CommitResult />
        <div class="draft-bar" role="region" aria-label="Drafts">
            <strong class="draft-count">{counted}</strong>
            <SavingState />
            {outdated}
            <div class="button-row">
                {reviewing}
                <CommitButton />
            </div>
        </div>
    }
    .into_any()
}

/// Whether everything typed here is on the server.
#[component]
fn SavingState() -> impl IntoView {
    let grid = use_grid();
    let text = move || match grid.saving.get() {
        Saving::Busy => "Saving…".to_owned(),
        Saving::Waiting => {
            "Not saved yet: the server cannot be reached. Trying again; nothing is lost.".to_owned()
        }
        Saving::Stopped(error) => format!("Not saved: {error}"),
        Saving::Idle => match grid.faults() {
            0 => String::new(),
            faults => {
                format!(
                    "{} not saved: see the marked cells.",
                    plural(i64::try_from(faults).unwrap_or(i64::MAX), "value")
                )
            }
        },
    };
    let is_stopped = Memo::new(move |_| matches!(grid.saving.get(), Saving::Stopped(_) | Saving::Waiting));
    view! {
        <span class="draft-saving" role="status">{text}</span>
        {move || is_stopped.get().then(|| view! {
            <button type="button" class="button button-small" on:click=move |_| grid.save()>"Save now"</button>
        })}
    }
    .into_any()
}

#[component]
fn CommitButton() -> impl IntoView {
    let grid = use_grid();
    let commit = use_commit();
    let hydrated = use_hydrated();
    let reason = Memo::new(move |_| reason_against(&grid));
    let word = move || match commit.stage.get() {
        Stage::WaitingForSaves => "Saving…",
        Stage::Committing => "Committing…",
        _ => "Commit & sync",
    };
    view! {
        <button
            type="button"
            class="button button-primary"
            disabled=move || !hydrated.get() || commit.is_busy() || reason.get().is_some()
            aria-describedby=move || reason.get().map(|_| REASON_ID)
            on:click=move |_| commit.start()
        >
            {word}
        </button>
        {move || reason.get().map(|reason| view! { <span class="draft-reason" id=REASON_ID>{reason}</span> })}
    }
    .into_any()
}

/// Why nothing can be committed.
fn reason_against(grid: &Grid) -> Option<&'static str> {
    if !grid.may(Permission::Sync) {
        return Some("Committing needs the permission Sync. Ask an administrator for it.");
    }
    let has_something = grid.drafts.with(|drafts| drafts.records > 0) || grid.has_unsaved();
    (!has_something).then_some("There is nothing to commit.")
}
