//! `/o/:org/conflicts/:id`: one conflict, to be decided.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;
use vanguard_domain::conflict::ConflictStatus;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::Field;

use super::broken_rules::BrokenRules;
use super::decide::{Decide, go_on_after};
use super::decision::changed_since;
use super::outcome::{DecidedBeside, Outcome};
use super::picks::Picks;
use super::sides::Sides;
use super::words;
use crate::backend::{BackendError, ConflictView};
use crate::components::banner::Banner;
use crate::components::change_list::ChangeList;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::record_link::RecordLink;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::conflicts::{DecideConflict, conflict};
use crate::session::{may, use_organization};

/// The page.
#[component]
pub fn ConflictPage() -> impl IntoView {
    let organization = use_organization();
    let events = use_events();
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::parse_str(&id).ok()));
    let loaded = fetched(
        // A record's new version in PEMS is a modification event.
        move || (id.get(), events.version(EventKind::Conflict), events.version(EventKind::Modification)),
        move |(id, ..)| async move {
            let id = id.ok_or_else(|| BackendError::not_found("conflict"))?;
            conflict(organization.id, id).await
        },
    );
    // Outside of what is shown anew with every fetch: what was chosen stays chosen, what was sent is answered.
    let picks = Picks::new();
    let decide = ServerAction::<DecideConflict>::new();
    go_on_after(decide);
    Effect::new(move |before: Option<Option<Uuid>>| {
        let now = id.get();
        if before.is_some_and(|before| before != now) {
            picks.clear();
        }
        now
    });
    view! {
        <div class="page conflict">
            <p>
                <A href=format!("/o/{}/conflicts", organization.code)>"All conflicts"</A>
            </p>
            <NoticeBanner />
            <Loaded resource=loaded what="the conflict" let:conflict>
                <Conflict conflict picks decide />
            </Loaded>
        </div>
    }
    .into_any()
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
                <h1>
                    <RecordLink pfa_id=conflict.pfa_id.clone() />
                </h1>
                <p class="muted">{details}</p>
            </div>
            <Tag tone glyph label />
        </div>
        {open.then(|| view! { <p>{words::explanation(&conflict)}</p> })}
        {open.then(|| view! { <MovedOn fields=changed_since(&conflict) /> })}
        <DecidedBeside conflict=conflict.clone() />
        <Sides conflict=conflict.clone() />
        {open.then(|| view! { <BrokenRules errors=conflict.broken_rules.clone() /> })}
        {(!open).then(|| view! { <Outcome conflict=conflict.clone() /> })}
        <Decide conflict=conflict.clone() picks decide readonly=!open || !may(Permission::Sync) />
        {(open && !may(Permission::Sync))
            .then(|| {
                view! {
                    <Banner tone=Tone::Info>
                        <p>"Deciding needs the permission Sync. Ask a portfolio manager to decide, or an administrator for the permission."</p>
                    </Banner>
                }
            })}
        <Undisputed conflict />
    }
    .into_any()
}

/// PEMS has gone on while the conflict waited.
#[component]
fn MovedOn(fields: Vec<Field>) -> impl IntoView {
    let labels: Vec<_> = fields.iter().map(|field| field.label()).collect();
    (!fields.is_empty()).then(|| {
        let text = format!(
            "PEMS has changed {} once more since. Unless you take PEMS's side, you will be asked again with the new \
             value.",
            labels.join(", ")
        );
        view! {
            <Banner tone=Tone::Warn role="status">
                <p>{text}</p>
            </Banner>
        }
    })
}

#[component]
fn Undisputed(conflict: ConflictView) -> impl IntoView {
    let count = conflict.undisputed.len();
    (count > 0).then(|| {
        let title = if count == 1 {
            "1 other change that nobody disputes".to_owned()
        } else {
            format!("{count} other changes that nobody disputes")
        };
        view! {
            <details class="panel folded">
                <summary>{title}</summary>
                <p class="muted">"They go to PEMS whatever you decide above."</p>
                <ChangeList before=conflict.base_data after=conflict.undisputed />
            </details>
        }
    })
}
