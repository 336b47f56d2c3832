//! What the grid has to say: a failure to load, and the outcome of what the user just did.

use leptos::prelude::*;

use crate::components::grid::loading::Loading;
use crate::components::grid::state::use_grid;
use crate::error::ErrorMessage;

#[component]
pub fn GridStatus() -> impl IntoView {
    let grid = use_grid();
    let failure = Memo::new(move |_| match grid.loading.get() {
        Loading::Failed { error, .. } => Some(error),
        Loading::Idle | Loading::AnotherList => None,
    });
    let is_loading = move || grid.loading.get() == Loading::AnotherList;
    view! {
        {move || failure.get().map(|error| view! {
            <div class="records-failure">
                <ErrorMessage error />
                <button type="button" class="button" on:click=move |_| grid.try_again()>"Try again"</button>
            </div>
        })}
        <p class="records-notice" role="status">
            {move || if is_loading() { "Loading…".to_owned() } else { grid.notice.get() }}
        </p>
    }
    .into_any()
}
