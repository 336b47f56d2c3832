//! What the page's tables show and do, shared between them: what waits, what failed, the runs, and the actions.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::backend::JobView;
use crate::components::action_outcome::on_success;
use crate::components::notice::Notice;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::{Fetched, fetched};
use crate::server_fns::queue::{
    CancelItem, DecideDeadLetters, FailureList, OpenQueue, RetryItem, open_failures, open_items,
};
use crate::server_fns::sync::sync_jobs;
use crate::session::use_organization;

/// How many rows of a status a table of this page shows.
const ROWS: u32 = 100;
/// How many runs.
const RUNS: u32 = 20;

/// Data and actions of the page.
#[derive(Clone, Copy)]
pub struct Work {
    pub open: Fetched<OpenQueue>,
    pub failures: Fetched<FailureList>,
    pub jobs: Fetched<Vec<JobView>>,
    pub cancel: ServerAction<CancelItem>,
    pub retry: ServerAction<RetryItem>,
    pub decide: ServerAction<DecideDeadLetters>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Work")
    }
}

/// Puts them into context. They follow the organisation's events and the page's own actions.
pub fn provide_work() {
    let organization = use_organization();
    let id = organization.id;
    let events = use_events();
    let (cancel, retry, decide) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
    // The own actions count up as well: they show their effect even while live updates are paused.
    let versions = move || {
        let acted = cancel.version().get() + retry.version().get() + decide.version().get();
        (events.version(EventKind::Queue), events.version(EventKind::Sync), acted)
    };
    let work = Work {
        open: fetched(versions, move |_| open_items(id, ROWS)),
        failures: fetched(versions, move |_| open_failures(id)),
        jobs: fetched(versions, move |_| sync_jobs(id, RUNS)),
        cancel,
        retry,
        decide,
    };
    provide_context(work);
    say_outcomes(work, format!("/o/{}/sync", organization.code));
}

/// Data and actions of the page.
pub fn use_work() -> Work {
    use_context().expect("the sync page provides its work")
}

/// Says what an action did, and closes the dialog that asked; not one that was opened meanwhile.
fn say_outcomes(work: Work, page: String) {
    let toasts = use_toasts();
    let navigate = use_navigate();
    let address = use_location().search;
    let asked_at = StoredValue::new(String::new());
    let (cancelling, deciding) = (work.cancel.pending(), work.decide.pending());
    Effect::new(move || {
        if cancelling.get() || deciding.get() {
            asked_at.set_value(address.get_untracked());
        }
    });
    let done = move |tone: Tone, text: String| {
        toasts.say(tone, text);
        if address.get_untracked() == asked_at.get_value() {
            navigate(&page, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
        }
    };
    on_success(work.retry, move |()| toasts.say(Tone::Ok, Notice::ItemRetried.text()));
    let say = done.clone();
    on_success(work.cancel, move |()| say(Tone::Ok, Notice::ItemCancelled.text().to_owned()));
    on_success(work.decide, move |result| {
        let tone = if result.refused.is_empty() { Tone::Ok } else { Tone::Warn };
        let mut text = format!("{} of {} done.", result.done, result.matched);
        if !result.refused.is_empty() {
            text = format!("{text} Not sent again: {}", result.refused.join(" "));
        }
        done(tone, text);
    });
}
