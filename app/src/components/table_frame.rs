//! A wide table's frame: it scrolls sideways by itself, also by keyboard, and the page never does.

use leptos::prelude::*;

/// Put the `<table class="table">` into it.
#[component]
pub fn TableFrame(
    /// What the table lists, for screen readers.
    #[prop(into)]
    label: Oco<'static, str>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-frame" role="group" aria-label=label.to_string() tabindex="0">
            {children()}
        </div>
    }
    .into_any()
}
