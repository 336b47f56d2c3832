//! Cursors: where the next page begins, in a form that nobody is tempted to compute with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::http::problem::Problem;

/// What a cursor of ours begins with; a new meaning gets a new letter.
const PREFIX: &str = "o";

pub(super) fn to(offset: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{PREFIX}{offset}"))
}

pub(super) fn read(cursor: &str) -> Result<u32, Problem> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix(PREFIX)?.parse().ok())
        .ok_or_else(|| Problem::malformed_field("cursor", "This cursor is not one that we gave out."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_cursors_are_read() {
        assert_eq!(read(&to(700)), Ok(700));
        for wrong in ["", "700", "bzcwMA==", "bzE.", "b3Nl", &to(u64::MAX)] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
