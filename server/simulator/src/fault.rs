//! Faults: rules that say which requests go wrong, how, and how often.
//!
//! A request meets at most one rule, the oldest that matches and still has something left. Authentication and the rate
//! limit come first, so that a rule is never used up by a request that PEMS would not have looked at.

mod effect;
mod handle;
mod item_failure;
mod registry;
mod retry_after;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::operation::Operation;

pub use effect::{Effect, StatusBody, When};
pub use handle::FaultHandle;
pub use item_failure::{ErrorCode, ItemFailure};
pub(crate) use registry::{Applied, Registry, Target};
pub use registry::{RuleId, RuleState};
pub use retry_after::RetryAfter;

/// A setting that cannot be read; says what it should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Misspelt(&'static str);

/// One rule: what goes wrong, for which requests, and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    pub effect: Effect,
    /// Empty means every request, health included.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// Only requests that name this record; a batch names each of its items.
    #[serde(default)]
    pub pfa_id: Option<String>,
    #[serde(default)]
    pub organization: Option<String>,
    /// How likely a matching request meets it, 0 to 1, by the simulator's seed; always when absent.
    #[serde(default)]
    pub probability: Option<f64>,
    /// How many requests it meets before it is used up; without end when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// Milliseconds until it begins, from when it is added.
    #[serde(default)]
    pub starts_in_ms: u64,
    /// Milliseconds that it lasts once begun; without end when absent.
    #[serde(default)]
    pub lasts_ms: Option<u64>,
}

impl From<Effect> for Fault {
    fn from(effect: Effect) -> Self {
        Self {
            effect,
            operations: Vec::new(),
            pfa_id: None,
            organization: None,
            probability: None,
            times: None,
            starts_in_ms: 0,
            lasts_ms: None,
        }
    }
}

/// Narrowing, so that a test says it in a line: `Fault::drop_answer().on(Operation::Update).once()`.
impl Fault {
    pub fn drop_answer() -> Self {
        Effect::DropAnswer.into()
    }

    pub fn reset_before() -> Self {
        Effect::ResetBefore.into()
    }

    pub fn delay_before(by: Duration) -> Self {
        Effect::Delay { ms: millis(by), when: When::Before }.into()
    }

    pub fn delay_answer(by: Duration) -> Self {
        Effect::Delay { ms: millis(by), when: When::After }.into()
    }

    pub fn hold_before() -> Self {
        Effect::Hold { when: When::Before }.into()
    }

    pub fn hold_answer() -> Self {
        Effect::Hold { when: When::After }.into()
    }

    pub fn rate_limited(retry_after: RetryAfter) -> Self {
        Effect::RateLimited { retry_after }.into()
    }

    pub fn status_before(code: u16) -> Self {
        Effect::Status { code, when: When::Before, body: StatusBody::Json }.into()
    }

    pub fn status_after(code: u16) -> Self {
        Effect::Status { code, when: When::After, body: StatusBody::Json }.into()
    }

    /// What an outage looks like through a proxy: 503 and an HTML page, for so long from now.
    pub fn outage(lasting: Duration) -> Self {
        let effect = Effect::Status { code: 503, when: When::Before, body: StatusBody::Html };
        Self { lasts_ms: Some(millis(lasting)), ..effect.into() }
    }

    pub fn html_answer() -> Self {
        Effect::HtmlAnswer.into()
    }

    pub fn half_answer() -> Self {
        Effect::HalfAnswer.into()
    }

    pub fn empty_answer() -> Self {
        Effect::EmptyAnswer.into()
    }

    pub fn drip_answer(bytes: usize, every: Duration) -> Self {
        Effect::DripAnswer { bytes, every_ms: millis(every) }.into()
    }

    pub fn oversized_answer(bytes: usize) -> Self {
        Effect::OversizedAnswer { bytes }.into()
    }

    pub fn batch_cut(applied: usize) -> Self {
        Effect::BatchCut { applied }.into()
    }

    pub fn batch_mixed(failures: impl IntoIterator<Item = ItemFailure>) -> Self {
        Effect::BatchMixed { failures: failures.into_iter().collect() }.into()
    }

    pub fn unauthorized() -> Self {
        Effect::Unauthorized.into()
    }

    #[must_use]
    pub fn on(mut self, operation: Operation) -> Self {
        self.operations.push(operation);
        self
    }

    #[must_use]
    pub fn on_writes(self) -> Self {
        self.on(Operation::Update).on(Operation::Delete).on(Operation::Batch)
    }

    #[must_use]
    pub fn record(mut self, pfa_id: impl Into<String>) -> Self {
        self.pfa_id = Some(pfa_id.into());
        self
    }

    #[must_use]
    pub fn organization(mut self, code: impl Into<String>) -> Self {
        self.organization = Some(code.into());
        self
    }

    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    #[must_use]
    pub fn starting_in(mut self, delay: Duration) -> Self {
        self.starts_in_ms = millis(delay);
        self
    }

    #[must_use]
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.lasts_ms = Some(millis(duration));
        self
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
