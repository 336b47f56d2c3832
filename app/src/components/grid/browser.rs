//! What only the browser knows. Called from event handlers alone, never while rendering.

use chrono::{DateTime, Utc};
use leptos::prelude::window;

/// The browser's time.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    let milliseconds = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

/// A key that no other act of anybody has. Not `crypto.randomUUID`, which exists on secure origins only.
pub fn random_key() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}
