//! A figure with its name, in a list of such (`dl`).

use leptos::prelude::*;

/// The figure.
#[component]
pub fn Figure(
    label: &'static str,
    /// Shown when the pointer rests on it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Below the figure: what it is compared with, or of.
    #[prop(optional_no_strip)]
    more: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="figure" title=hint>
            <dt>{label}</dt>
            <dd>{children()}</dd>
            {more.map(|more| view! { <dd class="figure-more muted">{more}</dd> })}
        </div>
    }
    .into_any()
}
