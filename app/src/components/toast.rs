//! Short messages about what the user just did. Never the only place where something is said.

use std::time::Duration;

use leptos::prelude::*;

use super::banner::Banner;
use super::icon::{Glyph, Icon};
use super::tone::Tone;

/// How long one stays.
const STAY: Duration = Duration::from_secs(8);

#[derive(Debug, Clone)]
struct Toast {
    id: u64,
    tone: Tone,
    text: String,
}

/// The messages that are shown now. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u64>,
}

/// Puts the messages into context.
pub fn provide_toasts() {
    provide_context(Toasts { shown: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) });
}

/// To say something.
pub fn use_toasts() -> Toasts {
    use_context().expect("App provides the toasts")
}

impl Toasts {
    /// Shows `text` for some seconds. Only in the browser.
    pub fn say(self, tone: Tone, text: impl Into<String>) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.shown.update(|shown| shown.push(Toast { id, tone, text: text.into() }));
        set_timeout(move || self.dismiss(id), STAY);
    }

    fn dismiss(self, id: u64) {
        self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Where they appear; once in the app. Screen readers read them out when they come.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <div class="toast">
                    <Banner tone=toast.tone>
                        <p>{toast.text}</p>
                    </Banner>
                    <button
                        type="button"
                        class="toast-close"
                        aria-label="Dismiss"
                        on:click=move |_| toasts.dismiss(toast.id)
                    >
                        <Icon glyph=Glyph::Cross />
                    </button>
                </div>
            </For>
        </div>
    }
    .into_any()
}
