//! The opaque cursor: where the next page begins, for which organisation, and as of when the reading began.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) organization: String,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) pfa_id: String,
    pub(super) as_of: DateTime<Utc>,
}

impl Cursor {
    pub(super) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("a cursor is strings and timestamps"))
    }

    /// `None` for anything that this program did not encode.
    pub(super) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}
