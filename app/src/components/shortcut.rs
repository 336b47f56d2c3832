//! Keys that do something wherever the focus is, but for where they are typed as characters.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Where a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the page, while no dialog is open over it.
    Page,
    /// In the dialog that is open.
    Dialog,
}

/// Calls `act` when `key` is pressed, as long as the component around it is there. What `act` handles is not the
/// browser's any more; it says so by returning true.
pub fn on_shortcut(key: &'static str, place: Place, act: impl Fn() -> bool + Clone + 'static) {
    Effect::new(move || {
        let act = act.clone();
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == key && !has_modifier(&event) && !is_typed(&event) && is_at(place) && act() {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented()
}

/// Whether the key writes a character where the focus is.
fn is_typed(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        let writable = "input:not([type=radio], [type=checkbox]), select, textarea";
        target.closest(writable).ok().flatten().is_some()
    })
}

fn is_at(place: Place) -> bool {
    let has_dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
    has_dialog == (place == Place::Dialog)
}
