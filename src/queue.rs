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

    /// Why a person may not take the item back; `None` if he may. Never while a request may be under way, nor while the
    /// answer to one is lost: the change may be in PEMS.
    pub fn why_not_cancelled(self, answer_is_lost: bool) -> Option<String> {
        match self {
            Self::Pending if answer_is_lost => Some(
                "The last answer of PEMS was lost, so the change may be in PEMS already. \
                 It can be cancelled once it has been read back."
                    .to_owned(),
            ),
            Self::Pending => None,
            other => Some(format!("Only a waiting item can be cancelled; this one is {}.", other.as_str())),
        }
    }

    /// Why a person may not ask for a try at once; `None` if he may. A failed item can be tried again as long as its dead
    /// letter is open.
    pub fn why_not_retried(self, letter_is_open: bool) -> Option<String> {
        match self {
            Self::Pending => None,
            Self::Failed if letter_is_open => None,
            other => Some(format!(
                "Only a waiting item, or a failed one that nobody has decided yet, can be retried; this one is {}.",
                other.as_str()
            )),
        }
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
    pub const ALL: [Self; 3] = [Self::Open, Self::Reprocessed, Self::Discarded];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reprocessed => "reprocessed",
            Self::Discarded => "discarded",
        }
    }
}

impl FromStr for DeadLetterStatus {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
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
    fn only_what_waits_can_be_cancelled_and_not_while_an_answer_is_lost() {
        for status in QueueStatus::ALL {
            assert_eq!(
                status.why_not_cancelled(false).is_none(),
                status == QueueStatus::Pending,
                "{status:?}"
            );
            assert!(status.why_not_cancelled(true).is_some(), "{status:?}");
        }
    }

    #[test]
    fn what_waits_or_failed_undecided_can_be_retried() {
        for status in QueueStatus::ALL {
            let waits = status == QueueStatus::Pending;
            assert_eq!(status.why_not_retried(false).is_none(), waits, "{status:?}");
            let either = waits || status == QueueStatus::Failed;
            assert_eq!(status.why_not_retried(true).is_none(), either, "{status:?}");
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
