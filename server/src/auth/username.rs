//! What a user name looks like.

/// Lower-case letters, digits, dot, dash and underscore, at most 30, beginning with a letter or digit: the rule of
/// the `users` table, and what PEMS takes as `modifiedBy`.
pub fn is_valid(name: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.len() <= 30
        && bytes.first().is_some_and(plain)
        && bytes.iter().all(|byte| plain(byte) || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_plain_and_lower_case() {
        for good in ["admin", "a", "j.smith-2_x", "0day"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in ["", "Admin", ".a", "a b", "a\0", "ä", &"a".repeat(31)] {
            assert!(!is_valid(bad), "{bad:?}");
        }
    }
}
