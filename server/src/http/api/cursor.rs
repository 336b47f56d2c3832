//! Cursors: where the next page begins, in a form that nobody is tempted to compute with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vanguard_app::backend::Window;

use crate::http::problem::Problem;

/// What a cursor of ours begins with; a new meaning gets a new letter.
const PREFIX: &str = "o";

/// As many rows as an answer has that was not asked for a number.
const ROWS_UNASKED: u32 = 100;

/// The part of a list that a request asks for.
pub(super) fn window(cursor: Option<&str>, limit: Option<u32>) -> Result<Window, Problem> {
    Ok(Window { offset: cursor.map_or(Ok(0), read)?, limit: limit.unwrap_or(ROWS_UNASKED) })
}

/// Where the list goes on after `rows` of it from `offset` on; none at its end.
pub(super) fn next(offset: u32, rows: usize, total: i64) -> Option<String> {
    let end = u64::from(offset) + u64::try_from(rows).unwrap_or(u64::MAX);
    let more = rows > 0 && u64::try_from(total).is_ok_and(|total| end < total);
    more.then(|| to(end))
}

fn to(offset: u64) -> String {
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
