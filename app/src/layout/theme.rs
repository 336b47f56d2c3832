//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::hydration::use_hydrated;

/// Where the choice is kept; the shell's script reads it before the first paint.
const KEY: &str = "theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::System => Glyph::Screen,
            Self::Light => Glyph::Sun,
            Self::Dark => Glyph::Moon,
        }
    }

    /// As the shell's script left it.
    fn of_document() -> Self {
        match document().document_element().and_then(|root| root.get_attribute("data-theme")).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Without storage, as in some private windows, the choice holds for this page.
    fn keep(self) {
        if let Some(root) = document().document_element() {
            let _ = match self {
                Self::System => root.remove_attribute("data-theme"),
                Self::Light | Self::Dark => root.set_attribute("data-theme", self.name()),
            };
        }
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = match self {
                Self::System => storage.remove_item(KEY),
                Self::Light | Self::Dark => storage.set_item(KEY, self.name()),
            };
        }
    }
}

/// A button that goes through system, light and dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let hydrated = use_hydrated();
    let theme = RwSignal::new(Theme::System);
    Effect::new(move || theme.set(Theme::of_document()));
    let change = move |_| {
        theme.update(|theme| *theme = theme.next());
        theme.get_untracked().keep();
    };
    let label = move || format!("Theme: {}. Change to {}", theme.get().name(), theme.get().next().name());
    view! {
        <button
            type="button"
            class="bar-button bar-button-icon"
            disabled=move || !hydrated.get()
            aria-label=label
            title=label
            on:click=change
        >
            {move || view! { <Icon glyph=theme.get().glyph() /> }}
        </button>
    }
    .into_any()
}
