//! Taking over the page that the server rendered, and whether that is done.
//!
//! Until then links and plain forms work, and buttons that only scripts can serve are disabled.

use leptos::prelude::*;

/// False while the page is being taken over; true from then on. The server has none.
#[derive(Debug, Clone)]
struct Hydrated(ArcRwSignal<bool>);

/// Takes over the page, which may have to wait for its part of the app, and then marks the document:
/// `<html data-hydrated="true">`. Not if the page is being left: see [`crate::shell::FIRST_SCRIPT`].
#[cfg(feature = "hydrate")]
pub async fn take_over() {
    if document().document_element().is_some_and(|root| root.has_attribute("data-leaving")) {
        return;
    }
    let hydrated = ArcRwSignal::new(false);
    let known = hydrated.clone();
    let app = move || {
        provide_context(Hydrated(known));
        crate::routes::App()
    };
    hydrate_from_async(leptos::tachys::dom::body(), app).await.forget();
    // After a frame: components that were waiting for data have been taken over by then as well.
    request_animation_frame(move || {
        hydrated.set(true);
        if let Some(root) = document().document_element() {
            // A page without the mark only looks unready; there is nobody to tell.
            let _ = root.set_attribute("data-hydrated", "true");
        }
        crate::parts::fetch_later();
    });
}

/// True once scripts run. Disable with it what does nothing without them.
pub fn use_hydrated() -> Signal<bool> {
    match use_context::<Hydrated>() {
        Some(Hydrated(signal)) => signal.into(),
        None => Signal::stored(false),
    }
}
