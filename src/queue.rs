//! One write on its way to PEMS, and the dead letter.
//!
//! ```text
//! pending → processing → completed | failed | cancelled | superseded
//!    ↑──────────┘ retry, hand-back, expired lease
//! ```

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::modification::UnknownState;

/// Where a queue item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueStatus {
    /// Waiting for its time, its turn, or a worker.
    Pending,
    /// Leased by a worker.
    Processing,
    /// In PEMS.
    Completed,
    /// Refused, or out of retries: it has a dead letter.
    Failed,
    /// Taken back by a person.
    Cancelled,
    /// Overtaken: a conflict took its place, and its resolution makes a new item.
    Superseded,
}

impl QueueStatus {
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Processing, Self::Completed, Self::Failed, Self::Cancelled, Self::Superseded];

    /// Whether `self → next` is on the picture.
    pub const fn may_become(self, next: Self) -> bool {
        use QueueStatus as Q;
        matches!(
            (self, next),
            (Q::Pending, Q::Processing | Q::Cancelled)
                | (Q::Processing, Q::Pending | Q::Completed | Q::Failed | Q::Cancelled | Q::Superseded)
        )
    }

    /// Whether a person may take the item back: never while a request may be under way.
    pub const fn may_be_cancelled(self) -> bool {
        matches!(self, Self::Pending)
    }

    /// Whether a person may ask for a try at once.
    pub const fn may_be_retried(self) -> bool {
        matches!(self, Self::Pending | Self::Failed)
    }

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
        }
    }
}

impl FromStr for QueueStatus {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

/// How urgent a write is: 0 (can wait) to 10 (before all others).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Priority(i16);

/// A priority outside of 0–10 that is no name either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("priority must be 0 to 10, or one of low, normal, high; not {0}")]
pub struct InvalidPriority(pub String);

impl Priority {
    pub const LOW: Self = Self(2);
    pub const NORMAL: Self = Self(5);
    pub const HIGH: Self = Self(8);

    pub fn new(value: i64) -> Result<Self, InvalidPriority> {
        i16::try_from(value)
            .ok()
            .filter(|value| (0..=10).contains(value))
            .map(Self)
            .ok_or_else(|| InvalidPriority(value.to_string()))
    }

    pub const fn get(self) -> i16 {
        self.0
    }
}

impl FromStr for Priority {
    type Err = InvalidPriority;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "low" => Ok(Self::LOW),
            "normal" => Ok(Self::NORMAL),
            "high" => Ok(Self::HIGH),
            other => match other.parse() {
                Ok(number) => Self::new(number),
                Err(_) => Err(InvalidPriority(other.chars().take(30).collect())),
            },
        }
    }
}

/// Where a dead letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterStatus {
    Open,
    Reprocessed,
    Discarded,
}

impl DeadLetterStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reprocessed => "reprocessed",
            Self::Discarded => "discarded",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_has_ended_stays_so() {
        for ended in
            [QueueStatus::Completed, QueueStatus::Failed, QueueStatus::Cancelled, QueueStatus::Superseded]
        {
            for next in QueueStatus::ALL {
                assert!(!ended.may_become(next), "{ended:?} → {next:?}");
            }
        }
    }

    #[test]
    fn priorities_are_numbers_or_names() {
        assert_eq!("high".parse(), Ok(Priority::HIGH));
        assert_eq!("0".parse().map(Priority::get), Ok(0));
        assert!("11".parse::<Priority>().is_err());
        assert!("urgent".parse::<Priority>().is_err());
    }
}
