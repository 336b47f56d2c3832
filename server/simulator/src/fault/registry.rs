//! The rules in force, in the order in which they were added.

use std::time::Duration;

use rand::{Rng, RngExt};
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Effect, Fault};
use crate::operation::Operation;

pub type RuleId = u64;

/// What a rule is matched against.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) operation: Operation,
    pub(crate) organization: Option<&'a str>,
    pub(crate) pfa_ids: &'a [String],
}

/// An effect on its way to a request.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) rule: RuleId,
    pub(crate) effect: Effect,
    /// Cancelled when those held are let go.
    pub(crate) gate: CancellationToken,
}

#[derive(Debug)]
struct Rule {
    id: RuleId,
    fault: Fault,
    added: Duration,
    met: watch::Sender<u32>,
    gate: CancellationToken,
}

/// A rule as it stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleState {
    pub id: RuleId,
    pub fault: Fault,
    /// How many requests have met it.
    pub met: u32,
    pub active: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Registry {
    rules: Vec<Rule>,
    last_id: RuleId,
}

impl Registry {
    /// The id, and a channel that counts the requests that met the rule.
    pub(crate) fn add(&mut self, fault: Fault, now: Duration) -> (RuleId, watch::Receiver<u32>) {
        self.last_id += 1;
        let (met, receiver) = watch::channel(0);
        let gate = CancellationToken::new();
        self.rules.push(Rule { id: self.last_id, fault, added: now, met, gate });
        (self.last_id, receiver)
    }

    pub(crate) fn list(&self, now: Duration) -> Vec<RuleState> {
        let state = |rule: &Rule| RuleState {
            id: rule.id,
            fault: rule.fault.clone(),
            met: *rule.met.borrow(),
            active: rule.active(now),
        };
        self.rules.iter().map(state).collect()
    }

    /// Takes the rule away and lets go whatever it holds. `false` if there is none.
    pub(crate) fn clear(&mut self, id: RuleId) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() < before
    }

    pub(crate) fn clear_all(&mut self) {
        self.rules.clear();
    }

    /// Lets go what the rule holds, and stops it from holding more. `false` if there is none.
    pub(crate) fn release(&self, id: RuleId) -> bool {
        let rule = self.rules.iter().find(|rule| rule.id == id);
        if let Some(rule) = rule {
            rule.gate.cancel();
        }
        rule.is_some()
    }

    /// The rule that this request meets, if any; it is counted as met.
    pub(crate) fn pick(&self, target: &Target<'_>, now: Duration, rng: &mut impl Rng) -> Option<Applied> {
        let rule = self.rules.iter().find(|rule| {
            let likely = |p: f64| rng.random_bool(p.clamp(0.0, 1.0));
            rule.active(now) && rule.matches(target) && rule.fault.probability.is_none_or(likely)
        })?;
        rule.met.send_modify(|met| *met += 1);
        Some(Applied { rule: rule.id, effect: rule.fault.effect.clone(), gate: rule.gate.clone() })
    }
}

impl Rule {
    fn active(&self, now: Duration) -> bool {
        let start = self.added + Duration::from_millis(self.fault.starts_in_ms);
        let over = self.fault.lasts_ms.is_some_and(|ms| now >= start + Duration::from_millis(ms));
        let used_up = self.fault.times.is_some_and(|times| *self.met.borrow() >= times);
        now >= start && !over && !used_up && !self.gate.is_cancelled()
    }

    fn matches(&self, target: &Target<'_>) -> bool {
        let fault = &self.fault;
        (fault.operations.is_empty() || fault.operations.contains(&target.operation))
            && fault.pfa_id.as_ref().is_none_or(|id| target.pfa_ids.contains(id))
            && fault.organization.as_deref().is_none_or(|code| target.organization == Some(code))
    }
}

/// A rule that goes away lets go whatever it held.
impl Drop for Rule {
    fn drop(&mut self) {
        self.gate.cancel();
    }
}
