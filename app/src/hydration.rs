//! Whether the page's scripts run yet.
//!
//! Until then links and plain forms work, and buttons that only scripts can serve are disabled.

use leptos::prelude::*;

/// False on the server and while the page is being taken over; true from then on.
#[derive(Debug, Clone, Copy)]
struct Hydrated(RwSignal<bool>);

/// Puts the signal into context, and marks the document for tests: `<html data-hydrated="true">`.
pub fn provide_hydrated() {
    let hydrated = RwSignal::new(false);
    provide_context(Hydrated(hydrated));
    Effect::new(move || {
        // After a frame: components that were waiting for data have been taken over by then as well.
        request_animation_frame(move || {
            hydrated.set(true);
            if let Some(root) = document().document_element() {
                // A page without the mark only looks unready to tests; there is nobody to tell.
                let _ = root.set_attribute("data-hydrated", "true");
            }
        });
    });
}

/// True once scripts run. Disable with it what does nothing without them.
pub fn use_hydrated() -> Signal<bool> {
    match use_context::<Hydrated>() {
        Some(Hydrated(signal)) => signal.into(),
        None => Signal::stored(false),
    }
}
