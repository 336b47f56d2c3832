//! A fact with its name, in a list of such (`dl class="facts"`).

use leptos::prelude::*;

/// The fact.
#[component]
pub fn Fact(label: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .into_any()
}
