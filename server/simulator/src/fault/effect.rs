//! What can go wrong with a request. Every effect is spelt once for library, control interface and command line.

use serde::{Deserialize, Serialize};

use super::{ItemFailure, RetryAfter};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, clap::Subcommand)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Effect {
    /// Apply the request, then close the connection without a byte of answer
    DropAnswer,
    /// Reset the connection (TCP RST) before anything is applied
    ResetBefore,
    /// Wait before applying, or before answering
    Delay {
        #[arg(long)]
        ms: u64,
        #[arg(long, value_enum, default_value_t)]
        #[serde(default)]
        when: When,
    },
    /// Wait, before applying or before answering, until the rule is released or cleared
    Hold {
        #[arg(long, value_enum, default_value_t)]
        #[serde(default)]
        when: When,
    },
    /// Answer 429 without applying
    RateLimited {
        /// `none`, a number of seconds, or `date:SECONDS` for an HTTP date that far ahead
        #[arg(long, default_value = "none")]
        #[serde(default)]
        retry_after: RetryAfter,
    },
    /// Answer with this status, before or after applying
    Status {
        #[arg(long, default_value_t = 503)]
        code: u16,
        #[arg(long, value_enum, default_value_t)]
        #[serde(default)]
        when: When,
        #[arg(long, value_enum, default_value_t)]
        #[serde(default)]
        body: StatusBody,
    },
    /// Apply, then answer 200 with an HTML page
    HtmlAnswer,
    /// Apply, then send half of the JSON and cut the connection
    HalfAnswer,
    /// Apply, then answer 200 with nothing
    EmptyAnswer,
    /// Apply, then send the answer a few bytes at a time
    DripAnswer {
        #[arg(long, default_value_t = 1)]
        bytes: usize,
        #[arg(long, default_value_t = 1000)]
        every_ms: u64,
    },
    /// Apply, then answer 200 with valid JSON that is at least this long
    OversizedAnswer {
        #[arg(long, default_value_t = 50_000_000)]
        bytes: usize,
    },
    /// Apply the first items of a batch only, then close the connection; on other requests as drop-answer
    BatchCut {
        #[arg(long)]
        applied: usize,
    },
    /// Fail these items of a batch; the others are processed as usual
    BatchMixed {
        /// `INDEX=ERROR`, the index from 0; may be given several times
        #[arg(long = "fail", required = true)]
        failures: Vec<ItemFailure>,
    },
    /// Answer 401, as when the password has expired
    Unauthorized,
}

impl Effect {
    /// As it is spelt in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::DropAnswer => "dropAnswer",
            Self::ResetBefore => "resetBefore",
            Self::Delay { .. } => "delay",
            Self::Hold { .. } => "hold",
            Self::RateLimited { .. } => "rateLimited",
            Self::Status { .. } => "status",
            Self::HtmlAnswer => "htmlAnswer",
            Self::HalfAnswer => "halfAnswer",
            Self::EmptyAnswer => "emptyAnswer",
            Self::DripAnswer { .. } => "dripAnswer",
            Self::OversizedAnswer { .. } => "oversizedAnswer",
            Self::BatchCut { .. } => "batchCut",
            Self::BatchMixed { .. } => "batchMixed",
            Self::Unauthorized => "unauthorized",
        }
    }
}

/// Whether it strikes before or after the request was applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum When {
    #[default]
    Before,
    After,
}

/// What comes with an error status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum StatusBody {
    #[default]
    Json,
    Html,
    Empty,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::ErrorCode;

    #[test]
    fn every_effect_is_named_as_json_spells_it() {
        let failures = vec![ItemFailure::new(1, ErrorCode::RecordLocked)];
        for effect in [
            Effect::DropAnswer,
            Effect::ResetBefore,
            Effect::Delay { ms: 1, when: When::After },
            Effect::Hold { when: When::Before },
            Effect::RateLimited { retry_after: RetryAfter::Date(3) },
            Effect::Status { code: 503, when: When::Before, body: StatusBody::Html },
            Effect::HtmlAnswer,
            Effect::HalfAnswer,
            Effect::EmptyAnswer,
            Effect::DripAnswer { bytes: 1, every_ms: 1 },
            Effect::OversizedAnswer { bytes: 1 },
            Effect::BatchCut { applied: 1 },
            Effect::BatchMixed { failures },
            Effect::Unauthorized,
        ] {
            let json = serde_json::to_value(&effect).unwrap();
            assert_eq!(json["kind"], effect.kind());
            assert_eq!(serde_json::from_value::<Effect>(json).unwrap(), effect);
        }
    }
}
