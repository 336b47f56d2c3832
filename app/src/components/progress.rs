//! How far something is.

use leptos::prelude::*;

/// A bar with what is being done and how far it is.
#[component]
pub fn Progress(
    /// What is being done.
    #[prop(into)]
    label: Oco<'static, str>,
    /// How far, in words: "3,000 records".
    #[prop(into)]
    text: String,
    /// How far, 0 to 1, if that is known; otherwise the bar only shows that something moves.
    #[prop(optional_no_strip)]
    share: Option<f64>,
) -> impl IntoView {
    let value = share.map(|share| format!("{:.3}", share.clamp(0.0, 1.0)));
    let name = label.clone();
    view! {
        <div class="progress">
            <div class="progress-text">
                <span>{label}</span>
                <span class="muted">{text}</span>
            </div>
            <progress max="1" value=value aria-label=name.to_string()></progress>
        </div>
    }
    .into_any()
}
