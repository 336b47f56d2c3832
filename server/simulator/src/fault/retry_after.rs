//! What a 429 says about when to come back.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Misspelt;

/// The `Retry-After` header of a 429. In JSON as on the command line: `"none"`, `"30"`, `"date:30"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RetryAfter {
    #[default]
    Absent,
    Seconds(u64),
    /// As an HTTP date, so many seconds ahead.
    Date(u64),
}

impl FromStr for RetryAfter {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let wrong = || Misspelt("none, SECONDS or date:SECONDS");
        match text.strip_prefix("date:") {
            Some(ahead) => ahead.parse().map(Self::Date).map_err(|_| wrong()),
            None if text == "none" => Ok(Self::Absent),
            None => text.parse().map(Self::Seconds).map_err(|_| wrong()),
        }
    }
}

impl TryFrom<String> for RetryAfter {
    type Error = Misspelt;

    fn try_from(text: String) -> Result<Self, Misspelt> {
        text.parse()
    }
}

impl From<RetryAfter> for String {
    fn from(value: RetryAfter) -> Self {
        match value {
            RetryAfter::Absent => "none".to_owned(),
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::Date(ahead) => format!("date:{ahead}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_retry_after_is_refused() {
        assert_eq!("date:30".parse(), Ok(RetryAfter::Date(30)));
        assert!("soon".parse::<RetryAfter>().is_err());
    }
}
