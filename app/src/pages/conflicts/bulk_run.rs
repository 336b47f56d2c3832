//! Deciding many conflicts, a slice at a time: how far it is, and what became of each.
//!
//! It goes on while one works on elsewhere in the app; each slice is decided as a whole or not at all.

use std::collections::VecDeque;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use uuid::Uuid;
use vanguard_domain::conflict::Resolution;

use super::words;
use crate::components::banner::Banner;
use crate::components::field_value::grouped;
use crate::components::progress::Progress;
use crate::components::tone::Tone;
use crate::server_fns::many_conflicts::{BulkFate, Decidable, as_seen, decide_many};
use crate::session::use_organization;

/// So many in a request: often enough that the bar moves, seldom enough that the requests do not weigh.
const SLICE: usize = 50;

/// What is being decided, or was.
#[derive(Debug, Clone)]
struct Run {
    side: Resolution,
    total: usize,
    fates: Vec<BulkFate>,
}

impl Run {
    fn is_over(&self) -> bool {
        self.fates.len() >= self.total
    }
}

/// The page's run. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct BulkRun(RwSignal<Option<Run>>);

impl BulkRun {
    #[expect(
        clippy::new_without_default,
        reason = "it makes signals, which belong to the component that calls it"
    )]
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Decides `decidable` for one side, unless a run is under way. Only in the browser.
    pub fn begin(self, organization_id: Uuid, side: Resolution, decidable: Vec<Decidable>) {
        if self.is_running() {
            return;
        }
        self.0.set(Some(Run { side, total: decidable.len(), fates: Vec::with_capacity(decidable.len()) }));
        spawn_local(async move {
            let mut waiting = VecDeque::from(decidable);
            while !waiting.is_empty() {
                let slice: Vec<Decidable> = waiting.drain(..waiting.len().min(SLICE)).collect();
                match decide_many(organization_id, side, as_seen(&slice), String::new()).await {
                    Ok(fates) => self.record(fates),
                    Err(error) => {
                        // The rest would fail as well.
                        let unsure = format!("{error} Whether it was decided shows in the list.");
                        self.record(slice.iter().map(|one| undecided(one, &unsure)).collect());
                        self.record(
                            waiting.iter().map(|one| undecided(one, "Not tried any more.")).collect(),
                        );
                        return;
                    }
                }
            }
        });
    }

    /// Whoever has left the page sees the outcome in the list.
    fn record(self, fates: Vec<BulkFate>) {
        self.0.try_update(|run| {
            if let Some(run) = run {
                run.fates.extend(fates);
            }
        });
    }

    /// Whether one is under way. Reactive.
    pub fn is_running(self) -> bool {
        self.0.with(|run| run.as_ref().is_some_and(|run| !run.is_over()))
    }
}

fn undecided(one: &Decidable, reason: &str) -> BulkFate {
    let error = Some(reason.to_owned());
    BulkFate { conflict_id: one.conflict_id, pfa_id: String::new(), sent: false, error }
}

/// How far the run is, and then what came of it; nothing if there is none.
#[component]
pub fn RunPanel(run: BulkRun) -> impl IntoView {
    move || {
        run.0.get().map(|now| {
            if now.is_over() {
                view! { <Ended now run /> }.into_any()
            } else {
                let (done, total) = (now.fates.len(), now.total);
                let share = f64::from(u32::try_from(done).unwrap_or(u32::MAX))
                    / f64::from(u32::try_from(total).unwrap_or(u32::MAX).max(1));
                let label = format!("Using {} …", words::side(now.side));
                let text = format!("{} of {}", grouped(&done.to_string()), grouped(&total.to_string()));
                view! {
                    <div class="panel">
                        <Progress label text share=Some(share) />
                    </div>
                }
                .into_any()
            }
        })
    }
}

#[component]
fn Ended(now: Run, run: BulkRun) -> impl IntoView {
    let (failed, decided): (Vec<_>, Vec<_>) = now.fates.into_iter().partition(|fate| fate.error.is_some());
    let sent = decided.iter().filter(|fate| fate.sent).count();
    let text = format!(
        "{} decided: {} on their way to PEMS, {} with nothing to send.",
        grouped(&decided.len().to_string()),
        grouped(&sent.to_string()),
        grouped(&(decided.len() - sent).to_string())
    );
    let tone = if failed.is_empty() { Tone::Ok } else { Tone::Warn };
    let failures = (!failed.is_empty()).then(|| {
        let text = format!("{} not decided:", grouped(&failed.len().to_string()));
        view! {
            <p>{text}</p>
            <ul class="refused">{failed.into_iter().map(|fate| view! { <Fate fate /> }).collect_view()}</ul>
        }
    });
    let all = (!decided.is_empty()).then(|| {
        view! {
            <details class="folded">
                <summary>"What became of each"</summary>
                <ul class="refused">{decided.into_iter().map(|fate| view! { <Fate fate /> }).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <Banner tone role="status">
            <p>{text}</p>
            {failures}
            {all}
            <p>
                <button type="button" class="button button-small" on:click=move |_| run.0.set(None)>
                    "Dismiss"
                </button>
            </p>
        </Banner>
    }
    .into_any()
}

#[component]
fn Fate(fate: BulkFate) -> impl IntoView {
    let href = format!("/o/{}/conflicts/{}", use_organization().code, fate.conflict_id);
    let name = if fate.pfa_id.is_empty() { "A conflict".to_owned() } else { fate.pfa_id };
    let what = match (fate.error, fate.sent) {
        (Some(error), _) => error,
        (None, true) => "on its way to PEMS".to_owned(),
        (None, false) => "nothing to send".to_owned(),
    };
    view! {
        <li>
            <A href=href>{name}</A>
            ": "
            {what}
        </li>
    }
    .into_any()
}
