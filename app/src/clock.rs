//! The browser's time, for "3 min ago".
//!
//! Server and browser never render a time that depends on the clock during hydration: until the page is hydrated
//! there is no time at all, and absolute times are shown.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::hydration::use_hydrated;

/// How often relative times move on.
const TICK: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy)]
struct Clock(RwSignal<Option<DateTime<Utc>>>);

/// Puts the clock into context and lets it tick.
pub fn provide_clock() {
    let now = RwSignal::new(None);
    let hydrated = use_hydrated();
    provide_context(Clock(now));
    Effect::new(move || {
        // A page may wait for its part of the app, and this effect does not wait with it.
        if !hydrated.get() {
            return;
        }
        now.set(browser_time());
        let ticking = set_interval_with_handle(move || now.set(browser_time()), TICK);
        if let Ok(ticking) = ticking {
            on_cleanup(move || ticking.clear());
        }
    });
}

/// The time, moving on every few seconds; `None` on the server and until the page is hydrated.
pub fn use_now() -> Signal<Option<DateTime<Utc>>> {
    match use_context::<Clock>() {
        Some(Clock(signal)) => signal.into(),
        None => Signal::stored(None),
    }
}

fn browser_time() -> Option<DateTime<Utc>> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    let milliseconds = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(milliseconds)
}
