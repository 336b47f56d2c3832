//! The parts that the app is cut into for the browser.
//!
//! The records and what surrounds every page are the main part, which every page loads. The pages of any other area are
//! a part of their own: a function marked `#[wasm_split]`, which `cargo xtask build` cuts out with all that only it
//! calls. A part is an area rather than a page, because what several parts share becomes further files.
//!
//! The server names a page's files in its head, so that they come along with the main part. Once that works, the other
//! parts are fetched too, while nobody waits for them: visits go on to other areas, sometimes without a connection, or
//! after a new version has replaced the files. (`#[lazy]` of Leptos does the same, but takes the whole app down when a
//! part cannot be fetched.)

use leptos::prelude::*;
use wasm_split_helpers::SplitLoaderError;

#[cfg(feature = "hydrate")]
use crate::pages::{conflicts::load_conflicts, sync::load_sync};

/// How long a page has been at work before the other parts are fetched.
#[cfg(feature = "hydrate")]
const QUIET: std::time::Duration = std::time::Duration::from_secs(2);

/// A page out of a part, or what to do if that could not be fetched. `part` is the name in its `#[wasm_split]`.
pub async fn page(
    part: &'static str,
    page: impl Future<Output = Result<AnyView, SplitLoaderError>>,
) -> AnyView {
    // In the browser there is nobody to hear it.
    leptos::prefetch_lazy_fn_on_server(part);
    page.await.unwrap_or_else(|_| view! { <NotFetched /> }.into_any())
}

/// Fetches all parts in a while.
#[cfg(feature = "hydrate")]
pub fn fetch_later() {
    let fetch = || {
        leptos::task::spawn_local(async {
            // Whoever needs one that failed tries again.
            let _ = (load_sync().await, load_conflicts().await);
        });
    };
    set_timeout(fetch, QUIET);
}

/// Shown in place of a page whose code did not come.
#[component]
fn NotFetched() -> impl IntoView {
    let here =
        leptos_router::hooks::use_url().with_untracked(|url| format!("{}{}", url.path(), url.search()));
    view! {
        <div class="page">
            <h1>"This page could not be fetched"</h1>
            <p role="alert">"Check your connection. If it works, a newer version of Vanguard may be there."</p>
            <a class="button button-primary" href=here rel="external">"Try again"</a>
        </div>
    }
    .into_any()
}
