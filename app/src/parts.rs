//! The parts that the app is cut into for the browser.
//!
//! What surrounds every page is the main part, which every page loads. The pages of an area are
//! a part of their own: a function marked `#[wasm_split]`, which `cargo xtask build` cuts out with all that only it
//! calls. A part is an area rather than a page, because what several parts share becomes further files.
//!
//! The server names a page's files in the answer's `Link` header, so that they come along with the main part. Once that works, the other
//! parts are fetched too, while nobody waits for them: visits go on to other areas, sometimes without a connection, or
//! after a new version has replaced the files. (`#[lazy]` of Leptos does the same, but takes the whole app down when a
//! part cannot be fetched.)

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos_meta::Title;
use wasm_split_helpers::SplitLoaderError;

use crate::components::dialog::{CloseDialog, Dialog};

#[cfg(feature = "hydrate")]
use crate::pages::{
    conflicts::load_conflicts,
    deck::load_deck,
    help::load_help,
    history::load_history,
    notifications::load_notifications,
    records::{load_record_dialogs, load_records},
    rollbacks::load_rollbacks,
    settings::load_settings,
    sync::load_sync,
    timeline::load_timeline,
};

/// How long a page has been at work before the other parts are fetched.
#[cfg(feature = "hydrate")]
const QUIET: std::time::Duration = std::time::Duration::from_secs(2);

/// The addresses of the files that each part needs, as the build wrote them down. Provided by the server.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default)]
pub struct PartFiles(pub std::sync::Arc<std::collections::BTreeMap<String, Vec<String>>>);

/// A page out of a part, or what to do if that could not be fetched. `part` is the name in its `#[wasm_split]`.
pub async fn page(
    part: &'static str,
    page: impl Future<Output = Result<AnyView, SplitLoaderError>>,
) -> AnyView {
    announce(part);
    page.await.unwrap_or_else(|_| view! { <NotFetched /> }.into_any())
}

/// A view out of a part that has been fetched already; `None` if it has not.
pub fn at_once(view: impl Future<Output = Result<AnyView, SplitLoaderError>>) -> Option<AnyView> {
    match pin!(view).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(view) => view.ok(),
        Poll::Pending => None,
    }
}

/// Whether a part has been fetched already. Asking fetches it.
pub fn is_here(load: impl Future<Output = Result<(), SplitLoaderError>>) -> bool {
    match pin!(load).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(here) => here.is_ok(),
        Poll::Pending => false,
    }
}

/// Tells the browser which files it will need.
pub fn announce(part: &'static str) {
    #[cfg(feature = "ssr")]
    if let Some(PartFiles(files)) = use_context() {
        files.get(part).into_iter().flatten().for_each(|file| crate::respond::preload(file));
    }
    #[cfg(not(feature = "ssr"))]
    let _ = part;
}

/// Fetches all parts in a while.
#[cfg(feature = "hydrate")]
pub fn fetch_later() {
    let fetch = || {
        leptos::task::spawn_local(async {
            // Whoever needs one that failed tries again.
            let records = (load_records().await, load_record_dialogs().await, load_timeline().await);
            let first = (load_deck().await, load_conflicts().await, load_sync().await, load_history().await);
            let _ = (
                records,
                first,
                load_rollbacks().await,
                load_settings().await,
                load_notifications().await,
                load_help().await,
            );
        });
    };
    set_timeout(fetch, QUIET);
}

/// Shown in place of a dialog whose code did not come.
#[component]
pub fn DialogNotFetched(close: String) -> impl IntoView {
    view! {
        <Dialog title="This could not be fetched" close>
            <p role="alert">
                "Check your connection. If it works, a newer version of Vanguard may be there: reload the page."
            </p>
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}

/// Shown in place of a page whose code did not come.
#[component]
fn NotFetched() -> impl IntoView {
    let here =
        leptos_router::hooks::use_url().with_untracked(|url| format!("{}{}", url.path(), url.search()));
    view! {
        <Title text="Not fetched" />
        <div class="page">
            <h1>"This page could not be fetched"</h1>
            <p role="alert">"Check your connection. If it works, a newer version of Vanguard may be there."</p>
            <a class="button button-primary" href=here rel="external">"Try again"</a>
        </div>
    }
    .into_any()
}
