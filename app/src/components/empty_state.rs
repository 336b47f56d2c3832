//! Nothing here: why, and what to do next.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What stands in the place of a list that is empty.
#[component]
pub fn EmptyState(
    #[prop(default = Glyph::Check)] glyph: Glyph,
    #[prop(into)] title: Oco<'static, str>,
    /// Why, and what to do next.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon glyph />
            <h2>{title}</h2>
            {children()}
        </div>
    }
    .into_any()
}
