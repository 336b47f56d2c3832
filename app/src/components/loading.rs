//! Not there yet.

use leptos::prelude::*;

/// What stands in the place of data that is on its way.
#[component]
pub fn Loading(
    /// "Loading `what` …"
    #[prop(into)]
    what: Oco<'static, str>,
) -> impl IntoView {
    view! {
        <p class="loading" role="status">
            "Loading " {what} " …"
        </p>
    }
}
