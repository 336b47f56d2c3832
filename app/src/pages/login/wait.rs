//! How long to wait after too many tries.

use std::time::Duration;

use leptos::prelude::*;

/// Says how long to wait, and counts down where scripts run.
#[component]
pub fn Wait(seconds: u64) -> impl IntoView {
    let left = RwSignal::new(seconds);
    Effect::new(move || {
        let tick = move || left.update(|left| *left = left.saturating_sub(1));
        if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
    });
    view! {
        <p>"Too many tries with this name."</p>
        // The countdown is not read out second by second: the sentence was, when it appeared.
        <p aria-live="off">
            {move || match left.get() {
                0 => "You can try again now.".to_owned(),
                left => format!("You can try again in {}.", words(left)),
            }}
        </p>
    }
}

fn words(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}
