//! One conflict, to be decided: a dialog over the list of conflicts or over the grid.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;
use vanguard_domain::conflict::ConflictStatus;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::Field;

use super::broken_rules::BrokenRules;
use super::cost_impact::CostImpact;
use super::decide::{Decide, go_on_after};
use super::merged::Merged;
use super::outcome::{DecidedBeside, Outcome};
use super::picks::Picks;
use super::sides::Sides;
use super::words;
use crate::backend::{BackendError, ConflictView, Waiting};
use crate::components::banner::Banner;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::record_link::RecordLink;
use crate::components::shortcut::{Place, on_shortcut};
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::{fetched, outdated};
use crate::server_fns::conflicts::{DecideConflict, FoundConflict, conflict};
use crate::session::{may, use_organization};

/// Where the dialog is: the address of a conflict there, and without one the address of what is below.
pub type Over = Callback<Option<Uuid>, String>;

/// The dialog. `id` is `None` where the address holds no id.
#[component]
pub fn ConflictDialog(#[prop(into)] id: Signal<Option<Uuid>>, over: Over) -> impl IntoView {
    let organization_id = use_organization().id;
    // What was shown last, how often it became something else, and what waits besides.
    let (shown, waiting) = (StoredValue::new(None), RwSignal::new(Waiting::default()));
    let find = move |id: Option<Uuid>| async move {
        let id = id.ok_or_else(|| BackendError::not_found("conflict"))?;
        conflict(organization_id, id).await
    };
    let events = use_events();
    // A record's new version in PEMS is a modification event.
    let changes = move || [EventKind::Conflict, EventKind::Modification].map(|kind| events.version(kind));
    let version = outdated(changes, shown, move || async move {
        let found = find(id.get_untracked()).await?;
        // The dialog may be closed by now.
        let _ = waiting.try_set(found.waiting);
        Ok(found.conflict)
    });
    let loaded = fetched(move || (id.get(), version.get()), move |(id, _)| find(id));
    // Outside of what is shown anew with every fetch: what was chosen stays chosen, what was sent is answered.
    let picks = Picks::new();
    let decide = ServerAction::<DecideConflict>::new();
    go_on_after(decide, over);
    go_on_by_key(waiting, over);
    Effect::new(move |before: Option<Option<Uuid>>| {
        let now = id.get();
        if before.is_some_and(|before| before != now) {
            picks.clear();
        }
        now
    });
    view! {
        <Dialog title="Conflict" close=over.run(None) wide=true own_heading=true>
            <NoticeBanner />
            <Loaded resource=loaded what="the conflict" let:found>
                {remember(&found, shown, waiting)}
                <Conflict conflict=found.conflict picks decide />
                <Further waiting over />
            </Loaded>
        </Dialog>
    }
    .into_any()
}

fn remember(found: &FoundConflict, shown: StoredValue<Option<ConflictView>>, waiting: RwSignal<Waiting>) {
    shown.set_value(Some(found.conflict.clone()));
    waiting.set(found.waiting);
}

#[component]
fn Conflict(conflict: ConflictView, picks: Picks, decide: ServerAction<DecideConflict>) -> impl IntoView {
    let (tone, glyph, label) = words::status(conflict.status);
    let details =
        [&conflict.pfa_details.category, &conflict.pfa_details.class, &conflict.pfa_details.description]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · ");
    let open = conflict.status == ConflictStatus::Unresolved;
    view! {
        <Title text=format!("Conflict: {}", conflict.pfa_id) />
        <div class="page-head">
            <div>
                <h2>
                    <RecordLink pfa_id=conflict.pfa_id.clone() />
                </h2>
                <p class="muted">{details}</p>
            </div>
            <Tag tone glyph label />
        </div>
        {open.then(|| view! { <p>{words::explanation(&conflict)}</p> })}
        {open.then(|| view! { <MovedOn fields=conflict.changed_again.clone() /> })}
        <DecidedBeside conflict=conflict.clone() />
        <Sides conflict=conflict.clone() />
        {open.then(|| view! { <BrokenRules errors=conflict.broken_rules.clone() /> })}
        {(!open).then(|| view! { <Outcome conflict=conflict.clone() /> })}
        {open.then(|| view! { <CostImpact conflict=conflict.clone() picks /> })}
        <Decide conflict=conflict.clone() picks decide readonly=!open || !may(Permission::Sync) />
        {(open && !may(Permission::Sync))
            .then(|| {
                view! {
                    <Banner tone=Tone::Info>
                        <p>"Deciding needs the permission Sync. Ask a portfolio manager to decide, or an administrator for the permission."</p>
                    </Banner>
                }
            })}
        <Merged conflict />
    }
    .into_any()
}

/// PEMS has gone on since the conflict was found.
#[component]
fn MovedOn(fields: Vec<Field>) -> impl IntoView {
    let labels: Vec<_> = fields.iter().map(|field| field.label()).collect();
    (!fields.is_empty()).then(|| {
        let text =
            format!("PEMS has changed {} once more since. This is what it holds now.", labels.join(", "));
        view! {
            <Banner tone=Tone::Warn role="status">
                <p>{text}</p>
            </Banner>
        }
    })
}

/// The ways out: to the next conflict, or to what is below.
#[component]
fn Further(waiting: RwSignal<Waiting>, over: Over) -> impl IntoView {
    let next = Memo::new(move |_| waiting.with(|waiting| waiting.next));
    let to_next = move || {
        next.get().map(|id| {
            view! {
                <a class="button" href=over.run(Some(id)) data-noscroll="true" aria-keyshortcuts="n">
                    "Next conflict "
                    <kbd>"n"</kbd>
                </a>
            }
        })
    };
    let count = move || match waiting.with(|waiting| waiting.count) {
        0 => "No conflict waits for a decision".to_owned(),
        1 => "1 conflict waits for a decision".to_owned(),
        count => format!("{count} conflicts wait for a decision"),
    };
    view! {
        <div class="button-row">
            <span class="muted">{count}</span>
            <CloseDialog label="Close" />
            {to_next}
        </div>
    }
    .into_any()
}

/// `n` goes to the next conflict.
fn go_on_by_key(waiting: RwSignal<Waiting>, over: Over) {
    let navigate = use_navigate();
    on_shortcut("n", Place::Dialog, move || {
        let Some(id) = waiting.with_untracked(|waiting| waiting.next) else { return false };
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&over.run(Some(id)), options);
        true
    });
}
