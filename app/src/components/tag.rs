//! A state as icon and word.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::tone::Tone;

/// A state as icon and word on a soft ground.
#[component]
pub fn Tag(
    tone: Tone,
    glyph: Glyph,
    #[prop(into)] label: Oco<'static, str>,
    /// More on hover. Say it elsewhere as well if it matters: touch and keyboard do not hover.
    #[prop(optional, into)]
    detail: Option<String>,
    /// Shows the icon alone; the word stays for screen readers and on hover.
    #[prop(optional)]
    icon_only: bool,
) -> impl IntoView {
    let class = format!("tag tag-{}{}", tone.name(), if icon_only { " tag-icon-only" } else { "" });
    let title = match detail {
        Some(detail) if icon_only => Some(format!("{label}: {detail}")),
        None if icon_only => Some(label.to_string()),
        detail => detail,
    };
    view! {
        <span class=class title=title>
            <Icon glyph />
            <span class:visually-hidden=icon_only>{label}</span>
        </span>
    }
    .into_any()
}
