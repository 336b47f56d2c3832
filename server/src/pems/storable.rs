//! What a stranger sent, made fit to be stored: PostgreSQL's `text` and `jsonb` refuse the NUL character, and
//! nobody needs a megabyte of error page in the audit log.

use serde_json::Value as Json;

/// The longest answer that is kept whole, in bytes of its JSON.
const MOST_BODY_BYTES: usize = 4096;
/// The longest message that is kept whole, in characters.
const MOST_MESSAGE_CHARS: usize = 500;

/// Without NUL characters.
pub fn storable_text(text: &str) -> String {
    text.replace('\0', "")
}

/// Without NUL characters, in names and values at any depth.
#[must_use]
pub fn storable_json(json: Json) -> Json {
    match json {
        Json::String(text) if text.contains('\0') => Json::String(storable_text(&text)),
        Json::Array(items) => Json::Array(items.into_iter().map(storable_json).collect()),
        Json::Object(members) => Json::Object(
            members.into_iter().map(|(name, value)| (storable_text(&name), storable_json(value))).collect(),
        ),
        other => other,
    }
}

/// Storable, and cut off as text when it is long.
#[must_use]
pub(super) fn answer_body(json: Json) -> Json {
    let json = storable_json(json);
    let text = json.to_string();
    if text.len() <= MOST_BODY_BYTES { json } else { Json::String(cut(&text, MOST_BODY_BYTES)) }
}

/// One line of words for people: storable, cut off when it is long.
pub(super) fn message(text: &str) -> String {
    let words: Vec<_> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(MOST_MESSAGE_CHARS) {
        Some((end, _)) => cut(&line, end),
        None => line,
    }
}

/// The longest prefix of at most `most` bytes that ends with a whole character, marked as cut off.
fn cut(text: &str, most: usize) -> String {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn nul_characters_disappear_wherever_they_are() {
        let sent = json!({"a\u{0}": ["x\u{0}y", {"b": "\u{0}"}], "n": 1});
        assert_eq!(storable_json(sent), json!({"a": ["xy", {"b": ""}], "n": 1}));
    }

    #[test]
    fn a_long_body_becomes_the_start_of_its_text() {
        let body = answer_body(json!({"padding": "ü".repeat(100_000)}));
        let text = body.as_str().unwrap();
        assert!(text.starts_with("{\"padding\":\"ü") && text.ends_with("ü…"), "{text}");
        assert!(text.len() <= MOST_BODY_BYTES + '…'.len_utf8());
        assert_eq!(answer_body(json!({"short": true})), json!({"short": true}));
    }

    proptest! {
        #[test]
        fn any_message_becomes_one_short_line(text in ".*") {
            let line = message(&text);
            prop_assert!(line.chars().count() <= MOST_MESSAGE_CHARS + 1);
            prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
