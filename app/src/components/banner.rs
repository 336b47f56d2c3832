//! A message that stays until its cause is gone.

use leptos::prelude::*;

use super::icon::Icon;
use super::tone::Tone;

/// A message in a box.
#[component]
pub fn Banner(
    tone: Tone,
    /// Read out when it appears: `status` politely, `alert` at once. None for what belongs to the page.
    #[prop(optional, into)]
    role: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("banner banner-{}", tone.name()) role=role>
            <Icon glyph=tone.glyph() />
            <div class="banner-text">{children()}</div>
        </div>
    }
    .into_any()
}
