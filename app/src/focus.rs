//! Gives the focus, and keeps it where it is while the element that has it is drawn anew.
//!
//! Views are erased (`.cargo/config.toml`), and an erased element that is drawn anew has all its attributes taken off and
//! put on again. For that moment a link has no `href` and a grid cell no `tabindex`, and the browser takes the focus from
//! what cannot have it. Such an element gets it back as soon as everything is drawn. A person who moves the focus
//! leaves an element that could have kept it: that is how the two differ.

use leptos::ev::{focusin, focusout};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

/// What can have the focus by its name alone, whatever its attributes.
const ALWAYS_FOCUSABLE: &str = "button, input, select, textarea, summary, dialog";

/// What had the focus last outside of dialogs.
#[derive(Debug, Clone, Copy)]
struct Below(StoredValue<Option<SendWrapper<HtmlElement>>>);

/// Begins to keep it.
pub fn provide_focus() {
    let below = Below(StoredValue::new(None));
    provide_context(below);
    Effect::new(move || {
        let entered = window_event_listener(focusin, move |event| {
            let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            if let Some(element) = element.filter(|element| !is_in_dialog(element)) {
                below.0.set_value(Some(SendWrapper::new(element)));
            }
        });
        on_cleanup(move || entered.remove());
    });
    Effect::new(|| {
        let listening = window_event_listener(focusout, |event| {
            let left = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            if let Some(element) = left.filter(|element| lost_its_attributes(element)) {
                queue_microtask(move || bring_back(&element));
            }
        });
        on_cleanup(move || listening.remove());
    });
}

fn lost_its_attributes(element: &Element) -> bool {
    let keeps = ["tabindex", "href"].into_iter().any(|name| element.has_attribute(name));
    // A selector of element names is always valid.
    !keeps && !element.matches(ALWAYS_FOCUSABLE).unwrap_or(true)
}

fn is_in_dialog(element: &Element) -> bool {
    element.closest("dialog").ok().flatten().is_some()
}

fn bring_back(element: &HtmlElement) {
    let nobody_has_it = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
    if nobody_has_it && element.is_connected() {
        give(element);
    }
}

/// Gives the focus back to what had it before a dialog, once that is gone, unless somebody has it already. The browser does so by
/// itself where the element kept its attributes while the dialog opened. Call it where the dialog is made; call what it
/// answers with when the dialog goes.
pub fn way_back() -> impl Fn() + Clone + Send + Sync + 'static {
    let below = use_context::<Below>();
    move || {
        request_animation_frame(move || {
            let element = below.and_then(|below| below.0.try_get_value().flatten());
            if let Some(element) = element {
                bring_back(&element);
            }
        });
    }
}

/// Gives the focus to `element`, and scrolls nothing.
pub fn give(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // Fails only for elements that cannot have the focus.
    let _ = element.focus_with_options(&options);
}
