//! Bytes as hexadecimal digits.

use std::fmt::Write as _;

pub(crate) fn of(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
